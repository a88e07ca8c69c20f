// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/**
 * Is told what an engine does, call by call: {@link #started} once, then either {@link #succeeded} or {@link #failed}
 * once. Called by callers and by the engine's own threads, many at once: implementations are thread-safe, quick, and
 * throw nothing.
 */
public interface EngineMeter {
    void started(EngineCall call);

    /**
     * A call ended well.
     *
     * @param bytes how many bytes were read, written, zeroed or unmapped; 0 for any other call
     */
    void succeeded(EngineCall call, long bytes, long latencyNanos);

    /**
     * A call failed.
     *
     * @param failure an {@link EngineException}, or a bug: the caller's, such as {@link IllegalArgumentException}, or
     *     the engine's
     */
    void failed(EngineCall call, Throwable failure, long latencyNanos);
}

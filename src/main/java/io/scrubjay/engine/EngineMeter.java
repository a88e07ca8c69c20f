// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/**
 * Listens to the calls of an engine. For each call, {@link #started} is called once, and then either {@link #succeeded}
 * or {@link #failed} once. The methods run on the threads of callers and of the engine, many at once: implementations
 * are thread-safe, fast, and throw nothing.
 */
public interface EngineMeter {
    void started(EngineCall call);

    /**
     * A call succeeded.
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

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A medium that alters one byte, always the same, of volumes with certain names. Whoever writes still sees what was written; whoever
 * verifies does not. Immutable and thread-safe, as far as its delegate is.
 */
public final class AlteringEngine extends ForwardingEngine {
    private final Predicate<VolumeName> altered;
    private final long offsetBytes;

    /** @param offsetBytes of the byte, which becomes another one */
    public AlteringEngine(StorageEngine delegate, Predicate<VolumeName> altered, long offsetBytes) {
        super(delegate);
        this.altered = altered;
        this.offsetBytes = offsetBytes;
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        Volume opened = super.open(name, access);
        return access == Access.VERIFY && altered.test(name) ? new AlteredVolume(opened) : opened;
    }

    private final class AlteredVolume extends ForwardingVolume {
        AlteredVolume(Volume delegate) {
            super(delegate);
        }

        @Override
        public CompletionStage<Void> read(long from, ByteBuffer target) {
            ByteBuffer view = target.duplicate();
            return Completion.after(super.read(from, target), failure -> {
                long index = view.position() + offsetBytes - from;
                if (failure.isEmpty() && index >= view.position() && index < view.limit()) {
                    view.put((int) index, (byte) (view.get((int) index) ^ 0x5A));
                }
                return failure;
            });
        }
    }
}

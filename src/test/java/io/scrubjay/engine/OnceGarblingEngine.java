// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * The first read from the medium of volumes with certain names comes with a bit flipped, as by a fault of the memory; all
 * later ones are right. Thread-safe, as far as its delegate is.
 */
public final class OnceGarblingEngine extends ForwardingEngine {
    private final Predicate<VolumeName> meant;
    private final AtomicBoolean garbled = new AtomicBoolean();

    public OnceGarblingEngine(StorageEngine delegate, Predicate<VolumeName> meant) {
        super(delegate);
        this.meant = meant;
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        Volume opened = super.open(name, access);
        return access == Access.VERIFY && meant.test(name) ? new Garbled(opened) : opened;
    }

    private final class Garbled extends ForwardingVolume {
        Garbled(Volume delegate) {
            super(delegate);
        }

        @Override
        public CompletionStage<Void> read(long offsetBytes, ByteBuffer target) {
            ByteBuffer view = target.duplicate();
            return super.read(offsetBytes, target).thenRun(() -> {
                if (garbled.compareAndSet(false, true)) {
                    view.put(view.position(), (byte) (view.get(view.position()) ^ 1));
                }
            });
        }
    }
}

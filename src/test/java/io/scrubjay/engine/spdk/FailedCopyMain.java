// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.io.IOException;

/**
 * A program that opens a pool, says so, and waits for a byte; then makes a clone or a snapshot, reads the volume, and ends:
 * {@code FailedCopyMain <device> <copy>}.
 */
final class FailedCopyMain {
    /** What is made. */
    enum Copy {
        CLONE,
        SNAPSHOT
    }

    static final String OPEN = "the pool is open";
    static final VolumeName VOLUME = VolumeName.of("volume");
    static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    static final VolumeName NEW = VolumeName.of("new");

    private FailedCopyMain() {}

    public static void main(String[] arguments) throws IOException {
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(SpdkDevice.parse(arguments[0])))) {
            System.out.println(OPEN);
            if (System.in.read() >= 0) {
                make(engine, Copy.valueOf(arguments[1]));
                try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.READ)) {
                    System.out.println(volume.readAll().length + " bytes read");
                }
            }
        } catch (EngineException refused) {
            System.out.println(refused.getMessage());
        }
    }

    private static void make(SpdkEngine engine, Copy copy) {
        try {
            switch (copy) {
                case CLONE -> engine.cloneOf(SNAPSHOT, NEW);
                case SNAPSHOT -> engine.snapshot(VOLUME, NEW);
            }
        } catch (EngineException refused) {
            System.out.println(refused.getMessage());
        }
    }
}

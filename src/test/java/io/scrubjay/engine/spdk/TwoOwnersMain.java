// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.io.IOException;

/**
 * A program that opens a pool and proves that it takes writes, writes to the second cluster of a volume, and proves it twice
 * more; it waits for a byte before each of these: {@code TwoOwnersMain <device>}.
 */
final class TwoOwnersMain {
    static final String OPEN = "the pool is open";
    static final String WRITTEN = "the write: ";
    static final String FIRST_PROOF = "the first proof: ";
    static final String SECOND_PROOF = "the second proof: ";
    static final String REFUSED = "refused";
    static final VolumeName VOLUME = VolumeName.of("volume");

    private TwoOwnersMain() {}

    public static void main(String[] arguments) throws IOException {
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(SpdkDevice.parse(arguments[0])))) {
            engine.proveWritable();
            System.out.println(OPEN);
            await();
            System.out.println(WRITTEN + outcome(() -> write(engine)));
            await();
            System.out.println(FIRST_PROOF + outcome(engine::proveWritable) + ", " + outcome(() -> read(engine)));
            await();
            System.out.println(SECOND_PROOF + outcome(engine::proveWritable));
        }
    }

    private static void await() throws IOException {
        if (System.in.read() < 0) {
            throw new IOException("nobody says when to go on");
        }
    }

    private static void write(SpdkEngine engine) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
            volume.write(TestDevice.CLUSTER_BYTES, AwaitedVolume.pattern(2, TestDevice.CLUSTER_BYTES))
                    .flush();
        }
    }

    private static void read(SpdkEngine engine) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.READ)) {
            int unused = volume.readAll().length;
        }
    }

    private static String outcome(Runnable work) {
        try {
            work.run();
            return "done";
        } catch (EngineException failed) {
            return REFUSED;
        }
    }
}

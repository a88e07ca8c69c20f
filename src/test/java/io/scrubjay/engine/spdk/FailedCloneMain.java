// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;

import java.io.IOException;

/** A program that opens a pool, says so, and waits for a byte; then makes a clone, and ends: {@code FailedCloneMain <device>}. */
final class FailedCloneMain {
    static final String OPEN = "the pool is open";
    static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    static final VolumeName CLONE = VolumeName.of("clone");

    private FailedCloneMain() {}

    public static void main(String[] arguments) throws IOException {
        try (SpdkEngine engine = SpdkEngine.open(TestDevice.pool(SpdkDevice.parse(arguments[0])))) {
            System.out.println(OPEN);
            if (System.in.read() >= 0) {
                engine.cloneOf(SNAPSHOT, CLONE);
            }
        } catch (EngineException refused) {
            System.out.println(refused.getMessage());
        }
    }
}

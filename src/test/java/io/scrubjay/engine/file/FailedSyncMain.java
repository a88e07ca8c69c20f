// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A program one of whose syncs fails: {@code FailedSyncMain <pool> <control>}. */
final class FailedSyncMain {
    private static final int EIO = 5;
    private static final int CLUSTER = 64 << 10;

    private FailedSyncMain() {}

    public static void main(String[] arguments) throws IOException {
        Path control = Path.of(arguments[1]);
        try (FileEngine engine = FileEngine.open(FilePool.at(Path.of(arguments[0])))) {
            engine.create(VolumeName.of("v"), CLUSTER, Provisioning.THIN);
            byte[] bytes = AwaitedVolume.pattern(1, CLUSTER);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
                volume.write(0, bytes);
                order(control, 1, "fail:" + EIO + " fdatasync 1 *");

                // The kernel tells of a lost write once, and calls the next sync a success.
                requireFailure(volume);
                requireFailure(volume);
                volume.write(0, bytes);
                requireFailure(volume);
            }
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
                volume.write(0, bytes).flush();
            }
        }
    }

    private static void requireFailure(AwaitedVolume volume) {
        EngineException.DeviceFailed failed = catchThrowableOfType(EngineException.DeviceFailed.class, volume::flush);
        assertThat(failed).as("a flush after writes were lost").isNotNull();
        assertThat(failed.errno()).isEqualTo(EIO);
    }

    private static void order(Path control, int number, String text) throws IOException {
        Path fresh = Files.writeString(control.resolve("order~"), number + " " + text);
        Files.move(fresh, control.resolve("order"), StandardCopyOption.ATOMIC_MOVE);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program whose writes are in the page cache, and lost by the medium: {@code LostByTheMediumMain <pool>}. It runs below
 * {@code pool-cached.so}.
 */
final class LostByTheMediumMain {
    private static final int CLUSTER = 64 << 10;

    private LostByTheMediumMain() {}

    public static void main(String[] arguments) {
        try (FileEngine engine = FileEngine.open(FilePool.at(Path.of(arguments[0])))) {
            // Given
            assertThat(engine.traits().versions()).contains("no direct I/O");
            byte[] bytes = AwaitedVolume.pattern(1, 2 * CLUSTER);
            engine.create(VolumeName.of("v"), bytes.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
                volume.write(0, bytes);

                // When
                byte[] cached = read(engine, Access.READ);
                byte[] proven = read(engine, Access.VERIFY);

                // Then
                assertThat(cached).isEqualTo(bytes);
                assertThat(proven).isEqualTo(new byte[bytes.length]);
            }
        }
    }

    private static byte[] read(FileEngine engine, Access access) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", access)) {
            return volume.readAll();
        }
    }
}

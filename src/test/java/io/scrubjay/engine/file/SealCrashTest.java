// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** A seal is three steps on the medium. After a crash behind any of them there is the volume or the snapshot. */
class SealCrashTest {
    private static final VolumeName V = VolumeName.of("v");
    private static final VolumeName S = VolumeName.of("s");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 64 << 10);

    @TempDir
    Path directory;

    @BeforeEach
    void makeVolume() {
        try (FileEngine engine = open()) {
            engine.create(V, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "v", Access.WRITE)) {
                volume.write(0, BYTES).flush();
            }
        }
    }

    private FileEngine open() {
        return FileEngine.open(FilePool.at(directory));
    }

    private Path volume(String name) {
        return directory.resolve("volumes").resolve(name);
    }

    private void writeMetaFor(String name) throws IOException, DamagedException {
        VolumeMeta meta = VolumeMeta.decode(Files.readAllBytes(volume("v").resolve("meta")))
                .meta();
        Files.write(volume("v").resolve("meta@" + name), meta.sealed().encode(VolumeName.of(name)));
    }

    private void assertOnly(VolumeName name, VolumeKind kind) {
        try (FileEngine engine = open()) {
            assertThat(engine.list())
                    .extracting(VolumeSummary::name, VolumeSummary::kind)
                    .containsExactly(tuple(name, kind));
            try (AwaitedVolume found = AwaitedVolume.open(engine, name.value(), Access.VERIFY)) {
                assertThat(found.readAll()).isEqualTo(BYTES);
            }
        }
        assertThat(volume(name.value())).isDirectoryNotContaining("glob:**meta[@~]*");
    }

    @Test
    void crashAfterTheNewMetaLeavesTheVolume() throws Exception {
        writeMetaFor("s");

        assertOnly(V, VolumeKind.VOLUME);
    }

    @Test
    void crashWithHalfOfTheNewMetaLeavesTheVolume() throws IOException {
        Files.writeString(volume("v").resolve("meta@s"), "scrubj");

        assertOnly(V, VolumeKind.VOLUME);
    }

    @Test
    void crashAfterTheRenameLeavesTheSnapshot() throws Exception {
        writeMetaFor("s");
        Files.move(volume("v"), volume("s"));

        assertOnly(S, VolumeKind.SNAPSHOT);
        assertOnly(S, VolumeKind.SNAPSHOT);
    }

    @Test
    void whatAFailedSealLeftDoesNotCountAfterARename() throws Exception {
        try (FileEngine engine = open()) {
            writeMetaFor("s");
            engine.rename(V, S);
            assertThat(engine.find(S)).map(VolumeSummary::kind).contains(VolumeKind.VOLUME);
        }

        assertOnly(S, VolumeKind.VOLUME);
    }

    @Test
    void crashWhileMetaIsRewrittenLeavesTheOldOne() throws IOException {
        Files.writeString(volume("v").resolve("meta~"), "scrubjay-volume 1\nid ");

        assertOnly(V, VolumeKind.VOLUME);
    }
}

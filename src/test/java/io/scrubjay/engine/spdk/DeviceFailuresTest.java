// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A device that takes data and refuses metadata: a file whose metadata finds no room in its file system. */
@NeedsSpdk
class DeviceFailuresTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName OTHER = VolumeName.of("other");
    private static final byte[] PAGE = new byte[4096];
    private static final byte[] BYTES = AwaitedVolume.pattern(1, CLUSTER);

    @TempDir
    Path directory;

    private MountedFileSystem disk;
    private Path device;
    private SpdkEngine engine;

    @BeforeEach
    void open() throws IOException {
        disk = MountedFileSystem.inMemory(directory, "tmpfs", "size=32m");
        device = disk.path().resolve("device");
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.setLength(16L << 20);
        }
        engine = SpdkEngine.open(pool());
        engine.create(VOLUME, CLUSTER, Provisioning.THIN);
        engine.close();
        makeMetadataSparse();
        engine = SpdkEngine.open(pool());
        // It takes the page of metadata that the opening has just written, and that thus has room.
        engine.create(OTHER, CLUSTER, Provisioning.THIN);
    }

    @AfterEach
    void close() {
        engine.close();
        disk.close();
    }

    private SpdkPool pool() {
        return TestDevice.pool(new SpdkDevice.Aio(device, false));
    }

    /** Gives up the room of metadata that is zero: written for the first time, it asks the file system for some. */
    private void makeMetadataSparse() throws IOException {
        byte[] bytes = Files.readAllBytes(device);
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.setLength(0);
            file.setLength(bytes.length);
            for (int at = 0; at < bytes.length; at += PAGE.length) {
                boolean isMetadata = at < CLUSTER;
                if (!isMetadata || !Arrays.equals(bytes, at, at + PAGE.length, PAGE, 0, PAGE.length)) {
                    file.seek(at);
                    file.write(bytes, at, PAGE.length);
                }
            }
        }
    }

    /** Takes all the room there is, and gives it back after the work. */
    private void whileDiskIsFull(Runnable work) {
        Path filler = disk.path().resolve("filler");
        try {
            try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
                while (true) {
                    file.write(PAGE);
                }
            } catch (IOException full) {
                work.run();
            } finally {
                Files.delete(filler);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void whatIsWrittenIsNotSaidToBeDurableWhenItsMetadataIsNot() {
        // When: SPDK answers the write with success, for it does not look at what became of the metadata.
        whileDiskIsFull(() -> {
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, BYTES);
                assertThatThrownBy(volume::flush).isInstanceOf(DeviceFailed.class);
                assertThatThrownBy(volume::flush).isInstanceOf(DeviceFailed.class);
            }
        });

        // Then: the device works again, and so does who begins anew. Nobody vouches for the clusters that are free now.
        try (AwaitedVolume volume = AwaitedVolume.open(engine, OTHER.value(), Access.WRITE)) {
            volume.write(0, BYTES).flush();
        }
        engine.close();
        try (RawPool pool = RawPool.open(pool())) {
            assertThat(pool.isMarked()).isFalse();
        }
        engine = SpdkEngine.open(pool());
        try (AwaitedVolume volume = AwaitedVolume.open(engine, OTHER.value(), Access.VERIFY)) {
            assertThat(volume.readAll()).isEqualTo(BYTES);
        }
    }

    @Test
    void changeIsNotSaidToBeDoneWhenItIsNotOnTheDevice() {
        VolumeName snapshot = VolumeName.of("snapshot");
        whileDiskIsFull(
                () -> assertThatThrownBy(() -> engine.snapshot(OTHER, snapshot)).isInstanceOf(DeviceFailed.class));
    }
}

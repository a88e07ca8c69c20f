// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.file.MountedFileSystem;
import io.scrubjay.engine.spdk.DeviceKind;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.SpdkPool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A quarantine on a real pool in which nothing is free: it holds when the pool is opened again. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FullPoolQuarantineTest {
    private static final VolumeName BALLAST = VolumeName.of("ballast");
    private static final Manifest MANIFEST = Samples.golden();
    private static final QuarantineMarker MARKER = Samples.marker(MANIFEST.id());

    @TempDir
    Path scratch;

    @Test
    void ext4() {
        try (MountedFileSystem small = MountedFileSystem.inFile(scratch, 24L << 20, "mkfs.ext4", "-q", "-m", "0")) {
            quarantineHoldsOn(() -> fileEngine(small));
        }
    }

    @Test
    void xfs() {
        try (MountedFileSystem small = MountedFileSystem.inFile(scratch, 320L << 20, "mkfs.xfs", "-q")) {
            quarantineHoldsOn(() -> fileEngine(small));
        }
    }

    @Test
    void tmpfs() {
        try (MountedFileSystem small = MountedFileSystem.inMemory(scratch, "tmpfs", "size=8m")) {
            quarantineHoldsOn(() -> fileEngine(small));
        }
    }

    @Nested
    @NeedsSpdk
    class OnSpdk {
        @ParameterizedTest
        @EnumSource
        void device(DeviceKind kind) {
            SpdkPool pool = kind.pool(scratch, 24);
            quarantineHoldsOn(() -> SpdkEngine.open(pool));
        }
    }

    private static StorageEngine fileEngine(MountedFileSystem fileSystem) {
        return FileEngine.open(FilePool.at(fileSystem.path().resolve("pool")));
    }

    private static void quarantineHoldsOn(Supplier<StorageEngine> pool) {
        try (StorageEngine engine = pool.get()) {
            // Given
            ManifestStore store = new ManifestStore(engine);
            store.stage(MANIFEST);
            store.commit(MANIFEST.id());
            fill(engine);
            assertThatThrownBy(() -> new Records(engine)
                            .write(PoolName.stagedQuarantine(Samples.id(1)), () -> StoredMarker.of(MARKER)))
                    .as("a marker in a volume of its own")
                    .isInstanceOf(NoSpace.class);

            // When
            store.quarantine(MARKER);
        }

        // Then
        try (StorageEngine engine = pool.get()) {
            ManifestStore store = new ManifestStore(engine);
            store.removeLeftovers();
            assertThat(store.scan().quarantines()).containsExactly(MARKER);
            assertThat(store.read(MANIFEST.id())).isEqualTo(MANIFEST);
            engine.delete(BALLAST);
        }
    }

    /** Takes everything, in smaller and smaller pieces. */
    private static void fill(StorageEngine engine) {
        ClusterSize clusterSize = engine.traits().clusterSize();
        long sizeBytes = clusterSize.roundUp(512L << 20);
        engine.create(BALLAST, sizeBytes, Provisioning.THIN);
        int unit = engine.traits().ioAlignmentBytes();
        try (AwaitedVolume volume = AwaitedVolume.open(engine, BALLAST.value(), Access.WRITE)) {
            long offset = 0;
            for (int piece = 1 << 20; piece >= unit; piece /= 2) {
                offset = fill(volume, offset, piece);
            }
            try {
                volume.flush();
            } catch (EngineException full) {
                assertThat(full).isInstanceOf(NoSpace.class);
            }
        }
    }

    private static long fill(AwaitedVolume volume, long from, int pieceBytes) {
        long offset = from;
        byte[] piece = new byte[pieceBytes];
        while (true) {
            try {
                volume.write(offset, piece);
                offset += pieceBytes;
            } catch (NoSpace full) {
                return offset;
            }
        }
    }
}

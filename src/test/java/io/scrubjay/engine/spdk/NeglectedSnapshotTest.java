// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.ondisk.MetadataPage;
import io.scrubjay.engine.spdk.ondisk.MetadataRegion;
import io.scrubjay.engine.spdk.ondisk.StoredBlob;
import io.scrubjay.engine.spdk.ondisk.StoredPages;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A pool that was closed in good order with a snapshot that was neither made nor taken back, whose parent is another one:
 * SPDK, left to itself, crashes.
 */
@NeedsSpdk
@Timeout(240)
class NeglectedSnapshotTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName OLDER = VolumeName.of("older");
    private static final VolumeName OTHER = VolumeName.of("other");
    private static final VolumeName UNFINISHED = VolumeName.of("unfinished");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 3 * CLUSTER);

    @TempDir
    Path directory;

    @Test
    void itIsTakenOffAtTheNextStart() {
        // Given
        SpdkPool pool = DeviceKind.AIO.pool(directory, 20);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(VOLUME, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, BYTES).flush();
            }
            engine.snapshot(VOLUME, OLDER);
            engine.cloneOf(OLDER, OTHER);
            try (AwaitedVolume other = AwaitedVolume.open(engine, OTHER.value(), Access.WRITE)) {
                other.write(0, AwaitedVolume.pattern(2, CLUSTER)).flush();
            }
            engine.seal(OTHER, UNFINISHED);
            ClearedPool.await(engine);
        }
        noteThatItWasBeingMadeFromTheVolume();

        // When
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            // Then
            assertThat(engine.unreadable()).isEmpty();
            assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(OLDER, VOLUME);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.READ)) {
                assertThat(volume.readAll()).isEqualTo(BYTES);
            }
            ClearedPool.await(engine);
            assertThat(engine.usage().usedBytes()).isEqualTo(BYTES.length);
        }
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireFreeClustersAreZero();
            raw.requireClustersAddUp();
        }
    }

    private void noteThatItWasBeingMadeFromTheVolume() {
        DeviceFile device = DeviceFile.openLocked(directory.resolve(TestDevice.FILE_NAME));
        try {
            MetadataRegion region =
                    new MetadataRegion(device, SuperBlock.read(device).orElseThrow());
            long unfinished = firstPageOf(UNFINISHED, region);
            MetadataPage page = region.page(unfinished);
            MetadataPage.Part last = page.parts().get(page.parts().size() - 1);
            page.bytes()
                    .position(last.at() + last.length())
                    .put(StoredPages.attribute("SNAPTMP", MetadataPage.blobAt(firstPageOf(VOLUME, region))));
            page.seal();
            region.write(unfinished, page);
            device.sync();
        } finally {
            device.close();
        }
    }

    private static long firstPageOf(VolumeName name, MetadataRegion region) {
        for (long number = 0; number < region.pages(); number++) {
            MetadataPage page = region.page(number);
            if (page.isFirst(number)
                    && StoredBlob.nameOn(page).filter(name.value()::equals).isPresent()) {
                return number;
            }
        }
        throw new AssertionError("no volume is called " + name);
    }
}

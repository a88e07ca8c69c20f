// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.ondisk.MetadataRegion;
import io.scrubjay.engine.spdk.ondisk.StoredBlob;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The first page on which SPDK lists the clusters of a volume. */
final class ClusterList {
    private ClusterList() {}

    /** Where it lies on a device that nobody uses. */
    static long placeOf(VolumeName volume, Path device) throws IOException {
        try (DeviceFile medium = DeviceFile.openLocked(device)) {
            MetadataRegion region =
                    new MetadataRegion(medium, SuperBlock.read(medium).orElseThrow());
            AtomicLong offset = new AtomicLong();
            region.forEach(
                    (page, number) -> StoredBlob.read(region, number)
                            .filter(blob -> blob.name().equals(Optional.of(volume.value())))
                            .ifPresent(blob ->
                                    offset.set(region.offset(blob.extentPages().get(0)))),
                    (failure, number) -> {
                        throw failure;
                    });
            return offset.get();
        }
    }
}

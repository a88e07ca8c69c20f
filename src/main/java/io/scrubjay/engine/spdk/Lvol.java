// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeKind;

import java.util.Objects;
import java.util.Optional;

/**
 * The properties of one logical volume, as SPDK reports them.
 *
 * @param uuid identifies the volume for as long as it exists, even when it is renamed
 * @param name its name inside the store; not every one is a {@link io.scrubjay.engine.VolumeName}
 * @param ownClusters how many clusters it has itself, without those of its parents
 * @param parent the name of the snapshot that it is a clone of
 */
record Lvol(
        String uuid,
        String name,
        VolumeKind kind,
        Provisioning provisioning,
        long sizeBytes,
        long ownClusters,
        Optional<String> parent) {
    Lvol {
        Objects.requireNonNull(uuid);
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(provisioning);
        Objects.requireNonNull(parent);
    }

    /** From one entry of {@code bdev_get_bdevs}. */
    static Lvol of(JsonNode bdev) {
        JsonNode lvol = bdev.path("driver_specific").path("lvol");
        String alias = bdev.path("aliases").path(0).asText();
        return new Lvol(
                bdev.path("name").asText(),
                alias.substring(alias.indexOf('/') + 1),
                isReadOnly(bdev) ? VolumeKind.SNAPSHOT : VolumeKind.VOLUME,
                lvol.path("thin_provision").asBoolean() ? Provisioning.THIN : Provisioning.THICK,
                bdev.path("block_size").asLong() * bdev.path("num_blocks").asLong(),
                lvol.path("num_allocated_clusters").asLong(),
                lvol.path("clone").asBoolean()
                        ? Optional.of(lvol.path("base_snapshot").asText())
                        : Optional.empty());
    }

    /**
     * SPDK calls a volume a snapshot only while it has clones, and no longer after a reload; but it never lets anybody
     * write to a snapshot.
     */
    private static boolean isReadOnly(JsonNode bdev) {
        return !bdev.path("supported_io_types").path("write").asBoolean();
    }
}

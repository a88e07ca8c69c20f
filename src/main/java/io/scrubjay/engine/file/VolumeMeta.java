// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a volume's file {@code meta}. Immutable.
 *
 * <p>A volume's parent is the first of its ancestors that still exists. So when a snapshot is deleted, its child gets
 * the snapshot's own parent without any change to the child's file; and a volume can list a snapshot as its parent
 * before that snapshot exists. An id is never used twice.
 *
 * @param id identifies the volume, even when it is renamed
 * @param sizeBytes logical size
 * @param ancestors snapshots this volume comes from, the nearest first
 */
record VolumeMeta(UUID id, VolumeKind kind, Provisioning provisioning, long sizeBytes, List<UUID> ancestors) {
    static final int VERSION = 1;

    private static final String MAGIC = "scrubjay-volume";
    private static final String NAME = "name";
    private static final String ID = "id";
    private static final String KIND = "kind";
    private static final String PROVISIONING = "provisioning";
    private static final String SIZE_BYTES = "size-bytes";
    private static final String ANCESTORS = "ancestors";

    VolumeMeta {
        Objects.requireNonNull(id);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(provisioning);
        ancestors = List.copyOf(ancestors);
        if (sizeBytes <= 0) {
            throw new IllegalArgumentException("a volume of " + sizeBytes + " bytes");
        }
    }

    /** A volume with no ancestors. */
    static VolumeMeta fresh(Provisioning provisioning, long sizeBytes) {
        return new VolumeMeta(UUID.randomUUID(), VolumeKind.VOLUME, provisioning, sizeBytes, List.of());
    }

    /** The meta of a thin volume or snapshot with a new id and the same size as this. */
    VolumeMeta descendant(VolumeKind of, List<UUID> from) {
        return new VolumeMeta(UUID.randomUUID(), of, Provisioning.THIN, sizeBytes, from);
    }

    VolumeMeta withSize(long bytes) {
        return new VolumeMeta(id, kind, provisioning, bytes, ancestors);
    }

    VolumeMeta withAncestors(List<UUID> from) {
        return new VolumeMeta(id, kind, provisioning, sizeBytes, from);
    }

    VolumeMeta thick() {
        return new VolumeMeta(id, kind, Provisioning.THICK, sizeBytes, List.of());
    }

    VolumeMeta sealed() {
        return new VolumeMeta(id, VolumeKind.SNAPSHOT, provisioning, sizeBytes, ancestors);
    }

    /**
     * The bytes of the file.
     *
     * @param name the name of the volume, by which a copy of its directory is recognised
     */
    byte[] encode(VolumeName name) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(NAME, name.value());
        fields.put(ID, id.toString());
        fields.put(KIND, code(kind));
        fields.put(PROVISIONING, code(provisioning));
        fields.put(SIZE_BYTES, Long.toString(sizeBytes));
        fields.put(ANCESTORS, ancestors.stream().map(UUID::toString).collect(Collectors.joining(" ")));
        return CheckedText.encode(MAGIC, VERSION, fields);
    }

    /**
     * The content of a file.
     *
     * @param name the name of the volume when the file was written; empty in files of earlier versions
     */
    record Written(Optional<VolumeName> name, VolumeMeta meta) {}

    /** @throws DamagedException when {@link #encode} did not write these bytes, or they are of another version */
    static Written decode(byte[] bytes) throws DamagedException {
        CheckedText text = CheckedText.decode(MAGIC, VERSION, bytes);
        if (text.version() != VERSION) {
            throw new DamagedException("its version " + text.version() + " is unknown");
        }
        try {
            VolumeMeta meta = new VolumeMeta(
                    UUID.fromString(text.field(ID)),
                    kind(text.field(KIND)),
                    provisioning(text.field(PROVISIONING)),
                    Long.parseLong(text.field(SIZE_BYTES)),
                    Stream.of(text.field(ANCESTORS).split(" "))
                            .filter(id -> !id.isEmpty())
                            .map(UUID::fromString)
                            .toList());
            return new Written(Optional.ofNullable(text.fields().get(NAME)).map(VolumeName::new), meta);
        } catch (IllegalArgumentException nonsense) {
            throw new DamagedException(nonsense.getMessage(), nonsense);
        }
    }

    private static String code(VolumeKind kind) {
        return switch (kind) {
            case VOLUME -> "volume";
            case SNAPSHOT -> "snapshot";
        };
    }

    private static VolumeKind kind(String code) throws DamagedException {
        for (VolumeKind kind : VolumeKind.values()) {
            if (code(kind).equals(code)) {
                return kind;
            }
        }
        throw new DamagedException("there is no kind '" + code + "'");
    }

    private static String code(Provisioning provisioning) {
        return switch (provisioning) {
            case THIN -> "thin";
            case THICK -> "thick";
        };
    }

    private static Provisioning provisioning(String code) throws DamagedException {
        for (Provisioning provisioning : Provisioning.values()) {
            if (code(provisioning).equals(code)) {
                return provisioning;
            }
        }
        throw new DamagedException("there is no provisioning '" + code + "'");
    }
}

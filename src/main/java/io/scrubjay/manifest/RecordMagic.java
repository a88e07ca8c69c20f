// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The beginning of a stored record: eight bytes that say what kind of record it is, and that reveal when a transfer has
 * treated it as text; then the version.
 */
enum RecordMagic {
    /** {@code SJMF\r\n 1A \n}. */
    MANIFEST(0x534a4d46_0d0a1a0aL, "manifest"),
    /** {@code SJQM\r\n 1A \n}. */
    QUARANTINE(0x534a514d_0d0a1a0aL, "quarantine marker"),
    /** {@code SJVL\r\n 1A \n}. */
    LABEL(0x534a564c_0d0a1a0aL, "volume label"),
    /** {@code SJUS\r\n 1A \n}. */
    SESSION(0x534a5553_0d0a1a0aL, "session");

    private final long value;
    private final String what;

    RecordMagic(long value, String what) {
        this.value = value;
        this.what = what;
    }

    void write(FieldWriter target, int version) {
        target.u64(value).u32(version);
    }

    /** Whether the buffer begins with this magic at index 0. */
    boolean begins(ByteBuffer source) {
        return source.limit() >= Long.BYTES && source.getLong(0) == value;
    }

    /** Reads magic and version, and refuses any others. */
    void require(FieldReader source, int version) {
        require(source, Set.of(version));
    }

    /** Reads magic and version, and refuses any version but these; returns the version. */
    int require(FieldReader source, Set<Integer> versions) {
        long found = source.int64("magic");
        if (found != value) {
            throw new ManifestDamaged(
                    "not a " + what + ": it begins with " + HexFormat.of().toHexDigits(found), 0);
        }
        int foundVersion = source.int32("version");
        if (!versions.contains(foundVersion)) {
            throw new ManifestDamaged(
                    "a " + what + " of version " + Integer.toUnsignedString(foundVersion)
                            + "; this build reads version "
                            + versions.stream().sorted().map(String::valueOf).collect(Collectors.joining(" and ")),
                    Long.BYTES);
        }
        return foundVersion;
    }
}

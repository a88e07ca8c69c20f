package io.scrubjay.manifest;

import java.util.HexFormat;

/**
 * How a stored record begins: eight bytes that say what it is and give away a transfer that took it for text, then its
 * version.
 */
enum Magic {
    /** {@code SJMF\r\n 1A \n}. */
    MANIFEST(0x534a4d46_0d0a1a0aL, "manifest"),
    /** {@code SJQM\r\n 1A \n}. */
    QUARANTINE(0x534a514d_0d0a1a0aL, "quarantine marker");

    private final long value;
    private final String what;

    Magic(long value, String what) {
        this.value = value;
        this.what = what;
    }

    void write(FieldWriter target, int version) {
        target.u64(value).u32(version);
    }

    /** Reads magic and version, and refuses any other. */
    void require(FieldReader source, int version) {
        long found = source.int64("magic");
        if (found != value) {
            throw new ManifestDamaged(
                    "not a " + what + ": it begins with " + HexFormat.of().toHexDigits(found), 0);
        }
        int foundVersion = source.int32("version");
        if (foundVersion != version) {
            throw new ManifestDamaged(
                    "a " + what + " of version " + Integer.toUnsignedString(foundVersion)
                            + "; this build reads version " + version,
                    Long.BYTES);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.DigestAlgorithm;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whatever happens to stored bytes, they are read as what was written or not at all. */
class ManifestFormatProperties {
    @Property(tries = 200)
    void everyManifestReadsBackHoweverItIsCut(
            @ForAll long seed,
            @ForAll @IntRange(max = 1000) int leavesMax,
            @ForAll @IntRange(min = 1, max = 9000) int piece) {
        Manifest manifest = Samples.manifest(seed, leavesMax);
        ManifestEncoder encoder = new ManifestEncoder(manifest);
        ManifestDecoder decoder = new ManifestDecoder();
        Random random = new Random(seed);
        ByteBuffer bytes = ByteBuffer.allocateDirect(piece);
        long length = 0;

        for (boolean more = true; more; ) {
            encoder.encode(bytes.clear().limit(1 + random.nextInt(piece)));
            length += bytes.position();
            more = !bytes.hasRemaining();
            decoder.decode(bytes.flip());
        }

        assertThat(length).isEqualTo(encoder.totalBytes());
        assertThat(decoder.finish()).isEqualTo(manifest);
        assertThat(encoder.encode(ByteBuffer.allocate(1))).isZero();
    }

    @Property(tries = 2000)
    void changedBytesAreDamage(@ForAll long seed, @ForAll @IntRange(max = 100) int leavesMax) {
        Random random = new Random(seed);
        byte[] bytes = Samples.bytes(new ManifestEncoder(Samples.manifest(seed, leavesMax)));
        int flips = 1 + random.nextInt(4);
        byte[] changed = bytes.clone();
        for (int flip = 0; flip < flips; flip++) {
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (!Arrays.equals(bytes, changed)) {
            assertThatThrownBy(() -> Samples.decoded(changed)).isExactlyInstanceOf(ManifestDamaged.class);
        }
    }

    @Property(tries = 1000)
    void missingBytesAreDamage(@ForAll long seed, @ForAll @IntRange(max = 100) int leavesMax) {
        byte[] bytes = Samples.bytes(new ManifestEncoder(Samples.manifest(seed, leavesMax)));
        byte[] shortened = Arrays.copyOf(bytes, new Random(seed).nextInt(bytes.length));

        assertThatThrownBy(() -> Samples.decoded(shortened)).isExactlyInstanceOf(ManifestDamaged.class);
        // The rest of the volume would be zeroes.
        if (!Arrays.equals(bytes, Arrays.copyOf(shortened, bytes.length))) {
            assertThatThrownBy(() -> Samples.decoded(Arrays.copyOf(shortened, 64 << 10)))
                    .isExactlyInstanceOf(ManifestDamaged.class);
        }
    }

    /** Checksums stop accidents; what is left is somebody who computes them anew. */
    @Property(tries = 2000)
    void changedFieldsUnderRightChecksumsAreDamageOrAnotherManifest(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = Samples.bytes(new ManifestEncoder(Samples.manifest(seed, 20)));
        int headBytes = StoredHeader.headBytes(ByteBuffer.wrap(bytes));
        int at = StoredHeader.PREFIX_BYTES + random.nextInt(bytes.length - 32 - StoredHeader.PREFIX_BYTES);
        bytes[at] = (byte) random.nextInt();
        sign(bytes, headBytes);

        Manifest decoded;
        try {
            decoded = Samples.decoded(bytes);
        } catch (ManifestDamaged expected) {
            assertThat(expected.offsetBytes()).isBetween(0L, (long) bytes.length);
            return;
        }
        // What is accepted is a manifest in its only spelling.
        assertThat(Samples.bytes(new ManifestEncoder(decoded))).isEqualTo(bytes);
    }

    @Property(tries = 1000)
    void randomBytesAreDamage(@ForAll byte[] bytes) {
        assertThatThrownBy(() -> Samples.decoded(bytes)).isExactlyInstanceOf(ManifestDamaged.class);
    }

    private static void sign(byte[] bytes, int headBytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, headBytes - 4);
        ByteBuffer.wrap(bytes).putInt(headBytes - 4, (int) crc.getValue());
        MessageDigest hash = DigestAlgorithm.SHA_256.newHash();
        hash.update(bytes, 0, bytes.length - 32);
        System.arraycopy(hash.digest(), 0, bytes, bytes.length - 32, 32);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** Ours and the JDK's, over the same bytes cut differently. */
class Sha256Properties {
    @Property(tries = 400)
    void equalsTheJdkHoweverTheBytesAreCut(@ForAll long seed, @ForAll @IntRange(max = 70_000) int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(seed);
        random.nextBytes(bytes);

        for (Sha256 hash : List.of(Sha256.create(), Sha256.portable(), Sha256.resumableInJava())) {
            feed(hash, bytes, random);

            assertThat(hash.digest())
                    .isEqualTo(DigestAlgorithm.SHA_256.newHash().digest(bytes));
        }
    }

    @Property(tries = 50)
    void beginsAnewAfterEachDigest(@ForAll long seed, @ForAll @IntRange(max = 200) int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        Sha256 hash = Sha256.create();
        List<byte[]> digests = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            hash.update(ByteBuffer.wrap(bytes));
            digests.add(hash.digest());
        }
        assertThat(digests).allMatch(digest -> Arrays.equals(digest, digests.get(0)));
    }

    /** The lengths around a block, where the padding takes one block or two. */
    @Property
    void everyLengthUpToThreeBlocksIsPaddedRight(@ForAll @IntRange(max = 192) int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Sha256 hash = Sha256.create();
        hash.update(ByteBuffer.wrap(bytes));
        assertThat(hash.digest()).isEqualTo(DigestAlgorithm.SHA_256.newHash().digest(bytes));
    }

    /** Stored at any byte, and continued by either implementation. */
    @Property(tries = 400)
    void goesOnFromAStoredState(@ForAll long seed, @ForAll @IntRange(max = 2_000) int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(seed);
        random.nextBytes(bytes);
        int cut = random.nextInt(length + 1);
        for (Sha256.Resumable before : List.of(Sha256.resumable(), Sha256.resumableInJava())) {
            for (Sha256.Resumable after : List.of(Sha256.resumable(), Sha256.resumableInJava())) {
                before.digest();
                feed(before, Arrays.copyOf(bytes, cut), random);
                byte[] stored = before.state().toBytes();

                feed(after.at(Sha256State.ofBytes(stored)), Arrays.copyOfRange(bytes, cut, length), random);

                assertThat(after.digest())
                        .isEqualTo(DigestAlgorithm.SHA_256.newHash().digest(bytes));
            }
        }
    }

    @Property(tries = 50)
    void theStateDoesNotDependOnTheImplementation(@ForAll long seed, @ForAll @IntRange(max = 500) int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        Sha256.Resumable one = Sha256.resumable();
        Sha256.Resumable other = Sha256.resumableInJava();

        one.update(ByteBuffer.wrap(bytes));
        other.update(ByteBuffer.wrap(bytes));

        assertThat(one.state()).isEqualTo(other.state());
        assertThat(one.state().lengthBytes()).isEqualTo(length);
    }

    private static void feed(Sha256 hash, byte[] bytes, Random random) {
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 100 : 40_000));
            ByteBuffer piece = random.nextBoolean()
                    ? ByteBuffer.wrap(bytes, at, count)
                    : ByteBuffer.allocateDirect(count + 3)
                            .position(3)
                            .put(bytes, at, count)
                            .position(3);
            ByteBuffer before = piece.duplicate();
            hash.update(piece);
            assertThat(piece).isEqualTo(before);
            at += count;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The rounds of SHA-256 (FIPS 180-4, 6.2.2) in Java, for processors without instructions for them and for states that
 * are stored: the JDK's implementation does not tell its state. Stateless.
 */
final class Sha256Rounds {
    private static final int BLOCK_WORDS = 16;
    private static final int ROUNDS = 64;
    /** The fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
    private static final int[] K = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
    };

    private Sha256Rounds() {}

    /**
     * Hashes whole blocks.
     *
     * @param state eight words, in native byte order
     * @param blocks the blocks, from the buffer's position; it is not changed
     */
    static void compress(ByteBuffer state, ByteBuffer blocks, int count) {
        ByteBuffer data = blocks.slice().order(ByteOrder.BIG_ENDIAN);
        int[] hash = new int[8];
        state.asIntBuffer().get(hash);
        int[] w = new int[ROUNDS];
        for (int block = 0; block < count; block++) {
            schedule(data, block * BLOCK_WORDS * Integer.BYTES, w);
            rounds(hash, w);
        }
        state.asIntBuffer().put(hash);
    }

    private static void schedule(ByteBuffer data, int offset, int[] w) {
        for (int t = 0; t < BLOCK_WORDS; t++) {
            w[t] = data.getInt(offset + t * Integer.BYTES);
        }
        for (int t = BLOCK_WORDS; t < ROUNDS; t++) {
            int s0 = Integer.rotateRight(w[t - 15], 7) ^ Integer.rotateRight(w[t - 15], 18) ^ w[t - 15] >>> 3;
            int s1 = Integer.rotateRight(w[t - 2], 17) ^ Integer.rotateRight(w[t - 2], 19) ^ w[t - 2] >>> 10;
            w[t] = s1 + w[t - 7] + s0 + w[t - 16];
        }
    }

    private static void rounds(int[] hash, int[] w) {
        int a = hash[0];
        int b = hash[1];
        int c = hash[2];
        int d = hash[3];
        int e = hash[4];
        int f = hash[5];
        int g = hash[6];
        int h = hash[7];
        for (int t = 0; t < ROUNDS; t++) {
            int sum1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
            int t1 = h + sum1 + ((e & f) ^ (~e & g)) + K[t] + w[t];
            int sum0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
            int t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        hash[0] += a;
        hash[1] += b;
        hash[2] += c;
        hash[3] += d;
        hash[4] += e;
        hash[5] += f;
        hash[6] += g;
        hash[7] += h;
    }
}

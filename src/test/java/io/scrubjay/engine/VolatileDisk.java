// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A disk whose cache is lost with the power: what was flushed is there, and of what was not, any part may be, in any order.
 * Confined to one thread.
 */
public final class VolatileDisk {
    private static final class Sectors {
        private final int at;
        private final byte[] bytes;

        private Sectors(int at, byte[] bytes) {
            this.at = at;
            this.bytes = bytes;
        }

        private void putInto(byte[] disk) {
            System.arraycopy(bytes, 0, disk, at, bytes.length);
        }
    }

    private final byte[] durable;
    private final int wholeBytes;
    private final int wholeBelow;
    private final List<Sectors> pending = new ArrayList<>();

    /**
     * A disk that has some bytes.
     *
     * @param wholeBytes what it writes whole or not at all, of what begins before {@code wholeBelow}; of the rest that is 512
     */
    public VolatileDisk(byte[] durable, int wholeBytes, int wholeBelow) {
        this.durable = durable.clone();
        this.wholeBytes = wholeBytes;
        this.wholeBelow = wholeBelow;
    }

    /** Takes bytes into its cache. */
    public void write(long offset, byte[] bytes) {
        for (int at = 0; at < bytes.length; ) {
            int place = Math.toIntExact(offset) + at;
            int whole = place < wholeBelow ? wholeBytes : 512;
            int length = Math.min(bytes.length - at, whole - place % whole);
            pending.add(new Sectors(place, Arrays.copyOfRange(bytes, at, at + length)));
            at += length;
        }
    }

    /** What it has taken so far is there from now on. */
    public void flush() {
        pending.forEach(sectors -> sectors.putInto(durable));
        pending.clear();
    }

    /** Writes what is left of it when the power is lost now to a file. */
    public void leave(Path file, Survival survival, Random chance) throws IOException {
        byte[] left = durable.clone();
        for (Sectors sectors : pending) {
            if (survival.of(chance)) {
                sectors.putInto(left);
            }
        }
        Files.write(file, left);
    }
}

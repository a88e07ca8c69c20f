// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A handle whose operations are waited for, with arrays for buffers: for tests. As thread-safe as its volume. */
public record AwaitedVolume(Volume volume) implements AutoCloseable {
    public static AwaitedVolume open(StorageEngine engine, String name, Access access) {
        return new AwaitedVolume(engine.open(VolumeName.of(name), access));
    }

    /** Patterns are parts of it: tests make very many, and copying is far faster than making bytes up. */
    private static final byte[] NOISE = noise(1, 8 << 20);

    /** Bytes that look like no others: no zeroes among them, the same for the same seed. */
    public static byte[] pattern(long seed, int lengthBytes) {
        if (lengthBytes > NOISE.length / 2) {
            return noise(seed, lengthBytes);
        }
        int at = new SplittableRandom(seed).nextInt(NOISE.length - lengthBytes);
        return Arrays.copyOfRange(NOISE, at, at + lengthBytes);
    }

    private static byte[] noise(long seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new SplittableRandom(seed).nextBytes(bytes);
        for (int i = 0; i < lengthBytes; i++) {
            if (bytes[i] == 0) {
                bytes[i] = 1;
            }
        }
        return bytes;
    }

    /** A direct aligned buffer with these bytes. */
    public static ByteBuffer buffer(byte[] bytes) {
        return AlignedBuffer.allocate(bytes.length).put(bytes).flip();
    }

    public byte[] read(long offsetBytes, int lengthBytes) {
        ByteBuffer target = AlignedBuffer.allocate(lengthBytes);
        Stages.await(volume.read(offsetBytes, target));
        byte[] bytes = new byte[lengthBytes];
        target.get(0, bytes);
        return bytes;
    }

    /** Everything in the volume. */
    public byte[] readAll() {
        return read(0, Math.toIntExact(volume.sizeBytes()));
    }

    public AwaitedVolume write(long offsetBytes, byte[] bytes) {
        Stages.await(volume.write(offsetBytes, buffer(bytes)));
        return this;
    }

    public AwaitedVolume writeZeroes(long offsetBytes, long lengthBytes) {
        Stages.await(volume.writeZeroes(new ByteRange(offsetBytes, lengthBytes)));
        return this;
    }

    public AwaitedVolume unmap(long offsetBytes, long lengthBytes) {
        Stages.await(volume.unmap(new ByteRange(offsetBytes, lengthBytes)));
        return this;
    }

    public AwaitedVolume flush() {
        Stages.await(volume.flush());
        return this;
    }

    @Override
    public void close() {
        volume.close();
    }
}

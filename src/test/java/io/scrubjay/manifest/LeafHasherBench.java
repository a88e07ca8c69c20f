// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ChunkGrid;
import io.scrubjay.block.DigestAlgorithm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * How fast one worker makes leaves: chunks a second, so MiB/s. The chunks rotate over 64 MiB, more than a cache holds.
 *
 * <p>{@code mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/cp && java -cp
 * target/test-classes:target/classes:$(cat target/cp) org.openjdk.jmh.Main LeafHasherBench}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LeafHasherBench {
    private static final int CHUNKS = 64;

    private final MessageDigest sha256 = DigestAlgorithm.SHA_256.newHash();
    private final CRC32C crc32c = new CRC32C();
    private final LeafHasher hasher = new LeafHasher();
    private final ByteBuffer[] direct = new ByteBuffer[CHUNKS];
    private final ByteBuffer[] heap = new ByteBuffer[CHUNKS];
    private int next;

    @Setup(Level.Trial)
    public void fill() {
        byte[] bytes = new byte[ChunkGrid.CHUNK_BYTES];
        Random random = new Random(9);
        for (int i = 0; i < CHUNKS; i++) {
            random.nextBytes(bytes);
            direct[i] = AlignedBuffer.allocate(bytes.length).put(bytes).flip();
            heap[i] = ByteBuffer.wrap(bytes.clone());
        }
    }

    /** What the hasher would do without its array. */
    @Benchmark
    public Leaf leafOfDirectByTheJdk() {
        ByteBuffer chunk = direct[nextChunk()];
        sha256.update(chunk.duplicate());
        crc32c.reset();
        crc32c.update(chunk.duplicate());
        return Leaf.of(sha256.digest(), (int) crc32c.getValue());
    }

    @Benchmark
    public Leaf leafOfDirect() {
        return hasher.leaf(direct[nextChunk()]);
    }

    @Benchmark
    public Leaf leafOfHeap() {
        return hasher.leaf(heap[nextChunk()]);
    }

    @Benchmark
    public int crc32cOfDirect() {
        return hasher.crc32c(direct[nextChunk()]);
    }

    private int nextChunk() {
        next = (next + 1) % CHUNKS;
        return next;
    }
}

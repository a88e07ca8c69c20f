// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Cuts;
import io.scrubjay.source.DiskInMemory;
import io.scrubjay.source.DiskOffset;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.HeapBytes;
import io.scrubjay.source.LentBytes;
import io.scrubjay.source.MemoryBudget;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** All readers share one budget of memory. */
class Qcow2MemoryTest {
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final int ENTRIES = CLUSTER / Long.BYTES;
    private static final int TABLES = 10;
    private static final int HEADER_BYTES = 104;
    private static final long COPIED = 1L << 63;
    /** What all its runs need together, in arrays that double. */
    private static final long RUNS_BYTES = 3L * Long.BYTES * (1 << 17);

    private final MemoryBudget memory = new MemoryBudget(4 << 20);

    /** As large as anybody says, and empty. */
    private static final class NoDisk implements DiskSink {
        @Override
        public void begin(long sizeBytes) {}

        @Override
        public void data(DiskOffset at, LentBytes bytes) {}

        @Override
        public void zeroes(DiskOffset at, long length) {}
    }

    /** The header and the tables of a file with as many clusters as possible that wait, none beside the next. */
    private static byte[] tablesOfManyClusters() {
        ByteBuffer file = ByteBuffer.allocate((2 + TABLES) * CLUSTER);
        file.putInt(0x514649fb).putInt(3).putLong(0).putInt(0).putInt(CLUSTER_BITS);
        file.putLong((long) TABLES * ENTRIES * CLUSTER).putInt(0);
        file.putInt(TABLES).putLong(CLUSTER);
        file.putLong(0).putInt(0).putInt(0).putLong(0);
        file.putLong(0).putLong(0).putLong(0).putInt(4).putInt(HEADER_BYTES);
        file.position(CLUSTER);
        for (int table = 0; table < TABLES; table++) {
            file.putLong((2L + table) * CLUSTER | COPIED);
        }
        file.position(2 * CLUSTER);
        for (long entry = 0; entry < (long) TABLES * ENTRIES; entry++) {
            file.putLong((100 + 2 * entry) * CLUSTER | COPIED);
        }
        return file.array();
    }

    private Qcow2Reader reader() {
        return new Qcow2Reader(OptionalLong.empty(), new SpoolInMemory(), memory);
    }

    private void read(Qcow2Reader reader, byte[] file) {
        reader.read(new StreamPiece(StreamOffset.START, HeapBytes.of(file, 0, file.length)), new NoDisk());
    }

    @Test
    void fileThatNeedsMoreThanOthersLeaveIsBusyAndThenFits() {
        // Given
        byte[] file = tablesOfManyClusters();
        RefusedException refused;
        try (Qcow2Reader running = reader();
                Qcow2Reader late = reader()) {
            read(running, file);
            assertThat(memory.takenBytes()).isBetween(RUNS_BYTES, RUNS_BYTES + 16 * CLUSTER);
            // When
            refused = catchThrowableOfType(RefusedException.class, () -> read(late, file));
        }
        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
        assertThat(refused)
                .hasMessageContaining("reading this qcow2 file needs")
                .hasMessageContaining("try again later");
        assertThat(memory.takenBytes()).isZero();
        try (Qcow2Reader again = reader()) {
            read(again, file);
        }
    }

    @Test
    void readerThatCouldNotBeginHoldsNoMemory() {
        // Given
        byte[] file = tablesOfManyClusters();
        MemoryBudget small = new MemoryBudget(CLUSTER);
        RefusedException refused;
        // When
        try (Qcow2Reader reader = new Qcow2Reader(OptionalLong.empty(), new SpoolInMemory(), small)) {
            refused = catchThrowableOfType(RefusedException.class, () -> read(reader, file));
        }
        // Then
        assertThat(refused.refusal()).isEqualTo(Refusal.BUSY);
        assertThat(small.takenBytes()).isZero();
    }

    @Test
    void readerThatHasEndedHoldsNoMemory() {
        // Given
        DiskInMemory disk = new DiskInMemory(1 << 20);
        byte[] file = Qcow2Files.ofEveryKind(Qcow2Files.SMALL, Packing.DEFLATE, Qcow2Writer.Order.TABLES_LAST)
                .file();
        // When
        try (Qcow2Reader reader = reader()) {
            Cuts.send(file, IntStream.empty(), piece -> reader.read(piece, disk));
            long unused = reader.end(disk);
            assertThat(memory.takenBytes()).isPositive();
        }
        // Then
        assertThat(memory.takenBytes()).isZero();
    }
}

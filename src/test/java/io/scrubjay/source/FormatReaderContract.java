// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What every reader of a format does and promises. The test of a kind extends this, and says what is what. */
public abstract class FormatReaderContract {
    /** A new one for {@link #file}. */
    protected abstract FormatReader open();

    /** A small file; every byte of it is sent as the beginning of a piece. */
    protected abstract byte[] file();

    /** The disk that {@link #file} holds. */
    protected abstract byte[] disk();

    /** The disk that these first bytes of {@link #file} hold, if they make a file of their own. */
    protected abstract Optional<byte[]> diskOf(int firstBytes);

    private DiskInMemory read(byte[] file, IntStream ends) {
        DiskInMemory disk = new DiskInMemory();
        read(file, ends, disk);
        return disk;
    }

    private void read(byte[] file, IntStream ends, DiskInMemory disk) {
        try (FormatReader reader = open()) {
            Cuts.send(file, ends, piece -> reader.read(piece, disk));
            disk.ended(reader.end(disk));
        }
    }

    @Test
    void fileInOnePieceHoldsTheDisk() {
        assertThat(read(file(), IntStream.empty()).bytes()).isEqualTo(disk());
    }

    @Test
    void fileThatComesByteByByteHoldsTheSame() {
        assertThat(read(file(), IntStream.range(1, file().length)).bytes()).isEqualTo(disk());
    }

    @Test
    void itDoesNotMatterWhereAFileIsCutInTwo() {
        for (int cut = 1; cut < file().length; cut++) {
            assertThat(read(file(), IntStream.of(cut)).bytes())
                    .as("cut at %d", cut)
                    .isEqualTo(disk());
        }
    }

    @Test
    void fileThatEndsTooSoonIsMalformedOrAnother() {
        for (int end = 1; end < file().length; end++) {
            DiskInMemory disk = new DiskInMemory();
            try (FormatReader reader = open()) {
                Cuts.sendFirst(file(), end, piece -> reader.read(piece, disk));
                Optional<byte[]> shorter = diskOf(end);
                if (shorter.isPresent()) {
                    disk.ended(reader.end(disk));
                    assertThat(disk.bytes()).as("ended at %d", end).isEqualTo(shorter.get());
                } else {
                    assertThatExceptionOfType(RefusedException.class)
                            .as("ended at %d", end)
                            .isThrownBy(() -> reader.end(disk))
                            .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE));
                }
            }
        }
    }

    @Test
    void fileThatIsCutIsLetGoWhereverThatHappens() {
        for (int cut = 0; cut < file().length; cut++) {
            FormatReader reader = open();
            DiskInMemory disk = new DiskInMemory();
            Cuts.sendFirst(file(), cut, piece -> reader.read(piece, disk));
            reader.close();
            reader.close();
        }
    }

    @Test
    void whatTheDiskRefusesWithComesThroughAtEveryCall() {
        int calls = read(file(), IntStream.range(1, file().length)).calls();
        assertThat(calls).isPositive();
        for (int n = 0; n < calls; n++) {
            RefusedException full = new RefusedException(Refusal.POOL_FULL, "no room");
            DiskInMemory disk = new DiskInMemory();
            disk.failAt(n, full);
            assertThatExceptionOfType(RefusedException.class)
                    .as("call %d", n)
                    .isThrownBy(() -> read(file(), IntStream.range(1, file().length), disk))
                    .isSameAs(full);
            assertThat(disk.calls()).as("nothing follows call %d", n).isEqualTo(n);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What every decompressor does and promises. The test of a kind extends this, and says what is what. */
public abstract class DecompressorContract {
    /** A new one. */
    protected abstract Decompressor open();

    /** A small file, compressed; every byte of it is sent as the beginning of a piece. */
    protected abstract byte[] sent();

    /** What {@link #sent} decodes to. */
    protected abstract byte[] file();

    /** Whether only these first bytes of {@link #sent} make a stream of their own. */
    protected abstract boolean isWhole(int firstBytes);

    /** The longest piece that may leave when the longest that comes has so many bytes. */
    protected abstract int pieceBytesMax(int longestSent);

    /** What a new one makes of these bytes, in pieces that end at these positions; it is closed behind them. */
    protected final byte[] decoded(byte[] sent, IntStream ends) {
        Out out = new Out();
        try (Decompressor decompressor = open()) {
            Cuts.send(sent, ends, piece -> decompressor.decode(piece, out));
            decompressor.end(out);
        }
        assertThat(out.longest).isLessThanOrEqualTo(pieceBytesMax(sent.length));
        return out.bytes.toByteArray();
    }

    @Test
    void streamInOnePieceIsDecoded() {
        assertThat(decoded(sent(), IntStream.empty())).isEqualTo(file());
    }

    @Test
    void streamThatComesByteByByteIsDecodedAsWell() {
        assertThat(decoded(sent(), IntStream.range(1, sent().length))).isEqualTo(file());
    }

    @Test
    void itDoesNotMatterWhereAStreamIsCutInTwo() {
        for (int cut = 1; cut < sent().length; cut++) {
            assertThat(decoded(sent(), IntStream.of(cut))).as("cut at %d", cut).isEqualTo(file());
        }
    }

    @Test
    void streamThatEndsTooSoonIsMalformed() {
        for (int end = 0; end < sent().length; end++) {
            Out out = new Out();
            try (Decompressor decompressor = open()) {
                Cuts.sendFirst(sent(), end, piece -> decompressor.decode(piece, out));
                if (isWhole(end)) {
                    decompressor.end(out);
                } else {
                    assertThatExceptionOfType(RefusedException.class)
                            .as("ended at %d", end)
                            .isThrownBy(() -> decompressor.end(out))
                            .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED_IMAGE));
                }
            }
            byte[] soFar = out.bytes.toByteArray();
            assertThat(soFar).as("ended at %d", end).isEqualTo(Arrays.copyOf(file(), soFar.length));
        }
    }

    @Test
    void streamThatIsCutIsLetGoWhereverThatHappens() {
        for (int cut = 0; cut < sent().length; cut++) {
            Decompressor decompressor = open();
            Cuts.sendFirst(sent(), cut, piece -> decompressor.decode(piece, new Out()));
            decompressor.close();
            decompressor.close();
        }
    }

    @Test
    void whatTheSinkRefusesWithComesThroughAtEveryPiece() {
        int pieces = countOfPieces();
        for (int n = 0; n < pieces; n++) {
            RefusedException full = new RefusedException(Refusal.POOL_FULL, "no room");
            Out out = new Out();
            out.failAt = n;
            out.failure = full;
            try (Decompressor decompressor = open()) {
                assertThatExceptionOfType(RefusedException.class)
                        .as("piece %d", n)
                        .isThrownBy(() -> {
                            Cuts.send(
                                    sent(),
                                    IntStream.range(1, sent().length),
                                    piece -> decompressor.decode(piece, out));
                            decompressor.end(out);
                        })
                        .isSameAs(full);
            }
            assertThat(out.lengths).as("nothing follows piece %d", n).hasSize(n);
        }
    }

    private int countOfPieces() {
        Out out = new Out();
        try (Decompressor decompressor = open()) {
            Cuts.send(sent(), IntStream.range(1, sent().length), piece -> decompressor.decode(piece, out));
            decompressor.end(out);
        }
        return out.lengths.size();
    }

    /** Keeps what comes, and checks that each piece begins where the one before it has ended. */
    private static final class Out implements StreamSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Integer> lengths = new ArrayList<>();
        private int longest;
        private int failAt = -1;
        private RuntimeException failure;

        @Override
        public void take(StreamPiece piece) {
            if (lengths.size() == failAt) {
                throw failure;
            }
            assertThat(piece.offset()).isEqualTo(new StreamOffset(bytes.size()));
            byte[] copy = new byte[piece.bytes().length()];
            piece.bytes().view().get(copy);
            bytes.writeBytes(copy);
            lengths.add(copy.length);
            longest = Math.max(longest, copy.length);
        }
    }
}

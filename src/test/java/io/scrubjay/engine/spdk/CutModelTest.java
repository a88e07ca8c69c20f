// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** That the model tells a cut from what is none: without that, a test that relies on it could not fail. */
class CutModelTest {
    private final CutModel model = new CutModel(1);
    private final Random random = new Random(1);

    private byte[] bytes(Change change) {
        ByteBuffer bytes = ByteBuffer.allocate(CutModel.BLOCK_BYTES);
        change.fill(bytes);
        return bytes.array();
    }

    private Change write() {
        Change change = model.beginWrite(random, 1);
        model.acknowledged(change);
        return change;
    }

    @Test
    void cutHasTheLastAcknowledgedWrite() {
        Change old = write();
        Change last = write();
        long before = model.now();
        long after = model.now();

        assertThatCode(() -> model.requireCut("cut", bytes(last), before, after))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> model.requireCut("cut", bytes(old), before, after))
                .hasMessageContaining("block 0 holds");
        assertThatThrownBy(() -> model.requireCut("cut", new byte[CutModel.BLOCK_BYTES], before, after))
                .hasMessageContaining("block 0 holds 0");
    }

    @Test
    void cutMayHaveWhatWasUnderWayAndNothingLater() {
        Change last = write();
        long before = model.now();
        Change beside = write();
        long after = model.now();
        Change later = write();

        assertThatCode(() -> model.requireCut("cut", bytes(last), before, after))
                .doesNotThrowAnyException();
        assertThatCode(() -> model.requireCut("cut", bytes(beside), before, after))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> model.requireCut("cut", bytes(later), before, after))
                .hasMessageContaining("block 0 holds");
    }

    @Test
    void cutWithAChangeHasWhatWasAcknowledgedBeforeItBegan() {
        CutModel two = new CutModel(2);
        long before = two.now();
        Change first = two.beginWrite(random, 1);
        two.acknowledged(first);
        Change second = two.beginWrite(random, 1);
        while (second.offset() == first.offset()) {
            two.acknowledged(second);
            second = two.beginWrite(random, 1);
        }
        long after = two.now();
        byte[] onlyTheSecond = new byte[2 * CutModel.BLOCK_BYTES];
        System.arraycopy(bytes(second), 0, onlyTheSecond, (int) second.offset(), CutModel.BLOCK_BYTES);

        assertThatThrownBy(() -> two.requireCut("cut", onlyTheSecond, before, after))
                .hasMessageContaining("holds 0");
    }

    @Test
    void tornBlockIsFound() {
        Change last = write();
        long now = model.now();
        byte[] torn = bytes(last);
        torn[CutModel.BLOCK_BYTES - 1] ^= 1;

        assertThatThrownBy(() -> model.requireCut("cut", torn, now, now)).hasMessageContaining("torn");
    }

    @Test
    void journalTellsAnotherProcessWhatWasAcknowledged(@TempDir Path directory) {
        Path journal = directory.resolve("journal");
        CutModel before = CutModel.journaled(1, journal);
        Change acknowledged = before.beginWrite(random, 1);
        before.acknowledged(acknowledged);
        before.snapshotMade(before.beginSnapshot());
        before.beginDeletion(before.beginSnapshot());

        CutModel after = CutModel.journaled(1, journal);

        long now = after.now();
        assertThat(now).isEqualTo(before.now());
        assertThat(after.cuts()).isEqualTo(before.cuts());
        assertThat(after.cuts()).extracting(Cut::isThere).containsExactly(true, false);
        assertThatCode(() -> after.requireCut("cut", bytes(acknowledged), now, now))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> after.requireCut("cut", new byte[CutModel.BLOCK_BYTES], now, now))
                .hasMessageContaining("block 0 holds 0");
    }

    @Test
    void writeWithoutAnAnswerMayBeThereAfterARestart(@TempDir Path directory) {
        Path journal = directory.resolve("journal");
        Change unanswered = CutModel.journaled(1, journal).beginWrite(random, 1);
        CutModel after = CutModel.journaled(1, journal);
        after.started();

        long now = after.now();
        for (byte[] found : new byte[][] {bytes(unanswered), new byte[CutModel.BLOCK_BYTES]}) {
            assertThatCode(() -> after.requireCut("cut", found, now, now)).doesNotThrowAnyException();
        }
        Change next = after.beginWrite(random, 1);
        after.acknowledged(next);
        long later = after.now();
        assertThatThrownBy(() -> after.requireCut("cut", bytes(unanswered), later, later))
                .hasMessageContaining("block 0 holds");
    }
}

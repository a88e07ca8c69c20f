package io.scrubjay.engine.spdk;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** That the model tells a cut from what is none: without that, a test that relies on it could not fail. */
class CutModelTest {
    private final CutModel model = new CutModel(1);
    private final Random random = new Random(1);

    private byte[] bytes(CutModel.Change change) {
        ByteBuffer bytes = ByteBuffer.allocate(CutModel.BLOCK_BYTES);
        change.fill(bytes);
        return bytes.array();
    }

    private CutModel.Change write() {
        CutModel.Change change = model.beginWrite(random, 1);
        model.acknowledged(change);
        return change;
    }

    @Test
    void cutHasTheLastAcknowledgedWrite() {
        CutModel.Change old = write();
        CutModel.Change last = write();
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
        CutModel.Change last = write();
        long before = model.now();
        CutModel.Change beside = write();
        long after = model.now();
        CutModel.Change later = write();

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
        CutModel.Change first = two.beginWrite(random, 1);
        two.acknowledged(first);
        CutModel.Change second = two.beginWrite(random, 1);
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
        CutModel.Change last = write();
        long now = model.now();
        byte[] torn = bytes(last);
        torn[CutModel.BLOCK_BYTES - 1] ^= 1;

        assertThatThrownBy(() -> model.requireCut("cut", torn, now, now)).hasMessageContaining("torn");
    }
}

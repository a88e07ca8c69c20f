// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.FlakyEngine.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FlakyEngineTest extends StorageEngineContract {
    private static final VolumeName NAME = VolumeName.of("a");

    @Override
    protected PoolOpener newPool(Path directory, int capacityClusters) {
        return MemoryPool.opener(capacityClusters, FlakyEngine::new);
    }

    private FlakyEngine flaky() {
        return (FlakyEngine) engine();
    }

    private static EngineException full() {
        return new NoSpace(1, 0);
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheChosenControlCallFails(Moment moment) {
        flaky().failOnce(2, moment, FlakyEngineTest::full);

        thin("first", 1);
        assertThatThrownBy(() -> thin("second", 1)).isInstanceOf(NoSpace.class);
        thin("third", 1);

        assertThat(flaky().fired()).isTrue();
        assertThat(engine().find(VolumeName.of("second")).isPresent()).isEqualTo(moment == Moment.AFTER);
        assertThat(engine().find(VolumeName.of("third"))).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheChosenOperationFails(Moment moment) {
        filled("a", cluster(1));
        flaky().failOnce(2, moment, FlakyEngineTest::full);

        writing("a", volume -> {
            volume.flush();
            assertThatThrownBy(() -> volume.write(0, cluster(2))).isInstanceOf(NoSpace.class);
            assertThat(volume.readAll()).isEqualTo(cluster(moment == Moment.AFTER ? 2 : 1));
        });
    }

    @Test
    void everyChangingCallIsCounted() {
        VolumeName s = VolumeName.of("s");

        thin("a", 2);
        writing(
                "a",
                volume -> volume.write(0, cluster(1)).writeZeroes(0, ioBytes()).unmap(0, clusterBytes()));
        engine().resize(NAME, 3L * clusterBytes());
        engine().snapshot(NAME, s);
        engine().cloneOf(s, VolumeName.of("c"));
        engine().inflate(NAME);
        engine().decouple(VolumeName.of("c"));
        engine().rename(NAME, VolumeName.of("b"));
        engine().seal(VolumeName.of("b"), VolumeName.of("t"));
        engine().delete(VolumeName.of("t"));

        assertThat(flaky().changes()).isEqualTo(13);
        assertThat(flaky().fired()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void nothingWorksAfterPowerOff(Moment moment) {
        filled("a", cluster(1));
        AwaitedVolume open = AwaitedVolume.open(engine(), "a", Access.WRITE);
        flaky().powerOff(1, moment);

        assertThatThrownBy(() -> engine().rename(NAME, VolumeName.of("b"))).isInstanceOf(DeviceFailed.class);

        assertThatThrownBy(engine()::list).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> thin("c", 1)).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(open::readAll).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(() -> open.write(0, cluster(2))).isInstanceOf(DeviceFailed.class);
        assertThatThrownBy(open::flush).isInstanceOf(DeviceFailed.class);
        open.close();
        flaky().heal();
        assertThat(engine().list())
                .extracting(volume -> volume.name().value())
                .containsExactly(moment == Moment.AFTER ? "b" : "a");
    }

    @Test
    void readsOfABadRangeFailAndOthersDoNot() {
        filled("a", joined(cluster(1), cluster(2)));
        filled("b", cluster(1));
        flaky().failReads(NAME, new ByteRange(clusterBytes() + 5L, 1));

        try (AwaitedVolume volume = AwaitedVolume.open(engine(), "a", Access.VERIFY)) {
            assertThat(volume.read(0, clusterBytes())).isEqualTo(cluster(1));
            assertThatThrownBy(() -> volume.read(clusterBytes(), ioBytes())).isInstanceOf(DeviceFailed.class);
        }
        assertThat(content("b")).isEqualTo(cluster(1));
    }

    @Test
    void oneBitIsWrongInEveryReadOfItsByte() {
        filled("a", cluster(1));
        int at = ioBytes() + 17;
        flaky().flipBit(NAME, at, 3);
        byte[] expected = cluster(1);
        expected[at] ^= 1 << 3;

        assertThat(content("a")).isEqualTo(expected);
        assertThat(content("a")).isEqualTo(expected);
        flaky().heal();
        assertThat(content("a")).isEqualTo(cluster(1));
    }

    @Test
    void garbledRangeIsWrongInEveryByteAndNowhereElse() {
        filled("a", cluster(1));
        flaky().garbleReads(NAME, new ByteRange(10, 20));

        byte[] found = content("a");

        byte[] written = cluster(1);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i] == written[i]).as("byte %d", i).isEqualTo(i < 10 || i >= 30);
        }
    }
}

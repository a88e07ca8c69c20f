// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * From one step on every change of the pool's directories fails, so that what was begun cannot be taken back either: what the
 * engine tells meanwhile is so, or it says that it cannot tell; afterwards it tells what the next opening finds.
 */
class UnclearChangesTest {
    private static final VolumeName A = VolumeName.of("a");
    private static final VolumeName S = VolumeName.of("s");
    private static final VolumeName OTHER = VolumeName.of("other");
    private static final VolumeName NEW = VolumeName.of("new");
    private static final int MIB = 1 << 20;
    private static final int STEPS_MAX = 50;

    @TempDir
    Path scratch;

    /** A change that gives or takes names away, or replaces what is said of a volume. */
    private enum Change {
        CREATE,
        RENAME,
        SEAL,
        SNAPSHOT,
        CLONE,
        DELETE,
        RESIZE,
        CUT,
        INFLATE,
        DECOUPLE;

        void make(FileEngine engine) {
            switch (this) {
                case CREATE -> engine.create(NEW, MIB, Provisioning.THIN);
                case RENAME -> engine.rename(A, NEW);
                case SEAL -> engine.seal(A, NEW);
                case SNAPSHOT -> engine.snapshot(A, NEW);
                case CLONE -> engine.cloneOf(S, NEW);
                case DELETE -> engine.delete(A);
                case RESIZE -> engine.resize(A, 2 * MIB);
                case CUT -> engine.cut(A, MIB / 2);
                case INFLATE -> engine.inflate(A);
                case DECOUPLE -> engine.decouple(A);
            }
        }
    }

    /** Whether a step that fails was taken all the same. */
    private enum Moment {
        BEFORE,
        AFTER
    }

    /** Steps that fail, from one on. */
    private static final class FailingFiles extends DurableFiles {
        private int stepsToGo = Integer.MAX_VALUE;
        private Moment moment = Moment.BEFORE;

        FailingFiles(PoolSpace space) {
            super(space);
        }

        void failFrom(int step, Moment then) {
            stepsToGo = step - 1;
            moment = then;
        }

        void heal() {
            stepsToGo = Integer.MAX_VALUE;
        }

        boolean failed() {
            return stepsToGo < 0;
        }

        @Override
        void makeDirectory(Path directory) {
            step(() -> super.makeDirectory(directory));
        }

        @Override
        void write(Path file, byte[] content) {
            step(() -> super.write(file, content));
        }

        @Override
        void syncDirectory(Path directory) {
            step(() -> super.syncDirectory(directory));
        }

        @Override
        void rename(Path from, Path to) {
            step(() -> super.rename(from, to));
        }

        private void step(Runnable step) {
            if (stepsToGo > 0) {
                stepsToGo--;
                step.run();
                return;
            }
            // Only the first of those that fail may have been taken: nothing can be taken back afterwards.
            if (stepsToGo == 0 && moment == Moment.AFTER) {
                step.run();
            }
            stepsToGo = -1;
            throw new DeviceFailed("a step", 5);
        }
    }

    private static Stream<Arguments> changes() {
        return Stream.of(Change.values())
                .flatMap(change -> Stream.of(Moment.values()).map(moment -> Arguments.of(change, moment)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whatCannotBeTakenBackIsFoundOut(Change change, Moment moment) {
        int unclear = 0;
        int step = 1;
        for (Outcome outcome = outcome(change, moment, step);
                outcome != Outcome.DONE;
                outcome = outcome(change, moment, step)) {
            unclear += outcome == Outcome.UNCLEAR ? 1 : 0;
            step++;
            assertThat(step).as("steps of %s", change).isLessThan(STEPS_MAX);
        }
        assertThat(unclear).as("steps of %s that leave it unclear", change).isPositive();
    }

    private enum Outcome {
        /** No step failed. */
        DONE,
        FAILED,
        UNCLEAR
    }

    private Outcome outcome(Change change, Moment moment, int step) {
        String at = change + ", step " + step + " " + moment;
        Path pool = scratch.resolve(at.replace(' ', '-'));
        FailingFiles[] files = new FailingFiles[1];
        try (FileEngine engine = FileEngine.open(FilePool.at(pool), space -> files[0] = new FailingFiles(space))) {
            // Given
            for (VolumeName name : List.of(VolumeName.of("b"), OTHER)) {
                engine.create(name, MIB, Provisioning.THIN);
            }
            engine.seal(VolumeName.of("b"), S);
            engine.cloneOf(S, A);
            List<VolumeSummary> before = engine.list();
            files[0].failFrom(step, moment);

            // When
            boolean answered = succeeds(engine, change);

            // Then, while nothing can be changed
            if (!files[0].failed()) {
                assertThat(answered).as(at).isTrue();
                return Outcome.DONE;
            }
            Set<VolumeName> untold =
                    Stream.of(A, NEW).filter(name -> !tells(engine, name)).collect(Collectors.toSet());
            Optional<List<VolumeSummary>> told = untold.isEmpty() ? Optional.of(engine.list()) : Optional.empty();
            assertThat(engine.find(OTHER)).as(at).isPresent();
            engine.open(OTHER, Access.READ).close();
            if (!untold.isEmpty()) {
                assertThatThrownBy(engine::list).as(at).isInstanceOf(DeviceFailed.class);
                assertThatThrownBy(() -> engine.create(NEW, MIB, Provisioning.THIN))
                        .as(at)
                        .isInstanceOf(DeviceFailed.class);
            }

            // And when it can be, again
            files[0].heal();
            List<VolumeSummary> after = engine.list();
            told.ifPresent(volumes -> assertThat(after).as(at).isEqualTo(volumes));
            if (answered) {
                assertThat(after).as(at).isNotEqualTo(before);
            }
            after.forEach(volume -> engine.open(volume.name(), Access.READ).close());
            assertThat(after).as(at).isEqualTo(reopened(engine, pool));
            return untold.isEmpty() ? Outcome.FAILED : Outcome.UNCLEAR;
        }
    }

    private static List<VolumeSummary> reopened(FileEngine engine, Path pool) {
        engine.close();
        try (FileEngine again = FileEngine.open(FilePool.at(pool))) {
            assertThat(again.unreadable()).isEmpty();
            return again.list();
        }
    }

    private static boolean succeeds(FileEngine engine, Change change) {
        try {
            change.make(engine);
            return true;
        } catch (EngineException failed) {
            assertThat(failed).isInstanceOf(DeviceFailed.class);
            return false;
        }
    }

    private static boolean tells(FileEngine engine, VolumeName name) {
        try {
            Optional<VolumeSummary> unused = engine.find(name);
            return true;
        } catch (DeviceFailed cannotTell) {
            return false;
        }
    }

    /** Through the handles that it has a volume gets no holes that may be thick. */
    @Test
    void volumeThatMayBeThickIsGivenNoHoles() {
        FailingFiles[] files = new FailingFiles[1];
        try (FileEngine engine =
                FileEngine.open(FilePool.at(scratch.resolve("pool")), space -> files[0] = new FailingFiles(space))) {
            // Given
            engine.create(A, MIB, Provisioning.THIN);
            try (Volume volume = engine.open(A, Access.WRITE)) {
                // The rename of the new meta file is answered with a failure, and can be neither seen to nor taken
                // back.
                files[0].failFrom(2, Moment.AFTER);
                assertThatThrownBy(() -> engine.inflate(A)).isInstanceOf(DeviceFailed.class);
                assertThat(tells(engine, A)).isFalse();

                // When
                Stages.await(volume.unmap(new ByteRange(0, MIB)));
            }

            // Then
            files[0].heal();
            assertThat(engine.find(A).orElseThrow().provisioning()).isEqualTo(Provisioning.THICK);
            assertThat(engine.allocated(A).count())
                    .isEqualTo(MIB / engine.traits().clusterSize().bytes());
        }
    }
}

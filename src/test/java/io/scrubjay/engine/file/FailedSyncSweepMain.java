// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program that makes each change of a pool again and again, each time with another of its syncs failing, and compares what the
 * engine tells afterwards with what the next opening finds: {@code FailedSyncSweepMain <pools> <control>}.
 */
final class FailedSyncSweepMain {
    private static final int EIO = 5;
    private static final int MIB = 1 << 20;
    private static final int SYNCS_MAX = 20;
    private static final VolumeName A = VolumeName.of("a");
    private static final VolumeName S = VolumeName.of("s");
    private static final VolumeName NEW = VolumeName.of("new");

    private final Path pools;
    private final Path control;
    private int orders;

    private FailedSyncSweepMain(Path pools, Path control) {
        this.pools = pools;
        this.control = control;
    }

    public static void main(String[] arguments) throws IOException {
        FailedSyncSweepMain program = new FailedSyncSweepMain(Path.of(arguments[0]), Path.of(arguments[1]));
        program.sweep();
        program.requireThatProofsMissNone();
    }

    private static Map<String, Consumer<FileEngine>> changes() {
        Map<String, Consumer<FileEngine>> changes = new TreeMap<>();
        changes.put("clone", engine -> engine.cloneOf(S, NEW));
        changes.put("create", engine -> engine.create(NEW, MIB, Provisioning.THIN));
        changes.put("cut", engine -> engine.cut(A, MIB / 2));
        changes.put("decouple", engine -> engine.decouple(A));
        changes.put("delete", engine -> engine.delete(A));
        changes.put("inflate", engine -> engine.inflate(A));
        changes.put("rename", engine -> engine.rename(A, NEW));
        changes.put("resize", engine -> engine.resize(A, 2 * MIB));
        changes.put("seal", engine -> engine.seal(A, NEW));
        changes.put("snapshot", engine -> engine.snapshot(A, NEW));
        return changes;
    }

    private void sweep() throws IOException {
        for (Map.Entry<String, Consumer<FileEngine>> change : changes().entrySet()) {
            int failures = 0;
            for (String call : List.of("fsync", "fdatasync")) {
                int nth = 1;
                while (fails(change.getKey(), change.getValue(), call, nth)) {
                    nth++;
                    assertThat(nth).as("syncs of %s", change.getKey()).isLessThan(SYNCS_MAX);
                }
                failures += nth - 1;
                // With each of them failing nothing can be taken back either.
                boolean unused = fails(change.getKey(), change.getValue(), call, 0);
            }
            assertThat(failures).as("syncs of %s that fail it", change.getKey()).isPositive();
        }
    }

    /** A pool whose names cannot be made to last takes no changes, though it takes writes. */
    private void requireThatProofsMissNone() throws IOException {
        try (FileEngine engine = FileEngine.open(FilePool.at(pools.resolve("proven")))) {
            engine.proveWritable();
            order("fail:" + EIO + " fsync 0 */volumes");
            assertThat(succeeds(engine::proveWritable)).as("a proof").isFalse();
            assertThat(succeeds(() -> engine.create(NEW, MIB, Provisioning.THIN)))
                    .as("a creation")
                    .isFalse();
            order("pass");
            engine.proveWritable();
        }
    }

    /** Whether the change failed because of this sync; the pool is the same for the engine and for the next one. */
    private boolean fails(String name, Consumer<FileEngine> change, String call, int nth) throws IOException {
        String at = name + ", " + call + " " + nth;
        Path pool = pools.resolve(name + "-" + call + "-" + nth);
        boolean failed;
        Optional<List<VolumeSummary>> told;
        List<VolumeSummary> healed;
        try (FileEngine engine = FileEngine.open(FilePool.at(pool))) {
            engine.create(VolumeName.of("b"), MIB, Provisioning.THIN);
            engine.seal(VolumeName.of("b"), S);
            engine.cloneOf(S, A);
            order("fail:" + EIO + " " + call + " " + nth + " *");
            failed = !succeeds(() -> change.accept(engine));
            told = told(engine);
            order("pass");
            healed = engine.list();
        }
        try (FileEngine again = FileEngine.open(FilePool.at(pool))) {
            assertThat(again.unreadable()).as(at).isEmpty();
            assertThat(healed).as(at).isEqualTo(again.list());
            told.ifPresent(volumes -> assertThat(volumes).as(at).isEqualTo(again.list()));
        }
        return failed;
    }

    private static boolean succeeds(Runnable change) {
        try {
            change.run();
            return true;
        } catch (EngineException.DeviceFailed failed) {
            assertThat(failed.errno()).isEqualTo(EIO);
            return false;
        }
    }

    /** What there is; empty when it says that it cannot tell. */
    private static Optional<List<VolumeSummary>> told(FileEngine engine) {
        try {
            return Optional.of(engine.list());
        } catch (EngineException.DeviceFailed unknown) {
            return Optional.empty();
        }
    }

    private void order(String text) throws IOException {
        orders++;
        Path fresh = Files.writeString(control.resolve("order~"), orders + " " + text);
        Files.move(fresh, control.resolve("order"), StandardCopyOption.ATOMIC_MOVE);
    }
}

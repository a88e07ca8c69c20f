// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.EngineException.VolumeExists;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.EngineException.VolumeNotFound;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What an engine says when it refuses: what was wrong, with which volume, and with which numbers; in words for people, and
 * nothing of how the engine works inside.
 */
public interface MessagesContract extends PoolUnderTest {
    private static VolumeName name(String text) {
        return VolumeName.of(text);
    }

    /** The call fails with such an exception, which says all of this. */
    private static void requireSays(
            String what, Class<? extends Throwable> kind, ThrowingCallable call, Object... words) {
        Throwable refused = catchThrowable(call);
        assertThat(refused).as(what).isInstanceOf(kind);
        assertThat(refused.getMessage())
                .as(what)
                .isNotBlank()
                .doesNotContain("null")
                .doesNotContain("io.scrubjay")
                // What toString says of an object that has none of its own, and where this pool lies.
                .doesNotContainPattern("@[0-9a-f]{4,}")
                .doesNotContain("/tmp/");
        for (Object word : words) {
            assertThat(refused.getMessage()).as(what).contains(word.toString());
        }
    }

    @Test
    default void whatIsMissingIsNamed() {
        sealed("a", cluster(1));
        VolumeName missing = name("missing");
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        for (Access access : Access.values()) {
            calls.put("open to " + access, () -> engine().open(missing, access));
        }
        calls.put("allocated", () -> engine().allocated(missing));
        calls.put("differing", () -> engine().differing(missing, name("a")));
        calls.put("differing from it", () -> engine().differing(name("a"), missing));
        calls.put("resize", () -> engine().resize(missing, clusterBytes()));
        calls.put("cut", () -> engine().cut(missing, clusterBytes()));
        calls.put("snapshot", () -> engine().snapshot(missing, name("b")));
        calls.put("seal", () -> engine().seal(missing, name("b")));
        calls.put("clone", () -> engine().cloneOf(missing, name("b")));
        calls.put("inflate", () -> engine().inflate(missing));
        calls.put("decouple", () -> engine().decouple(missing));
        calls.put("rename", () -> engine().rename(missing, name("b")));
        calls.put("delete", () -> engine().delete(missing));

        calls.forEach((what, call) -> requireSays(what, VolumeNotFound.class, call, "no volume", "'missing'"));
    }

    @Test
    default void whatIsTakenOrInUseIsNamed() {
        sealed("snap", cluster(1));
        filled("v", cluster(2));
        VolumeName taken = name("taken");
        thin("taken", 1);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("create", () -> engine().create(taken, clusterBytes(), Provisioning.THIN));
        calls.put("snapshot", () -> engine().snapshot(name("v"), taken));
        calls.put("seal", () -> engine().seal(name("v"), taken));
        calls.put("clone", () -> engine().cloneOf(name("snap"), taken));
        calls.put("rename", () -> engine().rename(name("v"), taken));
        calls.forEach((what, call) -> requireSays(what, VolumeExists.class, call, "'taken'", "exists"));

        calls.clear();
        calls.put("open", () -> engine().open(taken, Access.WRITE));
        calls.put("cut", () -> engine().cut(taken, clusterBytes()));
        calls.put("seal", () -> engine().seal(taken, name("b")));
        calls.put("delete", () -> engine().delete(taken));
        try (Volume open = engine().open(taken, Access.WRITE)) {
            assertThat(open.name()).isEqualTo(taken);
            calls.forEach((what, call) -> requireSays(what, VolumeInUse.class, call, "'taken'", "open handle"));
        }

        if (shares()) {
            engine().cloneOf(name("snap"), name("child-1"));
            engine().cloneOf(name("snap"), name("child-2"));
            requireSays(
                    "delete of a parent",
                    VolumeInUse.class,
                    () -> engine().delete(name("snap")),
                    "'snap'",
                    "child-1",
                    "child-2");
        }
    }

    @Test
    default void whatIsASnapshotOrIsNoneIsNamed() {
        sealed("snap", cluster(1));
        filled("v", cluster(2));
        VolumeName snap = name("snap");
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("open", () -> engine().open(snap, Access.WRITE));
        calls.put("resize", () -> engine().resize(snap, 2L * clusterBytes()));
        calls.put("cut", () -> engine().cut(snap, clusterBytes()));
        calls.put("snapshot", () -> engine().snapshot(snap, name("b")));
        calls.put("inflate", () -> engine().inflate(snap));
        calls.put("decouple", () -> engine().decouple(snap));
        calls.put("rename", () -> engine().rename(snap, name("b")));

        calls.forEach(
                (what, call) -> requireSays(what, IllegalArgumentException.class, call, "'snap'", "is a snapshot"));
        requireSays(
                "clone",
                IllegalArgumentException.class,
                () -> engine().cloneOf(name("v"), name("b")),
                "'v'",
                "snapshot");
    }

    @Test
    default void sizesAndRangesAreSaid() {
        thin("v", 2);
        long bytes = 2L * clusterBytes();
        Class<IllegalArgumentException> misuse = IllegalArgumentException.class;
        requireSays("create", misuse, () -> engine().create(name("b"), 0, Provisioning.THIN), "0", "byte");
        requireSays("create", misuse, () -> engine().create(name("b"), -7, Provisioning.THIN), "-7", "byte");
        requireSays("shrink", misuse, () -> engine().resize(name("v"), 5), "'v'", bytes, "5");
        requireSays("cut", misuse, () -> engine().cut(name("v"), 0), "0", "byte");
        requireSays("cut", misuse, () -> engine().cut(name("v"), bytes + 1), "'v'", bytes, bytes + 1);

        try (Volume volume = engine().open(name("v"), Access.WRITE)) {
            var block = AlignedBuffer.allocate(ioBytes());
            var cluster = AlignedBuffer.allocate(clusterBytes());
            requireSays("read", misuse, () -> volume.read(1, block), 1 + "+" + ioBytes(), ioBytes());
            requireSays("write", misuse, () -> volume.write(1, block), 1 + "+" + ioBytes(), ioBytes());
            ByteRange crooked = new ByteRange(1, ioBytes());
            requireSays("zeroes", misuse, () -> volume.writeZeroes(crooked), 1 + "+" + ioBytes(), ioBytes());
            String beyond = bytes + "+" + clusterBytes();
            requireSays("read", misuse, () -> volume.read(bytes, cluster), beyond, "'v'", bytes);
            requireSays("write", misuse, () -> volume.write(bytes, cluster), beyond, "'v'", bytes);
            ByteRange behind = new ByteRange(bytes, clusterBytes());
            requireSays("zeroes", misuse, () -> volume.writeZeroes(behind), beyond, "'v'", bytes);
            requireSays("unmap", misuse, () -> volume.unmap(behind), beyond, "'v'", bytes);
        }
    }

    @Test
    default void whatIsClosedOrOnlyReadIsNamed() {
        filled("v", cluster(1));
        var cluster = AlignedBuffer.allocate(clusterBytes());
        ByteRange all = new ByteRange(0, clusterBytes());
        Volume reading = engine().open(name("v"), Access.READ);
        Class<IllegalStateException> misuse = IllegalStateException.class;
        requireSays("write", misuse, () -> reading.write(0, cluster), "'v'", "reading only");
        requireSays("zeroes", misuse, () -> reading.writeZeroes(all), "'v'", "reading only");
        requireSays("unmap", misuse, () -> reading.unmap(all), "'v'", "reading only");
        reading.close();
        requireSays("read", misuse, () -> reading.read(0, cluster), "'v'", "closed");
        Volume writing = engine().open(name("v"), Access.WRITE);
        writing.close();
        requireSays("write", misuse, () -> writing.write(0, cluster), "'v'", "closed");
        requireSays("flush", misuse, writing::flush, "'v'", "closed");

        StorageEngine closed = engine();
        reopen();
        requireSays("list", misuse, closed::list, "the engine is closed");
        requireSays("create", misuse, () -> closed.create(name("b"), 1, Provisioning.THIN), "the engine is closed");
    }

    @Test
    default void whatDoesNotFitIsSaidWithWhatIsFree() {
        assumeThat(limitsCapacity())
                .as("this pool has no size of its own: it is as large as its file system")
                .isTrue();
        long asked = (CAPACITY_CLUSTERS + 1L) * clusterBytes();
        long free = engine().usage().freeClusters() * clusterBytes();

        requireSays("create", NoSpace.class, () -> thick("a", CAPACITY_CLUSTERS + 1), "full", asked, free);
    }

    /** It names the pool, which is the administrator's to find. */
    @Test
    default void whoeverOpensAnOpenPoolIsToldWhatToDo() {
        Throwable refused = catchThrowable(this::openAgain);

        assertThat(refused).isInstanceOf(PoolUnusable.class);
        PoolUnusable unusable = (PoolUnusable) refused;
        assertThat(unusable.remedy()).isNotBlank();
        assertThat(unusable.getMessage()).doesNotContain("null").endsWith(unusable.remedy());
        assertThat(unusable.isRetryable()).as("once the other has ended").isTrue();
    }
}

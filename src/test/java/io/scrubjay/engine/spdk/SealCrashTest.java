// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** A seal is several calls to SPDK. After a crash between them nothing is lost, and what is left can be deleted. */
@NeedsSpdk
class SealCrashTest {
    private static final VolumeName HEAD = VolumeName.of("head");
    private static final VolumeName PARENT = VolumeName.of("parent");
    private static final VolumeName IMAGE = VolumeName.of("image");
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 3 * TestDevice.CLUSTER_BYTES);

    @TempDir
    Path directory;

    /** What is done to the store by name, as far as a seal came. */
    @FunctionalInterface
    private interface Steps {
        void run(LvolStore store, String head);
    }

    private SpdkPool crashed(DeviceKind kind, Steps steps) {
        return crashed(kind, engine -> {}, steps);
    }

    /** The head is a clone without a cluster of its own. */
    private SpdkPool crashedWithClone(DeviceKind kind, Steps steps) {
        return crashed(
                kind,
                engine -> {
                    engine.seal(HEAD, PARENT);
                    engine.cloneOf(PARENT, HEAD);
                },
                steps);
    }

    private SpdkPool crashed(DeviceKind kind, Consumer<StorageEngine> more, Steps steps) {
        SpdkPool pool = kind.pool(directory, 10);
        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            engine.create(HEAD, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, "head", Access.WRITE)) {
                volume.write(0, BYTES).flush();
            }
            more.accept(engine);
        }
        try (RawPool raw = RawPool.open(pool)) {
            raw.unmark();
            steps.run(raw.store(), raw.store().find(HEAD.value()).orElseThrow().uuid());
        }
        return pool;
    }

    private static void requireContent(StorageEngine engine, VolumeName name) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, name.value(), Access.VERIFY)) {
            assertThat(volume.readAll()).as("%s", name).isEqualTo(BYTES);
        }
    }

    private static void requireAllIsFreeAndZero(SpdkEngine engine, SpdkPool pool) {
        ClearedPool.await(engine);
        assertThat(engine.usage().usedBytes()).isZero();
        engine.close();
        try (RawPool raw = RawPool.open(pool)) {
            raw.requireFreeClustersAreZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void crashAfterTheSnapshotLeavesBoth(DeviceKind kind) {
        SpdkPool pool = crashed(kind, (store, head) -> store.snapshot(head, IMAGE.value()));

        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.list())
                    .extracting(VolumeSummary::name, VolumeSummary::kind)
                    .containsExactly(tuple(HEAD, VolumeKind.VOLUME), tuple(IMAGE, VolumeKind.SNAPSHOT));
            requireContent(engine, HEAD);
            requireContent(engine, IMAGE);
            // As leftovers are: by name.
            engine.delete(HEAD);
            engine.delete(IMAGE);
            requireAllIsFreeAndZero(engine, pool);
        }
    }

    @ParameterizedTest
    @EnumSource
    void crashBeforeTheVolumeIsGoneLeavesTheSnapshot(DeviceKind kind) {
        SpdkPool pool = crashed(kind, (store, head) -> {
            store.snapshot(head, IMAGE.value());
            store.rename(head, PrivateName.DELETED.fresh());
        });

        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.list())
                    .extracting(VolumeSummary::name, VolumeSummary::kind)
                    .containsExactly(tuple(IMAGE, VolumeKind.SNAPSHOT));
            requireContent(engine, IMAGE);
            engine.delete(IMAGE);
            requireAllIsFreeAndZero(engine, pool);
        }
    }

    /** As the image of a snapshot is made: a clone of it is sealed. */
    @ParameterizedTest
    @EnumSource
    void crashInTheSealOfACloneLeavesItsParent(DeviceKind kind) {
        SpdkPool pool = crashedWithClone(kind, (store, head) -> store.snapshot(head, IMAGE.value()));

        try (SpdkEngine engine = SpdkEngine.open(pool)) {
            assertThat(engine.list())
                    .extracting(VolumeSummary::name, VolumeSummary::parent)
                    .containsExactly(
                            tuple(HEAD, Optional.of(IMAGE)),
                            tuple(IMAGE, Optional.of(PARENT)),
                            tuple(PARENT, Optional.empty()));
            engine.delete(HEAD);
            requireContent(engine, IMAGE);
            engine.delete(IMAGE);
            requireContent(engine, PARENT);
            engine.delete(PARENT);
            requireAllIsFreeAndZero(engine, pool);
        }
    }
}

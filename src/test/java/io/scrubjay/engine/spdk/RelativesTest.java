// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.VolumeSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Parents and children that are changed at once: SPDK changes the one with the other. */
@NeedsSpdk
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RelativesTest {
    private static final int CLUSTER = TestDevice.CLUSTER_BYTES;
    private static final int ROUNDS = 3;

    @TempDir
    Path directory;

    private SpdkPool pool;
    private SpdkEngine engine;

    private void open(DeviceKind kind) {
        pool = kind.pool(directory, 40);
        engine = SpdkEngine.open(pool);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "AIO_FALLOCATE"})
    void parentAndChildCanBeDeletedAtOnce(DeviceKind kind) {
        open(kind);
        for (int round = 0; round < ROUNDS; round++) {
            family();

            together(() -> engine.delete(name("child")), () -> engine.delete(name("parent")));

            assertThat(engine.list()).extracting(VolumeSummary::name).containsExactly(name("grandparent"));
            engine.delete(name("grandparent"));
        }
        requireEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "AIO_FALLOCATE"})
    void aWholeFamilyCanBeDeletedAtOnce(DeviceKind kind) {
        open(kind);
        for (int round = 0; round < ROUNDS; round++) {
            family();

            together(
                    () -> engine.delete(name("grandparent")),
                    () -> engine.delete(name("child")),
                    () -> engine.delete(name("parent")));

            assertThat(engine.list()).isEmpty();
        }
        requireEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "AIO_FALLOCATE"})
    void childCanBeSnapshottedWhileItsParentIsDeleted(DeviceKind kind) {
        open(kind);
        for (int round = 0; round < ROUNDS; round++) {
            family();
            byte[] content = content("child");

            together(
                    () -> engine.snapshot(name("child"), name("snapshot")),
                    () -> engine.delete(name("parent")),
                    () -> engine.usage());

            assertThat(parent("child")).contains(name("snapshot"));
            assertThat(parent("snapshot")).contains(name("grandparent"));
            assertThat(content("child")).isEqualTo(content);
            assertThat(content("snapshot")).isEqualTo(content);
            Stream.of("child", "snapshot", "grandparent").forEach(each -> engine.delete(name(each)));
        }
        requireEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "AIO_FALLOCATE"})
    void childCanBeInflatedWhileItsAncestorsAreDeleted(DeviceKind kind) {
        open(kind);
        for (int round = 0; round < ROUNDS; round++) {
            family();
            byte[] content = content("child");

            together(
                    () -> engine.inflate(name("child")),
                    () -> engine.delete(name("parent")),
                    () -> engine.delete(name("grandparent")));

            assertThat(parent("child")).isEmpty();
            assertThat(content("child")).isEqualTo(content);
            engine.delete(name("child"));
        }
        requireEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "AIO_FALLOCATE"})
    void parentCanBeClonedWhileAnotherCloneIsDeleted(DeviceKind kind) {
        open(kind);
        for (int round = 0; round < ROUNDS; round++) {
            family();
            byte[] content = content("parent");

            together(
                    () -> engine.delete(name("child")),
                    () -> engine.cloneOf(name("parent"), name("twin")),
                    () -> engine.allocated(name("parent")));

            assertThat(content("twin")).isEqualTo(content);
            Stream.of("twin", "parent", "grandparent").forEach(each -> engine.delete(name(each)));
        }
        requireEmpty();
    }

    private static VolumeName name(String name) {
        return VolumeName.of(name);
    }

    /** Three generations, each with clusters of its own and others that it inherits. */
    private void family() {
        engine.create(name("head"), 6L * CLUSTER, Provisioning.THIN);
        write("head", 1, 4);
        engine.seal(name("head"), name("grandparent"));
        engine.cloneOf(name("grandparent"), name("head"));
        write("head", 2, 3);
        engine.seal(name("head"), name("parent"));
        engine.cloneOf(name("parent"), name("child"));
        write("child", 3, 2);
    }

    private void write(String volume, int seed, int clusters) {
        try (AwaitedVolume handle = AwaitedVolume.open(engine, volume, Access.WRITE)) {
            handle.write(0, AwaitedVolume.pattern(seed, clusters * CLUSTER));
        }
    }

    private byte[] content(String volume) {
        try (AwaitedVolume handle = AwaitedVolume.open(engine, volume, Access.VERIFY)) {
            return handle.readAll();
        }
    }

    private Optional<VolumeName> parent(String volume) {
        return engine.find(name(volume)).orElseThrow().parent();
    }

    private static void together(Runnable... calls) {
        List<CompletableFuture<Void>> running =
                Stream.of(calls).map(CompletableFuture::runAsync).toList();
        running.forEach(CompletableFuture::join);
    }

    private void requireEmpty() {
        assertThat(engine.usage().usedBytes()).isZero();
        engine.close();
        engine = SpdkEngine.open(pool);
        assertThat(engine.list()).isEmpty();
        assertThat(engine.usage().usedBytes()).isZero();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.NthCallEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.TestDevice;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.stored.StoredForm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pools that earlier builds have stored, each closed in good order and as a kill leaves it: all that was in them is there,
 * and they can be used.
 *
 * <p>{@code ./dev test -Dtest=StoredPoolsTest -Dscrubjay.stored=<name of this build>} stores what this build makes.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StoredPoolsTest {
    private static final String WRITTEN = "written by a later build ";

    /** In the directory {@code pool}. */
    private static final String POOL = "pool";

    @TempDir
    Path directory;

    @Nested
    class OfFiles {
        @BeforeAll
        static void make(@TempDir Path temporary) throws IOException {
            StoredForm.makeIfWanted(
                    "files-closed",
                    Files.createDirectory(temporary.resolve("closed")),
                    into -> closed(openFiles(into)));
            StoredForm.makeIfWanted("files-killed", Files.createDirectory(temporary.resolve("killed")), into -> {
                Path live = Files.createDirectory(temporary.resolve("live"));
                return killed(openFiles(live), () -> copy(live.resolve(POOL), into.resolve(POOL)));
            });
        }

        private static StorageEngine openFiles(Path into) {
            return StoredPool.openFiles(into.resolve(POOL));
        }

        static List<StoredForm> forms() {
            return StoredForm.named("files-");
        }

        @ParameterizedTest
        @MethodSource("forms")
        void everythingIsThereAndCanBeUsed(StoredForm form) throws Exception {
            requireAllOf(form, directory, OfFiles::openFiles);
        }
    }

    @Nested
    @NeedsSpdk
    class OnSpdk {
        private static final int CLUSTERS = 63;
        private static final String DEVICE = "device";

        @BeforeAll
        static void make(@TempDir Path temporary) throws IOException {
            StoredForm.makeIfWanted("spdk-closed", Files.createDirectory(temporary.resolve("closed")), into -> {
                TestDevice.make(into, CLUSTERS);
                return closed(openDevice(into));
            });
            StoredForm.makeIfWanted("spdk-killed", Files.createDirectory(temporary.resolve("killed")), into -> {
                Path live = Files.createDirectory(temporary.resolve("live"));
                TestDevice.make(live, CLUSTERS);
                return killed(openDevice(live), () -> copy(live.resolve(DEVICE), into.resolve(DEVICE)));
            });
        }

        private static StorageEngine openDevice(Path into) {
            return StoredPool.openSpdk(into.resolve(DEVICE));
        }

        static List<StoredForm> forms() {
            return StoredForm.named("spdk-");
        }

        @ParameterizedTest
        @MethodSource("forms")
        void everythingIsThereAndCanBeUsed(StoredForm form) throws Exception {
            requireAllOf(form, directory, OnSpdk::openDevice);
        }
    }

    private static void requireAllOf(StoredForm form, Path directory, Function<Path, StorageEngine> opening)
            throws Exception {
        // Given
        List<String> facts = form.facts();
        form.unpack(directory);

        // When
        byte[] clone;
        byte[] volume;
        List<String> used;
        try (StorageEngine engine = opening.apply(directory);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            // Then
            assertThat(PoolFacts.of(agent)).isEqualTo(facts);
            assertThat(agent.unreadable()).isEmpty();
            assertThat(agent.scrub()).isEmpty();

            // And when it is used
            clone = agent.read("clone");
            use(agent);
            volume = agent.read("vm");
            used = PoolFacts.of(agent);
        }

        // Then
        assertThat(new String(volume, StandardCharsets.ISO_8859_1)).contains(WRITTEN);
        try (StorageEngine engine = opening.apply(directory);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(PoolFacts.of(agent)).isEqualTo(used);
            assertThat(used).containsAll(untouched(facts));
            assertThat(agent.read("clone")).isEqualTo(clone);
            assertThat(agent.read(agent.catalog().get(ResourceName.parse("new"))))
                    .isEqualTo(PoolToStore.bytes(9, 3 << 19));
            assertThat(agent.unreadable()).isEmpty();
            assertThat(agent.scrub()).isEmpty();
        }
    }

    private static void use(StoredPool.Agent agent) throws InterruptedException {
        agent.ingest("new", PoolToStore.bytes(9, 3 << 19));
        agent.write("vm", WRITTEN.repeat(10));
        agent.snapshot("vm", "wednesday");
        agent.deleteSnapshot("tuesday");
        agent.cloneImage("checked", "another");
        agent.decouple("clone");
        agent.inflate("of-monday");
        agent.deleteImage("spare");
        agent.deleteImage("bad");
        agent.deleteVolume("thick");
    }

    /** What is said of images and snapshots that nothing was done to. */
    private static List<String> untouched(List<String> facts) {
        return facts.stream()
                .filter(line -> Stream.of("image/disk ", "image/checked ", "snapshot/monday ", "volume/inflated ")
                        .anyMatch(line::startsWith))
                .toList();
    }

    /** Fills a pool, closes it in good order, and answers with what is in it. */
    private static List<String> closed(StorageEngine pool) {
        try (StorageEngine engine = pool;
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            new PoolToStore(new NthCallEngine(engine), agent).fill();
            return PoolFacts.of(agent);
        }
    }

    /**
     * Fills a pool, and begins more; answers with what was in it before that.
     *
     * @param copying takes a copy of the pool as it is then, which is how a kill leaves it
     */
    private static List<String> killed(StorageEngine pool, Copying copying) throws IOException {
        try (NthCallEngine engine = new NthCallEngine(pool);
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            PoolToStore maker = new PoolToStore(engine, agent);
            maker.fill();
            List<String> facts = PoolFacts.of(agent);
            maker.beginMore();
            copying.run();
            return facts;
        }
    }

    @FunctionalInterface
    private interface Copying {
        void run() throws IOException;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.sorted().toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}

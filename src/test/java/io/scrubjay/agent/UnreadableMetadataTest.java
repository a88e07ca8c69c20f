// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.QuickHash;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.MetadataFaults;
import io.scrubjay.engine.spdk.MetadataFaults.Fault;
import io.scrubjay.engine.spdk.MetadataFaults.ListedBit;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page of an SPDK pool's metadata is damaged, emptied or cannot be read at one start. When it is as it was again, the
 * next start finds everything as it was, byte for byte. One page at a time: all there are.
 */
@NeedsSpdk
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UnreadableMetadataTest {
    private static final String REFUSED = "refused";
    /** Of a list's bits, every seventh: each place in a byte has its turn. With a larger scale it is all of them. */
    private static final int BITS_STEP = Integer.getInteger("scrubjay.test.scale", 1) > 1 ? 1 : 7;

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private MetadataFaults faults;
    private StoredPool pool;

    /** How the run before ended. */
    private enum End {
        CLOSED,
        KILLED
    }

    @BeforeEach
    void fillAPool() throws IOException {
        faults = new MetadataFaults(device());
        pool = StoredPool.onSpdk(directory, faults::open);
        pool.fill();
    }

    private Path device() {
        return directory.resolve("device");
    }

    @ParameterizedTest
    @EnumSource
    void theNextStartFindsEverythingAsItWas(End end) throws IOException {
        Path left = leave(end);
        long own = faults.ownPlace();
        Map<Long, byte[]> pages = faults.pages();
        assertThat(pages).hasSizeGreaterThan(20).containsKey(own);
        Map<String, String> before = found();
        assertThat(before)
                .hasSizeGreaterThan(6 + 10)
                .containsEntry("image/disk", "ready")
                .containsEntry("volume/vm", "ready");

        for (Fault fault : Fault.values()) {
            for (Map.Entry<Long, byte[]> page : pages.entrySet()) {
                long place = page.getKey();
                if (end == End.KILLED
                        && fault == Fault.EMPTIED
                        && place != own
                        && mayBeDeleted(page.getValue(), pages.values())) {
                    continue;
                }
                Files.copy(left, device(), StandardCopyOption.REPLACE_EXISTING);
                faults.breakPage(fault, place, page.getValue());
                List<String> meanwhile = meanwhile();
                faults.mendPage(place, page.getValue());

                String at = "page at " + place + " " + fault + "; meanwhile " + meanwhile;
                assertThat(meanwhile.contains(REFUSED)).as(at).isEqualTo(end == End.KILLED || place == own);
                assertThat(meanwhile).as(at).anyMatch(told -> told.contains("(at byte " + place + ")"));
                if (meanwhile.contains(REFUSED)) {
                    assertThat(Files.mismatch(device(), left)).as(at).isEqualTo(-1);
                } else {
                    assertThat(found()).as(at).isEqualTo(before);
                }
            }
        }
    }

    /**
     * A bit of the list of what is in use is cleared, which has no checksum: SPDK would give away a page or a cluster that a
     * volume has, or hide the volume. A larger scale tries every bit.
     */
    @Test
    void aListThatLacksSomethingHidesNothingAndGivesNothingAway() throws IOException {
        Path left = leave(End.CLOSED);
        List<ListedBit> listed = faults.listed();
        assertThat(listed).extracting(ListedBit::mask).contains("pages", "clusters", "volumes");
        Map<String, String> before = found();

        for (int index = 0; index < listed.size(); index += BITS_STEP) {
            ListedBit bit = listed.get(index);
            Files.copy(left, device(), StandardCopyOption.REPLACE_EXISTING);
            faults.clear(bit);
            assertThat(found()).as("without %s", bit).isEqualTo(before);
            faults.set(bit);
            assertThat(found()).as("with %s again", bit).isEqualTo(before);
        }
    }

    @Test
    void whatCannotBeReadCannotBeDeleted() throws Exception {
        Path left = leave(End.CLOSED);
        long own = faults.ownPlace();
        Map<String, String> before = found();
        Set<String> refused = new TreeSet<>();

        for (Map.Entry<Long, byte[]> page : faults.pages().entrySet()) {
            if (page.getKey() == own) {
                continue;
            }
            Files.copy(left, device(), StandardCopyOption.REPLACE_EXISTING);
            faults.breakPage(Fault.EMPTIED, page.getKey(), page.getValue());
            try (StorageEngine engine = pool.open();
                    StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                Map<String, RefusedException> why = agent.deleteUnreadable();
                refused.addAll(why.keySet());
                assertThat(why.values())
                        .extracting(RefusedException::refusal)
                        .as("page at %d: %s", page.getKey(), agent.shown())
                        .isSubsetOf(Refusal.UNREADABLE, Refusal.IMAGE_IN_USE);
            }
            faults.mendPage(page.getKey(), page.getValue());
            assertThat(found()).as("page at %d", page.getKey()).isEqualTo(before);
        }

        // A clone cannot be read without the bytes of its image, so none can lose them by a deletion.
        assertThat(refused).contains("image/disk", "image/spare", "snapshot/monday", "volume/clone", "volume/vm");
    }

    /**
     * Whether, after a crash, nothing can tell that this page was emptied by damage: its volume has no other page, and so no
     * cluster; or it has a name of its own, a marker, that nothing else in the pool asks for.
     */
    private static boolean mayBeDeleted(byte[] page, Collection<byte[]> all) {
        return MetadataFaults.beginsAVolume(page)
                && (MetadataFaults.isWholeVolume(page, all)
                        || MetadataFaults.nameOn(page)
                                .filter(name -> name.startsWith("quarantine-") || name.startsWith("~"))
                                .isPresent());
    }

    /** The device as that end leaves it. */
    private Path leave(End end) throws IOException {
        Path left = directory.resolve("left");
        if (end == End.CLOSED) {
            Files.copy(device(), left);
            return left;
        }
        try (StorageEngine engine = pool.open()) {
            ClearedPool.await(engine);
            Files.copy(device(), left);
        }
        Files.copy(left, device(), StandardCopyOption.REPLACE_EXISTING);
        return left;
    }

    /** What a start does: that it refuses, and why, or what it cannot read. It clears what it takes for free. */
    private List<String> meanwhile() {
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            ClearedPool.await(engine);
            assertThat(agent.shown())
                    .as("%s", engine.unreadable())
                    .doesNotContainEntry("image/bad", "ready")
                    .doesNotContainValue("manifest-missing");
            return engine.unreadable().stream().map(Object::toString).toList();
        } catch (PoolUnusable refused) {
            return List.of(REFUSED, refused.getMessage());
        }
    }

    /** What an agent shows after a start, and every volume of the pool with a hash of what it reads. */
    private Map<String, String> found() {
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            ClearedPool.await(engine);
            assertThat(engine.unreadable()).isEmpty();
            Map<String, String> found = new TreeMap<>(agent.shown());
            for (VolumeSummary summary : engine.list()) {
                String name = summary.name().value();
                try (AwaitedVolume volume = AwaitedVolume.open(engine, name, Access.READ)) {
                    found.put(name, summary + ", hash " + QuickHash.of(volume.readAll()));
                }
            }
            return found;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.QuickHash;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Unreadable;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Something in a file pool cannot be read at one start. That start removes nothing and writes no conclusion down; when
 * the thing can be read again, the next start finds everything as it was. One fault at a time, at each stored thing.
 */
class UnreadableRecordsTest {
    @TempDir
    Path directory;

    private StoredPool pool;
    private Path volumes;
    private Map<String, String> before;
    private Map<String, String> stored;

    /** What becomes of one path of the pool until it is put back. */
    private record Fault(String what, Path at, Step breaks, Step mends) {
        /** Whether the volume itself is no more than something unreadable meanwhile. */
        boolean isUnreadable() {
            return switch (at.getFileName().toString()) {
                case "meta" -> true;
                case "data" -> !what.startsWith("flipped");
                default -> false;
            };
        }

        @Override
        public String toString() {
            return what + " " + at.getParent().getFileName() + "/" + at.getFileName();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    @BeforeEach
    void fillAPool() throws IOException {
        pool = StoredPool.inFiles(directory);
        pool.fill();
        volumes = directory.resolve("pool").resolve("volumes");
        before = pool.shown();
        stored = tree();
    }

    @Test
    void theNextStartFindsEverythingAsItWas() throws IOException {
        assertThat(before).hasSize(6).containsEntry("image/disk", "ready").containsEntry("volume/vm", "ready");
        List<Fault> faults = faults();
        assertThat(faults).hasSizeGreaterThan(50);
        Path bytesOfBad = directoryOf(PoolName.Kind.SNAPSHOT, "bad");
        for (Fault fault : faults) {
            fault.breaks().run();
            Map<String, String> meanwhile = shownAndTold();
            fault.mends().run();

            assertThat(meanwhile).as("%s", fault).doesNotContainEntry("image/bad", "ready");
            if (!isMissedByNobody(fault, bytesOfBad)) {
                assertThat(meanwhile).as("%s", fault).isNotEqualTo(before);
            }
            if (fault.isUnreadable()) {
                assertThat(meanwhile)
                        .as("%s", fault)
                        .containsKey("told of volumes/" + fault.at().getParent().getFileName());
            }
            assertThat(tree())
                    .as("stored after %s; meanwhile %s", fault, meanwhile)
                    .isEqualTo(stored);
            assertThat(pool.shown())
                    .as("after %s; meanwhile %s", fault, meanwhile)
                    .isEqualTo(before);
        }
    }

    /** The marker, which the room behind the manifest repeats, or the bytes, which nobody is served anyway. */
    private static boolean isMissedByNobody(Fault fault, Path bytesOfBad) {
        return fault.what().equals("taken away")
                && !kind(fault.at()).equals("manifest")
                && id(fault.at()).equals(id(bytesOfBad));
    }

    /** What an agent shows after a start, and what it tells of that cannot be read or is missing. */
    private Map<String, String> shownAndTold() {
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            Map<String, String> all = agent.shown();
            agent.unreadable().forEach(unknown -> all.put("told of " + unknown.place(), unknown.reason()));
            return all;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"removed", "emptied", "cut by a byte", "unreadable"})
    void nothingIsMadeOrReadOfBytesThatAreNotAllThere(String what) throws Exception {
        // Given
        for (Path broken : List.of(
                directoryOf(PoolName.Kind.SNAPSHOT, "disk").resolve("data"),
                directoryOf(PoolName.Kind.VOLUME, "vm").resolve("data"))) {
            lost(what, broken).breaks().run();
        }
        Set<String> names = names();

        // When
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            // Then
            assertThat(agent.shown())
                    .containsEntry("image/disk", "unreadable")
                    .containsEntry("volume/vm", "unreadable")
                    .containsEntry("image/spare", "ready")
                    .containsEntry("snapshot/monday", "ready")
                    .containsEntry("volume/clone", "ready");
            assertRefused(Refusal.IMAGE_QUARANTINED, () -> agent.download("disk"));
            assertRefused(Refusal.IMAGE_QUARANTINED, () -> agent.cloneImage("disk", "copy"));
            assertThatExceptionOfType(DeviceFailed.class).isThrownBy(() -> agent.read("vm"));
            assertRefused(Refusal.UNREADABLE, () -> agent.snapshot("vm", "tuesday"));
            assertRefused(Refusal.UNREADABLE, () -> agent.write("vm", "bytes"));
            assertRefused(Refusal.UNREADABLE, () -> agent.grow("vm", 4 << 20));
            agent.download("spare");
        }
        assertThat(names()).isEqualTo(names);
    }

    private Fault lost(String what, Path data) throws IOException {
        return switch (what) {
            case "removed" -> removed(data);
            case "emptied" -> replaced(what, data, new byte[0]);
            case "unreadable" -> looped(data);
            default -> {
                byte[] whole = Files.readAllBytes(data);
                yield replaced(what, data, Arrays.copyOf(whole, whole.length - 1));
            }
        };
    }

    private static void assertRefused(Refusal refusal, ThrowingCallable call) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(call)
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(refusal));
    }

    private Set<String> names() throws IOException {
        return list(volumes).stream().map(path -> path.getFileName().toString()).collect(Collectors.toSet());
    }

    @Test
    void aScrubCondemnsNothingThatCanBePutBack() throws IOException {
        // Given
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            agent.write("vm", "bytes that can be missed");
            agent.snapshot("vm", "tuesday");
        }
        before = pool.shown();
        stored = tree();
        Path snapshot = directoryOf(PoolName.Kind.VOLUME_SNAPSHOT, "tuesday");
        for (Path volume : List.of(
                directoryOf(PoolName.Kind.SNAPSHOT, "disk"),
                directoryOf(PoolName.Kind.MANIFEST, "disk"),
                snapshot,
                volumes.resolve("manifest-" + id(snapshot)))) {
            Path data = volume.resolve("data");
            List<Fault> faults =
                    new ArrayList<>(List.of(takenAway(volume), removed(data), replaced("emptied", data, new byte[0])));
            if (isRecord(volume)) {
                faults.add(replaced("flipped bit in", data, flipped(data)));
            }
            for (Fault fault : faults) {
                // When a scrub finds it while the agent runs, and one more after a start
                List<String> found;
                Map<String, String> shown;
                List<Unreadable> told;
                try (StorageEngine engine = pool.open();
                        StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                    fault.breaks().run();
                    found = agent.scrub();
                    shown = agent.shown();
                    told = agent.unreadable();
                    if (!volume.equals(snapshot) && !id(volume).equals(id(snapshot))) {
                        assertRefused(Refusal.IMAGE_QUARANTINED, () -> agent.download("disk"));
                    }
                }
                List<String> again = pool.scrubbed();
                fault.mends().run();

                // Then
                assertThat(found).as("%s", fault).isNotEmpty();
                assertThat(shown).as("%s", fault).isNotEqualTo(before);
                assertThat(told)
                        .as("%s", fault)
                        .extracting(Unreadable::place)
                        .containsExactly("volumes/" + volume.getFileName());
                if (isRecord(volume)) {
                    String code = codeOf(fault);
                    assertThat(found).as("%s", fault).singleElement().asString().startsWith(code);
                    assertThat(shown).as("%s", fault).containsValue(code);
                }
                assertThat(tree())
                        .as("stored after %s; found %s and %s", fault, found, again)
                        .isEqualTo(stored);
                assertThat(pool.shown()).as("after %s", fault).isEqualTo(before);
            }
        }
    }

    /** What a scrub says of a manifest. */
    private static String codeOf(Fault fault) {
        return switch (fault.what()) {
            case "taken away", "removed" -> "manifest-missing";
            case "emptied" -> "unreadable";
            default -> "manifest-damaged";
        };
    }

    /** At once, and not by the next start only; as long as it is so. */
    @Test
    void whatIsRemovedOrCutUnderARunningAgentIsToldOf() throws IOException {
        for (Path volume : list(volumes)) {
            Path data = volume.resolve("data");
            for (Fault fault : List.of(
                    removed(data),
                    replaced("emptied", data, new byte[0]),
                    replaced("half of", data, half(data)),
                    takenAway(volume))) {
                List<Unreadable> told;
                List<Unreadable> afterwards;
                try (StorageEngine engine = pool.open();
                        StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                    fault.breaks().run();
                    told = agent.unreadable();
                    fault.mends().run();
                    afterwards = agent.unreadable();
                }

                assertThat(told).as("%s", fault).singleElement().satisfies(unreadable -> {
                    assertThat(unreadable.place()).isEqualTo("volumes/" + volume.getFileName());
                    assertThat(unreadable.errno())
                            .isEqualTo(
                                    fault.what().equals("removed")
                                                    || fault.what().equals("taken away")
                                            ? 2
                                            : 0);
                });
                assertThat(afterwards).as("%s", fault).isEmpty();
            }
        }
        assertThat(pool.shown()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"removed", "emptied", "cut by a byte"})
    void whatIsRemovedOrCutUnderARunningAgentIsRefusedAsUnreadable(String what) throws IOException {
        // Given
        Fault bytes = lost(what, directoryOf(PoolName.Kind.SNAPSHOT, "spare").resolve("data"));
        Fault manifest = lost(what, directoryOf(PoolName.Kind.MANIFEST, "disk").resolve("data"));
        Fault volume = lost(what, directoryOf(PoolName.Kind.VOLUME, "vm").resolve("data"));
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            // When
            bytes.breaks().run();
            manifest.breaks().run();
            volume.breaks().run();

            // Then
            assertRefused(Refusal.UNREADABLE, () -> agent.cloneImage("spare", "copy"));
            assertRefused(Refusal.UNREADABLE, () -> agent.download("disk"));
            assertRefused(Refusal.UNREADABLE, () -> agent.snapshot("vm", "tuesday"));
            assertRefused(Refusal.UNREADABLE, () -> agent.write("vm", "bytes"));
            if (what.equals("removed")) {
                assertRefused(Refusal.UNREADABLE, () -> agent.download("spare"));
                assertRefused(Refusal.UNREADABLE, () -> agent.read("vm"));
            }
        }
    }

    @Test
    void anImageIsNotServedWhileItsBytesCannotBeRead() throws IOException {
        Path meta = directoryOf(PoolName.Kind.SNAPSHOT, "disk").resolve("meta");
        looped(meta).breaks().run();

        assertThat(pool.shown())
                .containsEntry("image/disk", "unreadable")
                .containsEntry("image/bad", "scrub-finding")
                .containsEntry("volume/vm", "ready");
        assertThat(list(volumes))
                .extracting(entry -> entry.getFileName().toString())
                .filteredOn(entry -> entry.startsWith("quarantine-"))
                .hasSize(1);
    }

    @Test
    void anIllegibleMarkerIsToldOf() throws IOException {
        Path marker = directoryOf(PoolName.Kind.QUARANTINE, "bad");
        Path data = marker.resolve("data");
        byte[] nonsense = Files.readAllBytes(data);
        nonsense[20] ^= 1;
        replaced("a bit in", data, nonsense).breaks().run();

        assertThat(shownAndTold())
                .containsEntry("image/bad", "marker-damaged")
                .containsKey("told of volumes/" + marker.getFileName());
    }

    @Test
    void anImageStaysWhileItsCloneCannotBeRead() throws Exception {
        Path clone = directoryOf(PoolName.Kind.VOLUME, "clone");
        Path label = directoryOf(PoolName.Kind.LABEL, "clone");
        for (Fault fault : List.of(looped(clone.resolve("meta")), moved(clone, "aaa"), unlabelled(clone, label))) {
            fault.breaks().run();
            try (StorageEngine engine = pool.open();
                    StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                assertThatExceptionOfType(RefusedException.class)
                        .as("%s", fault)
                        .isThrownBy(() -> agent.deleteImage("disk"))
                        .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_IN_USE));
            }
            fault.mends().run();
        }
        assertThat(pool.shown()).isEqualTo(before);
    }

    @Test
    void whatCannotBeReadCannotBeDeletedAndTheRefusalSaysWhatToDo() throws Exception {
        for (Path volume : List.of(
                directoryOf(PoolName.Kind.SNAPSHOT, "disk"),
                directoryOf(PoolName.Kind.SNAPSHOT, "spare"),
                directoryOf(PoolName.Kind.MANIFEST, "spare"),
                directoryOf(PoolName.Kind.VOLUME_SNAPSHOT, "monday"),
                volumes.resolve("manifest-" + id(directoryOf(PoolName.Kind.VOLUME_SNAPSHOT, "monday"))),
                directoryOf(PoolName.Kind.VOLUME, "vm"),
                directoryOf(PoolName.Kind.VOLUME, "clone"))) {
            Fault fault = looped(volume.resolve("meta"));
            fault.breaks().run();
            try (StorageEngine engine = pool.open();
                    StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                Map<String, String> shown = agent.shown();

                Map<String, RefusedException> refused = agent.deleteUnreadable();

                assertThat(refused).as("%s: %s", fault, shown).hasSize(1).allSatisfy((name, why) -> {
                    assertThat(why.refusal()).isEqualTo(Refusal.UNREADABLE);
                    assertThat(why)
                            .hasMessageContaining("volumes/" + volume.getFileName())
                            .hasMessageContaining("restart");
                });
                assertThat(agent.shown()).as("%s", fault).isEqualTo(shown);
            }
            fault.mends().run();

            assertThat(tree()).as("%s", fault).isEqualTo(stored);
        }
        assertThat(pool.shown()).isEqualTo(before);
    }

    /** The clone's file has all its bytes: nothing that is left of the image is of use to it. */
    @Test
    void anImageWithoutItsBytesCanGoAndItsCloneIsAsItWas() throws Exception {
        // Given
        Fault gone = takenAway(directoryOf(PoolName.Kind.SNAPSHOT, "disk"));
        byte[] cloned;
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            cloned = agent.read("clone");
        }

        // When
        gone.breaks().run();
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            agent.deleteImage("disk");
            assertThat(agent.read("clone")).isEqualTo(cloned);
        }
        gone.mends().run();

        // Then
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(agent.shown())
                    .doesNotContainKey("image/disk")
                    .containsValue("manifest-missing")
                    .containsEntry("volume/clone", "ready");
            assertThat(agent.read("clone")).isEqualTo(cloned);
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(agent::deleteUnnamed)
                    .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.IMAGE_IN_USE));
        }
    }

    /** Its label is gone, and its bytes cannot be read: nobody can tell what it was made from. */
    private Fault unlabelled(Path volume, Path label) throws IOException {
        Fault gone = takenAway(label);
        Fault bytes = looped(volume.resolve("meta"));
        return new Fault(
                "without a label",
                volume,
                () -> {
                    gone.breaks().run();
                    bytes.breaks().run();
                },
                () -> {
                    gone.mends().run();
                    bytes.mends().run();
                });
    }

    @Test
    void anUnreadableVolumeKeepsNoImageThatItWasNotMadeFrom() throws Exception {
        looped(directoryOf(PoolName.Kind.VOLUME, "clone").resolve("meta"))
                .breaks()
                .run();

        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            agent.deleteImage("spare");
        }

        assertThat(pool.shown()).doesNotContainKey("image/spare").containsEntry("image/disk", "ready");
    }

    @Test
    void bytesWithoutTheirRecordAreShownAndCanBeDeleted() throws Exception {
        Path manifest = directoryOf(PoolName.Kind.MANIFEST, "spare");
        Path label = directoryOf(PoolName.Kind.LABEL, "vm");
        takenAway(manifest).breaks().run();
        Files.move(label, directory.resolve("label"));
        String image = "image/damaged@" + id(manifest);
        String volume = "volume/damaged@" + id(label);

        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(agent.shown()).containsEntry(image, "manifest-missing").containsEntry(volume, "ready");
            agent.scrub();
            agent.deleteUnnamed();
        }

        assertThat(pool.shown()).doesNotContainKeys(image, volume).containsEntry("image/disk", "ready");
        assertThat(list(volumes))
                .extracting(entry -> entry.getFileName().toString())
                .noneMatch(entry -> entry.endsWith(id(manifest)) || entry.endsWith(id(label)));
    }

    @Test
    void bytesWhoseRecordMayBeWhatIsUnreadableCannotBeDeleted() throws Exception {
        List<Path> records = List.of(
                directoryOf(PoolName.Kind.MANIFEST, "spare"),
                volumes.resolve("manifest-" + id(directoryOf(PoolName.Kind.VOLUME_SNAPSHOT, "monday"))),
                directoryOf(PoolName.Kind.LABEL, "vm"));
        for (Path record : records) {
            for (String to : List.of("aaa", record.getFileName() + ".bak", kind(record) + "-of-a-friend")) {
                Fault fault = moved(record, to);
                fault.breaks().run();
                try (StorageEngine engine = pool.open();
                        StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                    assertThat(agent.shown())
                            .as("%s", fault)
                            .doesNotContainValue("manifest-missing")
                            .containsKey(shownWithout(record));
                    assertThatExceptionOfType(RefusedException.class)
                            .as("%s", fault)
                            .isThrownBy(agent::deleteUnnamed)
                            .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNREADABLE))
                            .withMessageContaining("volumes/" + to);
                }
                fault.mends().run();

                assertThat(tree()).as("%s", fault).isEqualTo(stored);
            }
        }
        assertThat(pool.shown()).isEqualTo(before);
    }

    /** Also its label, its note of a deletion and its bytes; of what is refused nothing has changed. */
    @Test
    void aVolumeWithADamagedLabelIsDeletedForGoodOrNotAtAll() throws Exception {
        List<String> outcomes = new ArrayList<>();
        for (String volume : List.of("vm", "clone")) {
            pool.fill();
            Path label = directoryOf(PoolName.Kind.LABEL, volume);
            List<Fault> faults = new ArrayList<>(of(label));
            faults.removeIf(fault -> fault.what().equals("taken away"));
            faults.add(replaced("another's bytes in", label.resolve("data"), otherLabel(volume)));
            for (Fault fault : faults) {
                outcomes.add(fault + " at the start: " + deleted(fault, label, volume, Found.AT_THE_START));
                outcomes.add(fault + " later: " + deleted(fault, label, volume, Found.LATER));
            }
        }
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.startsWith("flipped bit in label") && outcome.contains("/data"))
                .hasSize(4)
                .allMatch(outcome -> outcome.endsWith("deleted"));
    }

    /** When a fault happens. */
    private enum Found {
        AT_THE_START,
        LATER
    }

    private byte[] otherLabel(String volume) throws IOException {
        String other = volume.equals("vm") ? "clone" : "vm";
        return Files.readAllBytes(directoryOf(PoolName.Kind.LABEL, other).resolve("data"));
    }

    private String deleted(Fault fault, Path label, String volume, Found found) throws Exception {
        pool.fill();
        Optional<RefusedException> refused = found == Found.AT_THE_START
                ? deletedAfter(fault, StoredPool.Agent::deleteUnnamed)
                : deletedDuring(fault, agent -> agent.deleteVolume(volume));
        if (refused.isPresent()) {
            fault.mends().run();
            assertThat(tree()).as("%s", fault).isEqualTo(stored);
            assertThat(pool.shown()).as("%s", fault).isEqualTo(before);
            return "refused, " + refused.get().refusal();
        }
        Map<String, String> rest = new TreeMap<>(before);
        rest.remove("volume/" + volume);
        assertThat(pool.shown()).as("%s, %s", fault, found).isEqualTo(rest);
        assertThat(names()).as("%s, %s", fault, found).noneMatch(name -> name.endsWith(id(label)));
        return "deleted";
    }

    private interface Deletion {
        void of(StoredPool.Agent agent) throws InterruptedException;
    }

    private Optional<RefusedException> deletedAfter(Fault fault, Deletion deletion) throws Exception {
        fault.breaks().run();
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            return tried(agent, deletion);
        }
    }

    private Optional<RefusedException> deletedDuring(Fault fault, Deletion deletion) throws Exception {
        try (StorageEngine engine = pool.open();
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            fault.breaks().run();
            return tried(agent, deletion);
        }
    }

    private static Optional<RefusedException> tried(StoredPool.Agent agent, Deletion deletion)
            throws InterruptedException {
        try {
            deletion.of(agent);
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.of(refused);
        }
    }

    private String shownWithout(Path record) {
        String kind = kind(record).equals("label")
                ? "volume"
                : Files.exists(volumes.resolve("snapshot-" + id(record))) ? "snapshot" : "image";
        return kind + "/damaged@" + id(record);
    }

    private static String id(Path volume) {
        String name = volume.getFileName().toString();
        return name.substring(name.indexOf('-') + 1);
    }

    @Test
    void anErrorIsToldWithItsNumberAndItsPlace() throws IOException {
        Path broken = directoryOf(PoolName.Kind.VOLUME, "vm");
        looped(broken.resolve("meta")).breaks().run();

        try (StorageEngine engine = pool.open()) {
            assertThat(engine.unreadable()).singleElement().satisfies(unknown -> {
                // ELOOP
                assertThat(unknown.errno()).isEqualTo(40);
                assertThat(unknown.place()).isEqualTo("volumes/" + broken.getFileName());
            });
        }
        assertThat(pool.shown()).containsEntry("volume/vm", "unreadable").containsEntry("volume/clone", "ready");
    }

    @Test
    void aCopyThatComesFirstDoesNotHideTheOriginal() throws IOException {
        copied(directoryOf(PoolName.Kind.SNAPSHOT, "disk"), "aaa").breaks().run();

        assertThat(pool.shown()).isEqualTo(before);
    }

    @Test
    void halfMadeThingsGoOnceEverythingCanBeReadAgain() throws IOException {
        Fault fault = looped(directoryOf(PoolName.Kind.MANIFEST, "disk").resolve("meta"));
        VolumeName name = VolumeName.of("head-" + "0".repeat(32));
        Path head = volumes.resolve(name.value());
        try (StorageEngine engine = pool.open()) {
            engine.create(name, 1, Provisioning.THIN);
        }

        fault.breaks().run();
        pool.shown();
        assertThat(head).exists();
        fault.mends().run();
        pool.shown();

        assertThat(head).doesNotExist();
    }

    private List<Fault> faults() throws IOException {
        List<Fault> faults = new ArrayList<>();
        for (Path volume : list(volumes)) {
            faults.addAll(of(volume));
            faults.add(moved(volume, "aaa"));
            faults.add(moved(volume, volume.getFileName() + ".bak"));
            faults.add(moved(volume, volume.getFileName() + " (copy)"));
            faults.add(copied(volume, "aaa"));
            faults.add(copied(volume, "zzz"));
            faults.add(copied(volume, volume.getFileName() + ".bak"));
            faults.add(copied(volume, kind(volume) + "-" + "f".repeat(32)));
        }
        return faults;
    }

    /** Whatever keeps a volume from being read without a second directory. */
    private List<Fault> of(Path volume) throws IOException {
        Path meta = volume.resolve("meta");
        Path data = volume.resolve("data");
        List<Fault> faults = new ArrayList<>(List.of(
                replaced("flipped bit in", meta, flipped(meta)),
                replaced("emptied", meta, new byte[0]),
                replaced("half of", meta, half(meta)),
                removed(meta),
                looped(meta),
                replaced("emptied", data, new byte[0]),
                replaced("half of", data, half(data)),
                removed(data),
                looped(data),
                takenAway(volume)));
        // A flipped bit in other bytes is found by a scrub.
        if (isRecord(volume)) {
            faults.add(replaced("flipped bit in", data, flipped(data)));
        }
        return faults;
    }

    private static boolean isRecord(Path volume) {
        return List.of("manifest", "label", "quarantine").contains(kind(volume));
    }

    private static String kind(Path volume) {
        String name = volume.getFileName().toString();
        return name.substring(0, name.indexOf('-'));
    }

    private Fault replaced(String what, Path file, byte[] content) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return new Fault(what, file, () -> Files.write(file, content), () -> Files.write(file, whole));
    }

    private Fault removed(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return new Fault("removed", file, () -> Files.delete(file), () -> Files.write(file, whole));
    }

    /** A link to itself: opening it fails with an error of its own, for root as well. */
    private Fault looped(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return new Fault(
                "unreadable",
                file,
                () -> {
                    Files.delete(file);
                    Files.createSymbolicLink(file, file.getFileName());
                },
                () -> {
                    Files.delete(file);
                    Files.write(file, whole);
                });
    }

    private Fault moved(Path volume, String to) {
        Path aside = volumes.resolve(to);
        return new Fault("moved to " + to, volume, () -> Files.move(volume, aside), () -> Files.move(aside, volume));
    }

    /** The whole directory is gone from the pool: by hand, or by the repair of a file system. */
    private Fault takenAway(Path volume) {
        Path aside = directory.resolve("aside");
        return new Fault("taken away", volume, () -> Files.move(volume, aside), () -> Files.move(aside, volume));
    }

    private Fault copied(Path volume, String to) {
        Path copy = volumes.resolve(to);
        return new Fault("copied to " + to, volume, () -> copy(volume, copy), () -> {
            assertThat(copy).isDirectory();
            for (Path file : list(copy)) {
                Files.delete(file);
            }
            Files.delete(copy);
        });
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        for (Path file : list(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private static byte[] flipped(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.min(40, bytes.length / 2)] ^= 1;
        return bytes;
    }

    private static byte[] half(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    /** Every file of every volume, by its path. */
    private Map<String, String> tree() throws IOException {
        Map<String, String> files = new TreeMap<>();
        Files.walkFileTree(volumes, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
                byte[] bytes = Files.readAllBytes(file);
                files.put(
                        volumes.relativize(file).toString(),
                        bytes.length > 4096
                                ? bytes.length + " bytes, hash " + QuickHash.of(bytes)
                                : HexFormat.of().formatHex(bytes));
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> entries = Files.list(of)) {
            return entries.sorted().toList();
        }
    }

    private Path directoryOf(PoolName.Kind kind, String name) {
        return volumes.resolve(pool.stored(kind, name).value());
    }
}

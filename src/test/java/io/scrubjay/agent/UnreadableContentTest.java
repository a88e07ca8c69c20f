// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.ByteRange;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.MetadataFaults;
import io.scrubjay.engine.spdk.NeedsSpdk;
import io.scrubjay.engine.spdk.SpdkEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an SPDK pool's records hold, its manifests, labels and markers, is damaged, emptied or cannot be read at one start.
 * That start keeps everything; when the record is as it was again, the next start finds all as it was. One record at a time.
 */
@NeedsSpdk
class UnreadableContentTest {
    private static final int BLOCK_BYTES = 4096;
    /** Which bytes of a record are wrong: in its head, and behind it. */
    private static final List<Integer> FLIPPED_AT = List.of(0, 40);

    @TempDir
    Path directory;

    private MetadataFaults device;
    private StoredPool pool;
    private Map<String, Long> records;
    private Map<String, String> before;
    private List<String> stored;

    @BeforeEach
    void fillAPool() throws IOException {
        device = new MetadataFaults(directory.resolve("device"));
        pool = StoredPool.onSpdk(directory, SpdkEngine::open);
        pool.fill();
        before = pool.shown();
        stored = stored();
        records = new TreeMap<>(device.contents());
        records.keySet()
                .removeIf(
                        name -> Stream.of("manifest-", "label-", "quarantine-").noneMatch(name::startsWith));
        assertThat(records).hasSize(4 + 2 + 1);
    }

    @Test
    void theNextStartFindsEverythingAsItWasAfterARecordWasDamaged() throws IOException {
        for (Map.Entry<String, Long> record : records.entrySet()) {
            for (int at : FLIPPED_AT) {
                byte[] broken = device.bytesAt(record.getValue(), BLOCK_BYTES);
                broken[at] ^= 1;
                requireKept(record, "byte " + at + " of " + record.getKey(), broken);
            }
        }
    }

    @Test
    void theNextStartFindsEverythingAsItWasAfterARecordWasEmptied() throws IOException {
        for (Map.Entry<String, Long> record : records.entrySet()) {
            requireKept(record, record.getKey() + " emptied", new byte[1 << 20]);
        }
    }

    private void requireKept(Map.Entry<String, Long> record, String fault, byte[] broken) throws IOException {
        byte[] whole = device.bytesAt(record.getValue(), broken.length);
        device.write(record.getValue(), broken);
        requireAllStaysStored(fault, UnaryOperator.identity());
        device.write(record.getValue(), whole);

        assertThat(pool.shown()).as("after %s", fault).isEqualTo(before);
        assertThat(stored()).as("after %s", fault).isEqualTo(stored);
    }

    @Test
    void theNextStartFindsEverythingAsItWasAfterARecordCouldNotBeRead() {
        for (String record : records.keySet()) {
            requireAllStaysStored(
                    record + " unreadable",
                    engine -> new FlakyEngine(engine).failReads(VolumeName.of(record), new ByteRange(0, BLOCK_BYTES)));

            assertThat(pool.shown()).as("after %s was unreadable", record).isEqualTo(before);
            assertThat(stored()).as("after %s was unreadable", record).isEqualTo(stored);
        }
    }

    /** Starts an agent on the broken pool: it shows everything, whether or not it can say what it is. */
    private void requireAllStaysStored(String fault, UnaryOperator<StorageEngine> way) {
        try (StorageEngine engine = way.apply(pool.open());
                StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
            assertThat(agent.shown()).as(fault).hasSameSizeAs(before).doesNotContainEntry("image/bad", "ready");
            assertThat(names(engine)).as(fault).isEqualTo(stored);
        }
    }

    private List<String> stored() {
        try (StorageEngine engine = pool.open()) {
            return names(engine);
        }
    }

    private static List<String> names(StorageEngine engine) {
        return engine.list().stream()
                .map(volume -> volume.name().value())
                .sorted()
                .toList();
    }
}

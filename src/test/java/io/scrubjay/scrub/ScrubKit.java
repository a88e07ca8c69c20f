// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.FlakyEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ScrubLevel;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;

import java.time.Duration;
import java.util.Optional;

import static org.awaitility.Awaitility.await;

/** An agent's scrubbing half over a memory pool that can be made to fail. */
final class ScrubKit implements AutoCloseable {
    static final long MIB = 1 << 20;
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int WORKERS = 2;
    private static final int READ_DEPTH = 4;

    final ManualClock clock = new ManualClock();
    final ReadTap tap = new ReadTap();
    final FlakyEngine flaky;
    final StorageEngine engine;
    final ManifestStore manifests;
    final ImageCatalog catalog = new ImageCatalog();
    final Scrubber scrubber;
    private Optional<TestPool> testPool = Optional.empty();

    ScrubKit() {
        this("64K");
    }

    ScrubKit(String clusterSize) {
        this(clusterSize, new ScrubLimits(0, READ_DEPTH, WORKERS), new MemoryHistory());
    }

    ScrubKit(String clusterSize, ScrubLimits limits, ScrubHistory history) {
        this(TestPool.of(ClusterSize.parse(clusterSize), 512 * MIB), limits, history);
    }

    private ScrubKit(TestPool pool, ScrubLimits limits, ScrubHistory history) {
        this(pool.open(), limits, history);
        testPool = Optional.of(pool);
    }

    private ScrubKit(StorageEngine pool, ScrubLimits limits, ScrubHistory history) {
        flaky = new FlakyEngine(pool);
        engine = tap.on(flaky);
        manifests = new ManifestStore(engine);
        scrubber = new Scrubber(limits, engine, manifests, catalog, history, clock, clock);
    }

    /** Over a pool of another kind, which is closed with the kit. */
    static ScrubKit over(StorageEngine pool) {
        return new ScrubKit(pool, new ScrubLimits(0, READ_DEPTH, WORKERS), new MemoryHistory());
    }

    /** Only one chunk under way at a time, and at most so many bytes a second. */
    static ScrubKit slow(long bytesPerSecond) {
        return new ScrubKit("64K", new ScrubLimits(bytesPerSecond, 1, 1), new MemoryHistory());
    }

    /** Says that the test leaves such a flaw in the pool on purpose. */
    void mayLeave(Flaw flaw) {
        testPool.orElseThrow().mayHold(flaw);
    }

    Image add(ImageForge forge) {
        Image image = forge.commit(engine, manifests);
        catalog.claim(image);
        return image;
    }

    static RunReport.Order order(String target, ScrubLevel level) {
        return new RunReport.Order(ScrubTarget.parse(target), level, RunOrigin.REQUEST);
    }

    /** Orders a scrub of everything. */
    RunReport submit(ScrubLevel level) {
        return scrubber.submit(order("*", level));
    }

    /** Scrubs everything, from a start of the scrubber to the end of the run. */
    RunReport scrub(ScrubLevel level) {
        RunReport run = submit(level);
        return end(run);
    }

    /** The run once it has ended, and nothing of it is under way any more. */
    RunReport end(RunReport run) {
        await().atMost(PATIENCE)
                .until(() -> scrubber.run(run.id()).isEnded()
                        && scrubber.totals().finished()
                                        + scrubber.totals().cancelled()
                                        + scrubber.totals().failed()
                                >= 1
                        && scrubber.status().current().isEmpty());
        return scrubber.run(run.id());
    }

    @Override
    public void close() {
        scrubber.close();
        engine.close();
    }
}

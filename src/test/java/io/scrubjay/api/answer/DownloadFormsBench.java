// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.scrubjay.block.ByteRange;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.image.CommittedManifests;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.image.ReadLimits;
import io.scrubjay.image.StoredImages;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.source.qcow2.Qcow2File;
import io.scrubjay.source.qcow2.Qcow2Layout;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * How fast the bodies of the forms of one download are made, in alternating runs: raw, qcow2, and qcow2 with zstd. Half
 * of the disk is data, and only that counts; half of that can be compressed. Nothing is sent: a socket would hide part
 * of the difference.
 *
 * <p>Run {@link #main} with a directory for the pool: its last line is {@code bench download-forms …}.
 */
public final class DownloadFormsBench {
    private static final int MIB = 1 << 20;
    private static final int RUNS = 15;

    private final ContentReaders readers;
    private final Image image;
    private final long bytes;
    private final Qcow2Layout layout;

    private DownloadFormsBench(ContentReaders readers, Image image, long bytes) {
        this.readers = readers;
        this.image = image;
        this.bytes = bytes;
        this.layout = new Qcow2Layout(bytes, readers.stored(image, Qcow2Layout.CLUSTER_SIZE));
    }

    public static void main(String[] arguments) {
        byte[] disk = new byte[512 * MIB];
        Random random = new Random(1);
        byte[] block = new byte[MIB / 64];
        for (int at = 0; at < disk.length / 2; at += 2 * block.length) {
            random.nextBytes(block);
            System.arraycopy(block, 0, disk, at, block.length);
            Arrays.fill(disk, at + block.length, at + 2 * block.length, (byte) 7);
        }
        try (StorageEngine engine =
                        FileEngine.open(FilePool.at(Path.of(arguments[0])).withClusterSize(ClusterSize.parse("64K")));
                ContentReaders readers = new ContentReaders(
                        new ReadLimits(8, 3),
                        engine,
                        new CommittedManifests(new ManifestStore(engine)::read, MIB),
                        (image, chunk) -> {})) {
            Image image = StoredImages.commit(engine, "disk", disk);
            new DownloadFormsBench(readers, image, disk.length).run();
        }
    }

    private void run() {
        double[][] seconds = new double[3][RUNS];
        double[][] busy = new double[3][RUNS];
        for (int run = -2; run < RUNS; run++) {
            for (int form = 0; form < 3; form++) {
                double cpu = cpuSeconds();
                double wall = seconds(form);
                if (run >= 0) {
                    seconds[form][run] = wall;
                    busy[form][run] = cpuSeconds() - cpu;
                }
            }
        }
        double gigabytes = bytes / 2.0 / 1e9;
        System.out.print("bench download-forms");
        for (int form = 0; form < 3; form++) {
            System.out.printf(
                    Locale.ROOT,
                    " %s %.2f GB/s (%.2f of raw; %.2f s of CPU a GB)",
                    List.of("raw", "qcow2", "zstd").get(form),
                    gigabytes / median(seconds[form]),
                    median(seconds[0]) / median(seconds[form]),
                    median(busy[form]) / gigabytes);
        }
        System.out.println();
    }

    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getProcessCpuTime()
                / 1e9;
    }

    private double seconds(int form) {
        return switch (form) {
            case 0 -> seconds(() -> new ContentBody(readers.open(image, new ByteRange(0, bytes)), bytes));
            case 1 -> seconds(() -> encoded(Qcow2File.plain(layout)));
            default -> seconds(() -> encoded(Qcow2File.zstd(layout, readers.workers())));
        };
    }

    private OutgoingBody encoded(Qcow2File file) {
        return new EncodedBody(
                readers.open(image, new ByteRange(0, bytes), file.passes()), bytes, file, readers.workers());
    }

    private static double seconds(Supplier<OutgoingBody> made) {
        long start = System.nanoTime();
        OutgoingBody body = made.get();
        for (Optional<OutgoingBody.Part> part = Stages.await(body.next());
                part.isPresent();
                part = Stages.await(body.next())) {
            part.get().sent().run();
        }
        body.close();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

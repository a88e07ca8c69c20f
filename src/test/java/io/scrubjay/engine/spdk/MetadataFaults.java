// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.device.DeviceFile;
import io.scrubjay.engine.spdk.ondisk.MetadataPage;
import io.scrubjay.engine.spdk.ondisk.MetadataRegion;
import io.scrubjay.engine.spdk.ondisk.StoredBlob;
import io.scrubjay.engine.spdk.ondisk.StoredMask;
import io.scrubjay.engine.spdk.ondisk.SuperBlock;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Damages the metadata of a pool on a file that nobody has open, page by page, and opens the pool with a page of it that
 * cannot be read. Confined to one thread.
 */
public final class MetadataFaults {
    /** What becomes of a page. */
    public enum Fault {
        /** One bit of it is another. */
        FLIPPED,
        /** It holds zeroes. */
        EMPTIED,
        /** Reading it fails with EIO, whoever reads it. To SPDK it has a wrong checksum: to that it makes no difference. */
        UNREADABLE
    }

    private static final int MASK_HEAD_BYTES = 5;

    private final Path device;
    private OptionalLong unreadableAt = OptionalLong.empty();

    public MetadataFaults(Path device) {
        this.device = device;
    }

    /** Opens a pool on that file. */
    public SpdkEngine open(SpdkPool pool) {
        return SpdkEngine.open(pool, UnaryOperator.identity(), medium -> new FaultyMedium(medium, unreadableAt));
    }

    /** Where the pages that are not empty begin, in bytes of the device, and what they hold. */
    public Map<Long, byte[]> pages() throws IOException {
        Map<Long, byte[]> pages = new LinkedHashMap<>();
        DeviceFile file = DeviceFile.openLocked(device);
        try {
            MetadataRegion region =
                    new MetadataRegion(file, SuperBlock.read(file).orElseThrow());
            for (long number = 0; number < region.pages(); number++) {
                MetadataPage page = region.page(number);
                if (!page.isBlank()) {
                    byte[] bytes = new byte[MetadataPage.BYTES];
                    page.bytes().get(0, bytes);
                    pages.put(region.offset(number), bytes);
                }
            }
        } finally {
            file.close();
        }
        return pages;
    }

    /** The place of the page that holds the store's own name. */
    public long ownPlace() {
        DeviceFile file = DeviceFile.openLocked(device);
        try {
            SuperBlock store = SuperBlock.read(file).orElseThrow();
            return new MetadataRegion(file, store).offset(MetadataPage.firstPageOf(store.ownVolume()));
        } finally {
            file.close();
        }
    }

    /**
     * A bit of the list that SPDK leaves of what is in use.
     *
     * @param mask what it lists: pages, clusters or volumes
     * @param index of which of them it says that it is in use
     * @param place where its byte is on the device
     */
    public record ListedBit(String mask, int index, long place) {}

    /** The bits of that list that are set. */
    public List<ListedBit> listed() {
        DeviceFile file = DeviceFile.openLocked(device);
        try {
            SuperBlock store = SuperBlock.read(file).orElseThrow();
            List<ListedBit> listed = new ArrayList<>();
            add(listed, "pages", StoredMask.ofPages(file, store), store.masks().pages());
            add(
                    listed,
                    "clusters",
                    StoredMask.ofClusters(file, store),
                    store.masks().clusters());
            add(
                    listed,
                    "volumes",
                    StoredMask.ofVolumes(file, store),
                    store.masks().volumes());
            return listed;
        } finally {
            file.close();
        }
    }

    private static void add(List<ListedBit> listed, String name, StoredMask mask, SuperBlock.Mask place) {
        mask.bits().stream()
                .mapToObj(index -> new ListedBit(
                        name, index, place.firstPage() * MetadataPage.BYTES + MASK_HEAD_BYTES + index / 8))
                .forEach(listed::add);
    }

    /** Makes the list say that it is not in use. */
    public void clear(ListedBit bit) throws IOException {
        write(bit.place(), new byte[] {(byte) (read(bit.place()) & ~(1 << bit.index() % 8))});
    }

    /** Makes the list say that it is in use. */
    public void set(ListedBit bit) throws IOException {
        write(bit.place(), new byte[] {(byte) (read(bit.place()) | 1 << bit.index() % 8)});
    }

    private int read(long place) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "r")) {
            file.seek(place);
            return file.read();
        }
    }

    /** Whether a volume's chain begins with these bytes. */
    public static boolean beginsAVolume(byte[] page) {
        MetadataPage read = MetadataPage.of(ByteBuffer.wrap(page));
        return read.isFirst(MetadataPage.firstPageOf(read.longAt(0)));
    }

    /** Whether a volume whose chain begins with these bytes has no other page: then it has no cluster of its own. */
    public static boolean isWholeVolume(byte[] page, Collection<byte[]> all) {
        long blob = MetadataPage.of(ByteBuffer.wrap(page)).longAt(0);
        return all.stream()
                        .filter(other -> MetadataPage.of(ByteBuffer.wrap(other)).longAt(0) == blob)
                        .count()
                == 1;
    }

    /** Where the first cluster of each volume begins that has one, in bytes of the device, by its name. */
    public Map<String, Long> contents() {
        DeviceFile file = DeviceFile.openLocked(device);
        try {
            SuperBlock store = SuperBlock.read(file).orElseThrow();
            MetadataRegion region = new MetadataRegion(file, store);
            Map<String, Long> contents = new TreeMap<>();
            for (long number = 0; number < region.pages(); number++) {
                if (region.page(number).isFirst(number)) {
                    StoredBlob blob = StoredBlob.require(region, number);
                    blob.extentPagesInUse()
                            .boxed()
                            .flatMap(page -> StoredBlob.clustersOn(region, page).stream())
                            .findFirst()
                            .ifPresent(
                                    cluster -> contents.put(blob.name().orElseThrow(), cluster * store.clusterBytes()));
                }
            }
            return contents;
        } finally {
            file.close();
        }
    }

    /** The first bytes there are from a place on. */
    public byte[] bytesAt(long place, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "r")) {
            file.seek(place);
            file.readFully(bytes);
        }
        return bytes;
    }

    /** The name of the volume whose chain begins with these bytes. */
    public static Optional<String> nameOn(byte[] page) {
        return StoredBlob.nameOn(MetadataPage.of(ByteBuffer.wrap(page)));
    }

    /** Breaks a page that holds this. */
    public void breakPage(Fault fault, long place, byte[] page) throws IOException {
        byte[] broken = page.clone();
        switch (fault) {
            case FLIPPED -> broken[100] ^= 1;
            case EMPTIED -> broken = new byte[page.length];
            case UNREADABLE -> {
                broken[100] ^= 1;
                unreadableAt = OptionalLong.of(place);
            }
        }
        write(place, broken);
    }

    /** Makes it what it was. */
    public void mendPage(long place, byte[] page) throws IOException {
        unreadableAt = OptionalLong.empty();
        write(place, page);
    }

    /** Writes bytes to a place of the device. */
    public void write(long place, byte[] page) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.seek(place);
            file.write(page);
        }
    }
}

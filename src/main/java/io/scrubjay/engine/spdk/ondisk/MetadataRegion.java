// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.ZeroScan;
import io.scrubjay.engine.EngineException;

import java.nio.ByteBuffer;
import java.util.function.ObjLongConsumer;

/** The pages of a blobstore that is not loaded. Confined to one thread; blocks for the device. */
public final class MetadataRegion {
    private static final int STEP_PAGES = 256;

    private final Medium medium;
    private final long firstPage;
    private final long pages;

    /** The metadata pages of this store, as far as the medium contains them. */
    public MetadataRegion(Medium medium, SuperBlock store) {
        this.medium = medium;
        this.firstPage = store.firstPage();
        this.pages = Math.min(store.pages(), medium.size() / MetadataPage.BYTES - store.firstPage());
    }

    /** How many pages there are. */
    public long pages() {
        return pages;
    }

    boolean contains(long page) {
        return page >= 0 && page < pages;
    }

    /** Reads a page without checking it. Throws the device's exceptions. */
    public MetadataPage page(long page) {
        ByteBuffer bytes = AlignedBuffer.allocate(MetadataPage.BYTES);
        medium.read(offset(page), bytes);
        return MetadataPage.of(bytes);
    }

    /**
     * Reads a page and checks its checksum.
     *
     * @throws DamagedMetadata when the page cannot be read or is invalid
     */
    MetadataPage require(long number) {
        if (!contains(number)) {
            throw new DamagedMetadata(number, "lies outside the metadata");
        }
        MetadataPage page;
        try {
            page = page(number);
        } catch (EngineException.DeviceFailed failed) {
            throw new DamagedMetadata(number, failed);
        }
        if (page.isBlank()) {
            throw DamagedMetadata.empty(number);
        }
        if (!page.isValid()) {
            throw new DamagedMetadata(number, DamagedMetadata.WRONG);
        }
        return page;
    }

    /** Replaces a page: after a crash, the old or the new page is there. Not durable yet. */
    public void write(long page, MetadataPage content) {
        medium.write(offset(page), content.copy().bytes());
    }

    /**
     * Calls {@code look} with every page that can be read and its number, and {@code failed} for the others.
     *
     * @param look gets a page that is valid only during the call
     * @param failed gets the failure and the number of each page that cannot be read
     */
    public void forEach(ObjLongConsumer<MetadataPage> look, ObjLongConsumer<EngineException.DeviceFailed> failed) {
        forEach(pages, look, failed);
    }

    /**
     * The same up to a page, and from there on until a whole step of pages is empty: SPDK takes the first free page, so
     * the pages in use are at the beginning.
     *
     * @param least the number of pages that are read in any case
     */
    public void forEach(
            long least, ObjLongConsumer<MetadataPage> look, ObjLongConsumer<EngineException.DeviceFailed> failed) {
        ByteBuffer bytes = AlignedBuffer.allocate(STEP_PAGES * MetadataPage.BYTES);
        boolean empty = false;
        for (long page = 0; page < pages && (page < least || !empty); page += STEP_PAGES) {
            int count = Math.toIntExact(Math.min(STEP_PAGES, pages - page));
            try {
                medium.read(offset(page), bytes.clear().limit(count * MetadataPage.BYTES));
            } catch (EngineException.DeviceFailed some) {
                oneByOne(page, count, look, failed);
                empty = false;
                continue;
            }
            empty = ZeroScan.isZero(bytes.duplicate());
            for (int one = 0; one < count; one++) {
                look.accept(MetadataPage.of(bytes.position(one * MetadataPage.BYTES)), page + one);
            }
        }
    }

    private void oneByOne(
            long from,
            int count,
            ObjLongConsumer<MetadataPage> look,
            ObjLongConsumer<EngineException.DeviceFailed> failed) {
        for (long page = from; page < from + count; page++) {
            MetadataPage read;
            try {
                read = page(page);
            } catch (EngineException.DeviceFailed broken) {
                failed.accept(broken, page);
                continue;
            }
            look.accept(read, page);
        }
    }

    /** The offset of a page on the device, in bytes. */
    public long offset(long page) {
        return (firstPage + page) * MetadataPage.BYTES;
    }

    /** The number and the offset of a page, in words. */
    String place(long page) {
        return "metadata page " + page + " (at byte " + offset(page) + ")";
    }
}

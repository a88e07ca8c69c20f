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

    /** The pages of this store, as far as the medium reaches. */
    public MetadataRegion(Medium medium, SuperBlock store) {
        this.medium = medium;
        this.firstPage = store.firstPage();
        this.pages = Math.min(store.pages(), medium.size() / MetadataPage.BYTES - store.firstPage());
    }

    /** How many there are. */
    public long pages() {
        return pages;
    }

    boolean contains(long page) {
        return page >= 0 && page < pages;
    }

    /** Reads a page, whatever it holds. Throws as the device does. */
    public MetadataPage page(long page) {
        ByteBuffer bytes = AlignedBuffer.allocate(MetadataPage.BYTES);
        medium.read(offset(page), bytes);
        return MetadataPage.of(bytes);
    }

    /**
     * A page with a right checksum.
     *
     * @throws DamagedMetadata when there is none
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

    /** Replaces a page, which a crash leaves as it was or as it shall be. Not yet durable. */
    public void write(long page, MetadataPage content) {
        medium.write(offset(page), content.copy().bytes());
    }

    /**
     * Shows every page that can be read, with its number, and tells of the others.
     *
     * @param look is given what is valid for that call only
     * @param failed is given the failure and the number of each page that cannot be read
     */
    public void forEach(ObjLongConsumer<MetadataPage> look, ObjLongConsumer<EngineException.DeviceFailed> failed) {
        forEach(pages, look, failed);
    }

    /**
     * The same up to a page, and from there on until a whole step of the way is empty: SPDK takes the first page that is
     * free, so that what is used lies at the beginning.
     *
     * @param least up to where it goes in any case
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

    /** Where a page begins, in bytes of the device. */
    public long offset(long page) {
        return (firstPage + page) * MetadataPage.BYTES;
    }

    /** Where a page is, for people. */
    String place(long page) {
        return "metadata page " + page + " (at byte " + offset(page) + ")";
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;
import java.util.function.ObjLongConsumer;

/** The pages of a blobstore that is not loaded. Confined to one thread; blocks for the device. */
final class MetadataRegion {
    private static final int STEP_PAGES = 256;

    private final Medium medium;
    private final long firstPage;
    private final long pages;

    MetadataRegion(Medium medium, SuperBlock store) {
        this.medium = medium;
        this.firstPage = store.firstPage();
        this.pages = Math.min(store.pages(), medium.size() / MetadataPage.BYTES - store.firstPage());
    }

    long pages() {
        return pages;
    }

    boolean contains(long page) {
        return page >= 0 && page < pages;
    }

    MetadataPage page(long page) {
        ByteBuffer bytes = AlignedBuffer.allocate(MetadataPage.BYTES);
        medium.read(offset(page), bytes);
        return MetadataPage.of(bytes);
    }

    /** Replaces a page, which a crash leaves as it was or as it shall be. Not yet durable. */
    void write(long page, MetadataPage content) {
        medium.write(offset(page), content.copy().bytes());
    }

    /** Shows every page, with its number. What is shown is valid for that call only. */
    void forEach(ObjLongConsumer<MetadataPage> look) {
        ByteBuffer bytes = AlignedBuffer.allocate(STEP_PAGES * MetadataPage.BYTES);
        for (long page = 0; page < pages; page += STEP_PAGES) {
            int count = Math.toIntExact(Math.min(STEP_PAGES, pages - page));
            medium.read(offset(page), bytes.clear().limit(count * MetadataPage.BYTES));
            for (int one = 0; one < count; one++) {
                look.accept(MetadataPage.of(bytes.position(one * MetadataPage.BYTES)), page + one);
            }
        }
    }

    private long offset(long page) {
        return (firstPage + page) * MetadataPage.BYTES;
    }
}

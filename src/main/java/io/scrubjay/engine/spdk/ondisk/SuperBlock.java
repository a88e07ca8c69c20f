// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.block.AlignedBuffer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A blobstore's description of itself at the start of its device, as far as it matters here. Layout: SPDK's {@code
 * struct spdk_bs_super_block}, version 3; little-endian. Immutable.
 *
 * @param clean whether the store was unloaded cleanly, so that SPDK can load it without recovery
 * @param ownVolume the number of the volume in which the lvol store keeps its own name
 * @param clusterBytes the size of a cluster
 * @param masks where the masks are; they are valid only if the store was unloaded cleanly
 * @param firstPage where its metadata begins, in pages of the device
 * @param pages how many metadata pages it has
 * @param sizeBytes how large the device was when the store was made, or last grown; 0 in old stores
 */
public record SuperBlock(
        boolean clean, long ownVolume, long clusterBytes, Masks masks, long firstPage, long pages, long sizeBytes) {
    private static final String SIGNATURE = "SPDKBLOB";
    private static final int VERSION = 3;
    private static final int VERSION_AT = 8;
    private static final int LENGTH_AT = 12;
    private static final int CLEAN_AT = 16;
    private static final int OWN_VOLUME_AT = 20;
    private static final int CLUSTER_BYTES_AT = 28;
    private static final int PAGES_MASK_AT = 32;
    private static final int CLUSTERS_MASK_AT = 40;
    private static final int FIRST_PAGE_AT = 48;
    private static final int PAGES_AT = 52;
    private static final int VOLUMES_MASK_AT = 72;
    private static final int SIZE_AT = 80;
    private static final int PAGE_BYTES_AT = 92;

    /** A range of pages of the device. */
    public record Mask(long firstPage, long pages) {}

    /**
     * Where each mask is.
     *
     * @param pages the mask of the metadata pages in use
     * @param clusters the mask of the clusters in use
     * @param volumes the mask of the pages that begin a volume
     */
    public record Masks(Mask pages, Mask clusters, Mask volumes) {}

    /** Whether a device is at least as large as the store says. SPDK loads no store from a smaller one. */
    boolean fits(Medium medium) {
        return sizeBytes <= medium.size();
    }

    /** How many clusters a store has on a device of that size. */
    long clusters(long deviceBytes) {
        return (sizeBytes == 0 ? deviceBytes : sizeBytes) / clusterBytes;
    }

    /** How many of the clusters contain the masks and the metadata: the first ones. */
    public long metadataClusters() {
        long bytes = (firstPage + pages) * MetadataPage.BYTES;
        return (bytes + clusterBytes - 1) / clusterBytes;
    }

    /** Reads the super block of a device; none as in {@link #parse}, or if the device is shorter than a super block. */
    public static Optional<SuperBlock> read(Medium medium) {
        ByteBuffer start = AlignedBuffer.allocate(MetadataPage.BYTES);
        if (medium.size() < start.capacity()) {
            return Optional.empty();
        }
        medium.read(0, start);
        return parse(start);
    }

    /**
     * Parses a super block.
     *
     * @param block the first {@link MetadataPage#BYTES} of a device
     * @return none if there is no blobstore, if its super block is damaged, or if it is of another version or page size
     */
    public static Optional<SuperBlock> parse(ByteBuffer block) {
        MetadataPage page = MetadataPage.of(block);
        byte[] signature = new byte[SIGNATURE.length()];
        page.bytes().get(0, signature);
        if (!new String(signature, StandardCharsets.US_ASCII).equals(SIGNATURE)
                || page.intAt(VERSION_AT) != VERSION
                || page.intAt(LENGTH_AT) != MetadataPage.BYTES
                || !page.isValid()) {
            return Optional.empty();
        }
        int pageBytes = page.intAt(PAGE_BYTES_AT);
        // This was 0 before SPDK let the page size be chosen.
        if (pageBytes != 0 && pageBytes != MetadataPage.BYTES) {
            return Optional.empty();
        }
        return Optional.of(new SuperBlock(
                page.intAt(CLEAN_AT) == 1,
                page.longAt(OWN_VOLUME_AT),
                Integer.toUnsignedLong(page.intAt(CLUSTER_BYTES_AT)),
                new Masks(mask(page, PAGES_MASK_AT), mask(page, CLUSTERS_MASK_AT), mask(page, VOLUMES_MASK_AT)),
                Integer.toUnsignedLong(page.intAt(FIRST_PAGE_AT)),
                Integer.toUnsignedLong(page.intAt(PAGES_AT)),
                page.longAt(SIZE_AT)));
    }

    private static Mask mask(MetadataPage page, int at) {
        return new Mask(Integer.toUnsignedLong(page.intAt(at)), Integer.toUnsignedLong(page.intAt(at + Integer.BYTES)));
    }

    /** The super block of a device, changed as if its store had not been unloaded. */
    static MetadataPage notUnloaded(Medium medium) {
        ByteBuffer start = AlignedBuffer.allocate(MetadataPage.BYTES);
        medium.read(0, start);
        MetadataPage page = MetadataPage.of(start);
        page.putInt(CLEAN_AT, 0);
        page.seal();
        return page;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import io.scrubjay.engine.spdk.ondisk.MetadataPage.Part;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * What a blobstore's metadata says about one volume. Immutable.
 *
 * @param chain the pages of its chain, in order
 * @param texts attributes of the lvol store: the volume's name and UUID
 * @param attributes SPDK's own attributes: each is the number of another volume
 * @param extentPages the pages that list its clusters, in order; 0 where there is no page
 */
public record StoredBlob(
        List<Long> chain, Map<String, String> texts, Map<String, Long> attributes, List<Long> extentPages) {
    private static final String NAME = "name";
    private static final String UUID = "uuid";
    private static final int ATTRIBUTE_HEAD_BYTES = 4;
    private static final int EXTENT_TABLE_HEAD_BYTES = 8;
    private static final int EXTENTS_HEAD_BYTES = 4;
    /** More pages than any volume can have that SPDK allows; a longer list is damaged. */
    private static final int EXTENT_PAGES_MAX = 1 << 24;

    public StoredBlob {
        chain = List.copyOf(chain);
        texts = Map.copyOf(texts);
        attributes = Map.copyOf(attributes);
        extentPages = List.copyOf(extentPages);
    }

    /** Reads a volume; none if there is none, or if its chain is damaged. */
    public static Optional<StoredBlob> read(MetadataRegion region, long firstPage) {
        try {
            return Optional.of(require(region, firstPage));
        } catch (DamagedMetadata damaged) {
            return Optional.empty();
        }
    }

    /**
     * Reads a volume, without the pages that list its clusters.
     *
     * @throws DamagedMetadata when a page of its chain is damaged or cannot be read
     */
    public static StoredBlob require(MetadataRegion region, long firstPage) {
        long blob = MetadataPage.blobAt(firstPage);
        Map<String, String> texts = new LinkedHashMap<>();
        Map<String, Long> attributes = new LinkedHashMap<>();
        List<Long> extentPages = new ArrayList<>();
        List<Long> chain = new ArrayList<>();
        long number = firstPage;
        // This ends even if the chain is a circle: the pages of a circle cannot all have the right number.
        for (long sequence = 0; ; sequence++) {
            MetadataPage page = region.require(number);
            if (!page.belongsTo(blob, sequence)) {
                throw new DamagedMetadata(number, "is not page " + sequence + " of the volume it should belong to");
            }
            chain.add(number);
            for (Part part : parts(page, number)) {
                switch (part.type()) {
                    case Part.ATTRIBUTE -> readText(page, part, texts);
                    case Part.INTERNAL_ATTRIBUTE -> readAttribute(page, part, attributes);
                    case Part.EXTENT_TABLE -> readExtentTable(page, number, part, extentPages);
                    default -> {
                        // Not needed here.
                    }
                }
            }
            if (page.next() < 0) {
                return new StoredBlob(chain, texts, attributes, extentPages);
            }
            number = page.next();
        }
    }

    /** The probable name of a volume, from its first page, even if the page is damaged otherwise. */
    public static Optional<String> nameOn(MetadataPage page) {
        Map<String, String> texts = new LinkedHashMap<>();
        try {
            for (Part part : page.parts()) {
                if (part.type() == Part.ATTRIBUTE) {
                    readText(page, part, texts);
                }
            }
        } catch (IllegalStateException nonsense) {
            return Optional.empty();
        }
        return Optional.ofNullable(texts.get(NAME));
    }

    /** An attribute of a volume from one of its pages, whatever its other pages contain. */
    static OptionalLong attributeOn(MetadataPage page, String name) {
        Map<String, Long> attributes = new LinkedHashMap<>();
        try {
            for (Part part : page.parts()) {
                if (part.type() == Part.INTERNAL_ATTRIBUTE) {
                    readAttribute(page, part, attributes);
                }
            }
        } catch (IllegalStateException nonsense) {
            return OptionalLong.empty();
        }
        return valueOf(attributes, name);
    }

    private static OptionalLong valueOf(Map<String, Long> attributes, String name) {
        Long value = attributes.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static List<Part> parts(MetadataPage page, long number) {
        try {
            return page.parts();
        } catch (IllegalStateException nonsense) {
            throw new DamagedMetadata(number, "makes no sense");
        }
    }

    /** @throws DamagedMetadata when a page that lists its clusters is damaged, or cannot be read */
    void requireExtents(MetadataRegion region) {
        extentPagesInUse().forEach(number -> clustersOn(region, number));
    }

    /** The pages that list its clusters, without the places that have no page. */
    public LongStream extentPagesInUse() {
        return extentPages.stream().mapToLong(Long::longValue).filter(number -> number != 0);
    }

    /**
     * The clusters that one of these pages lists.
     *
     * @throws DamagedMetadata when the page is damaged or cannot be read
     */
    public static List<Integer> clustersOn(MetadataRegion region, long number) {
        MetadataPage page = region.require(number);
        Part extents = parts(page, number).stream()
                .findFirst()
                .filter(part -> part.type() == Part.EXTENT_PAGE)
                .orElseThrow(() -> new DamagedMetadata(number, "does not list the clusters of a volume, as it should"));
        List<Integer> clusters = new ArrayList<>();
        for (int at = EXTENTS_HEAD_BYTES; at + Integer.BYTES <= extents.length(); at += Integer.BYTES) {
            int cluster = page.intAt(extents.at() + at);
            if (cluster != 0) {
                clusters.add(cluster);
            }
        }
        return clusters;
    }

    /**
     * Reads the name and the value of a text attribute. The value ends at its first NUL: some are padded to the maximum
     * length.
     */
    private static void readText(MetadataPage page, Part part, Map<String, String> texts) {
        if (part.length() < ATTRIBUTE_HEAD_BYTES) {
            return;
        }
        int nameLength = page.bytes().getShort(part.at()) & 0xFFFF;
        int valueLength = page.bytes().getShort(part.at() + 2) & 0xFFFF;
        if (part.length() < ATTRIBUTE_HEAD_BYTES + nameLength + valueLength || valueLength == 0) {
            return;
        }
        byte[] both = new byte[nameLength + valueLength];
        page.bytes().get(part.at() + ATTRIBUTE_HEAD_BYTES, both);
        int end = nameLength;
        while (end < both.length && both[end] != 0) {
            end++;
        }
        texts.put(
                new String(both, 0, nameLength, StandardCharsets.UTF_8),
                new String(both, nameLength, end - nameLength, StandardCharsets.UTF_8));
    }

    private static void readAttribute(MetadataPage page, Part part, Map<String, Long> attributes) {
        int nameLength = page.bytes().getShort(part.at()) & 0xFFFF;
        int valueLength = page.bytes().getShort(part.at() + 2) & 0xFFFF;
        if (part.length() < 4 + nameLength + valueLength || valueLength != Long.BYTES) {
            return;
        }
        byte[] name = new byte[nameLength];
        page.bytes().get(part.at() + 4, name);
        attributes.put(new String(name, StandardCharsets.US_ASCII), page.longAt(part.at() + 4 + nameLength));
    }

    /**
     * Reads pairs of a page number and a count: a page has count 1; 0 stands for as many missing pages as the count
     * says.
     */
    private static void readExtentTable(MetadataPage page, long number, Part part, List<Long> extentPages) {
        for (int at = EXTENT_TABLE_HEAD_BYTES; at + 2 * Integer.BYTES <= part.length(); at += 2 * Integer.BYTES) {
            long extentPage = Integer.toUnsignedLong(page.intAt(part.at() + at));
            long count = Integer.toUnsignedLong(page.intAt(part.at() + at + Integer.BYTES));
            if (extentPages.size() + count > EXTENT_PAGES_MAX) {
                throw new DamagedMetadata(number, "lists more clusters than any store has");
            }
            for (long one = 0; one < count; one++) {
                extentPages.add(extentPage);
            }
        }
    }

    /** The first page of its chain. */
    long firstPage() {
        return chain.get(0);
    }

    /** The name of the volume; none before SPDK has written one. */
    public Optional<String> name() {
        return Optional.ofNullable(texts.get(NAME));
    }

    /** Its UUID; that of the store, for the volume in which the lvol store keeps its own name. */
    public Optional<String> uuid() {
        return Optional.ofNullable(texts.get(UUID));
    }

    OptionalLong attribute(String name) {
        return valueOf(attributes, name);
    }
}

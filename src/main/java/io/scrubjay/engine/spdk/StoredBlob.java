// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.MetadataPage.Part;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a blobstore's metadata says of one volume. Immutable.
 *
 * @param firstPage where its chain of pages begins
 * @param attributes what SPDK notes of it for itself: the number of another volume each
 * @param extentPages the pages that list its clusters, in order; 0 where it has none
 */
record StoredBlob(long firstPage, Map<String, Long> attributes, List<Long> extentPages) {
    private static final int EXTENT_TABLE_HEAD_BYTES = 8;
    /** Of one that was made with more than SPDK lets a store have. */
    private static final int EXTENT_PAGES_MAX = 1 << 24;

    StoredBlob {
        attributes = Map.copyOf(attributes);
        extentPages = List.copyOf(extentPages);
    }

    /** Reads one; none if there is none, or if its chain is damaged. */
    static Optional<StoredBlob> read(MetadataRegion region, long firstPage) {
        if (!region.contains(firstPage)) {
            return Optional.empty();
        }
        MetadataPage page = region.page(firstPage);
        if (!page.isFirst(firstPage)) {
            return Optional.empty();
        }
        Map<String, Long> attributes = new LinkedHashMap<>();
        List<Long> extentPages = new ArrayList<>();
        // A chain that leads in a circle has more pages than there are.
        for (long seen = 0; seen <= region.pages(); seen++) {
            for (Part part : page.parts()) {
                switch (part.type()) {
                    case Part.INTERNAL_ATTRIBUTE -> readAttribute(page, part, attributes);
                    case Part.EXTENT_TABLE -> readExtentTable(page, part, extentPages);
                    default -> {
                        // Nothing that is needed here.
                    }
                }
            }
            if (page.next() < 0) {
                return Optional.of(new StoredBlob(firstPage, attributes, extentPages));
            }
            if (!region.contains(page.next())) {
                return Optional.empty();
            }
            page = region.page(page.next());
            if (!page.isValid()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
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

    /** Pairs of a page and how often: pages once, none as often as it says. */
    private static void readExtentTable(MetadataPage page, Part part, List<Long> extentPages) {
        for (int at = EXTENT_TABLE_HEAD_BYTES; at + 2 * Integer.BYTES <= part.length(); at += 2 * Integer.BYTES) {
            long extentPage = Integer.toUnsignedLong(page.intAt(part.at() + at));
            long count = Integer.toUnsignedLong(page.intAt(part.at() + at + Integer.BYTES));
            if (extentPages.size() + count > EXTENT_PAGES_MAX) {
                throw new IllegalStateException("a volume has more clusters than any store");
            }
            for (long one = 0; one < count; one++) {
                extentPages.add(extentPage);
            }
        }
    }

    OptionalLong attribute(String name) {
        Long value = attributes.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * A JSON object with one long array at its end, which is written item by item. All text must be ASCII; the caller must
 * escape it. Confined to one thread at a time.
 */
public final class JsonItems implements GeneratedBody.Source {
    private static final String END = "]}\n";

    private final Iterator<String> items;
    private byte[] pending;
    private int pendingFrom;
    private boolean isFirst = true;
    private boolean isEnded;

    /**
     * @param head the object up to and including the array's opening bracket
     * @param items the array's items
     */
    public JsonItems(String head, Iterator<String> items) {
        this.items = items;
        this.pending = ascii(head);
    }

    /**
     * How many bytes an object like this has.
     *
     * @param head the object up to and including the array's opening bracket
     * @param items how many items the array has
     * @param itemsBytes how many bytes all of them have, without the separators
     */
    public static long lengthBytes(String head, long items, long itemsBytes) {
        return head.length() + itemsBytes + Math.max(0, items - 1) + END.length();
    }

    @Override
    public void fill(ByteBuffer target) {
        while (target.hasRemaining() && (pendingFrom < pending.length || advance())) {
            int length = Math.min(target.remaining(), pending.length - pendingFrom);
            target.put(pending, pendingFrom, length);
            pendingFrom += length;
        }
    }

    private boolean advance() {
        if (isEnded) {
            return false;
        }
        if (items.hasNext()) {
            pending = ascii(isFirst ? items.next() : "," + items.next());
            isFirst = false;
        } else {
            pending = ascii(END);
            isEnded = true;
        }
        pendingFrom = 0;
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

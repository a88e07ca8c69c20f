// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.ondisk;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.nio.ByteBuffer;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class UnfinishedSnapshotsProperties {
    private static final int PART_BYTES_MAX = 4000;
    private static final int TYPES = 8;

    /** Valid checksums around anything at all. */
    @Property
    void nonsenseIsLeftToSpdk(@ForAll long seed) {
        // Given
        StoredPages store = new StoredPages();
        Random random = new Random(seed);
        for (int page = 0; page < StoredPages.PAGES; page++) {
            byte[] nonsense = new byte[PART_BYTES_MAX];
            random.nextBytes(nonsense);
            // One of the types there are, mostly, and a length that mostly fits.
            nonsense[0] = (byte) random.nextInt(TYPES);
            ByteBuffer.wrap(nonsense).putInt(1, Integer.reverseBytes(random.nextInt(-10, PART_BYTES_MAX + 1000)));
            store.put(page, StoredPages.blob(page), nonsense).chain(page, random.nextInt(-1, StoredPages.PAGES + 1));
        }
        byte[] before = store.bytes();

        // When
        UnfinishedSnapshots.end(store, StoredPages.all());

        // Then
        assertThat(store.bytes()).isEqualTo(before);
    }
}

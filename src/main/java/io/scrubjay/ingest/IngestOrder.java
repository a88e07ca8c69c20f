// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.source.SourceForm;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The announcement of a sender before its first byte.
 *
 * @param name the image's name
 * @param form format and compression, or {@code auto} to let the first bytes decide
 * @param expectedBytes how many bytes will come, when known
 * @param virtualSizeBytes the disk's size when larger than the file; the rest reads as zeroes
 * @param expectedDigests the source digests the sender computed, SHA-256 or SHA-512; each is checked
 * @param expectedContentDigest the content digest the sender knows
 */
public record IngestOrder(
        ResourceName name,
        SourceForm form,
        OptionalLong expectedBytes,
        OptionalLong virtualSizeBytes,
        List<Digest> expectedDigests,
        Optional<Digest> expectedContentDigest) {
    public IngestOrder {
        Objects.requireNonNull(name);
        Objects.requireNonNull(form);
        expectedDigests = List.copyOf(expectedDigests);
        Objects.requireNonNull(expectedContentDigest);
    }

    /** The same order, with a length that was learnt later. */
    IngestOrder expecting(long bytes) {
        return new IngestOrder(
                name, form, OptionalLong.of(bytes), virtualSizeBytes, expectedDigests, expectedContentDigest);
    }
}

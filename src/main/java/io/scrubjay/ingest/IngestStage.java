// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

/** The steps of an ingest, in their order. Each begins when the one before has ended. */
public enum IngestStage {
    /** Bytes come and are stored; ends when the head has the last. A slow sender is seen here, and nowhere else. */
    RECEIVE,
    /** The head is made durable and closed. */
    FLUSH,
    /** The closed head is read back, and its digest compared with the stream's. */
    PROVE_HEAD,
    /** The head becomes a snapshot. */
    SNAPSHOT,
    /** The snapshot is read back, and its digest compared with the stream's. */
    PROVE_SNAPSHOT,
    /** The manifest is written, read back and committed; the image is ready afterwards. */
    COMMIT
}

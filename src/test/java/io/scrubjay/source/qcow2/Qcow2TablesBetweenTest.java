// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

/** Some compressed bytes are just before the table that names them. */
class Qcow2TablesBetweenTest extends Qcow2ReaderContract {
    Qcow2TablesBetweenTest() {
        super(Qcow2Writer.Order.TABLES_BETWEEN, Packing.ZSTD, Limits.USUAL);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

/** Each byte can be placed as it arrives. */
class Qcow2TablesFirstTest extends Qcow2ReaderContract {
    Qcow2TablesFirstTest() {
        super(Qcow2Writer.Order.TABLES_FIRST, Packing.DEFLATE, Limits.USUAL);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

/** Nothing can be placed before the end of the file, and most is spooled. */
class Qcow2TablesLastTest extends Qcow2ReaderContract {
    Qcow2TablesLastTest() {
        super(Qcow2Writer.Order.TABLES_LAST, Packing.DEFLATE, Qcow2Files.TINY);
    }
}

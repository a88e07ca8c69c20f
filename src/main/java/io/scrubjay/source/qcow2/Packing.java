// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

/** How the compressed clusters of a file are compressed. */
enum Packing {
    DEFLATE {
        @Override
        Unpacker open() {
            return new DeflateUnpacker();
        }
    },
    ZSTD {
        @Override
        Unpacker open() {
            return new ZstdUnpacker();
        }
    };

    abstract Unpacker open();
}

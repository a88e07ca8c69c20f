// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import io.scrubjay.source.FormatReader;
import io.scrubjay.source.FormatReaderContract;

import java.util.Optional;
import java.util.OptionalLong;

/** A reader of qcow2 files keeps the contract of readers, with a file that has clusters of every kind. */
abstract class Qcow2ReaderContract extends FormatReaderContract {
    private final Limits limits;
    private final byte[] file;
    private final byte[] disk;

    Qcow2ReaderContract(Qcow2Writer.Order order, Packing packing, Limits limits) {
        this.limits = limits;
        Qcow2Writer writer = Qcow2Files.ofEveryKind(Qcow2Files.SMALL, packing, order);
        file = writer.shortestFile();
        disk = writer.disk();
    }

    @Override
    protected FormatReader open() {
        return new Qcow2Reader(OptionalLong.empty(), new SpoolInMemory(), Qcow2Files.MEMORY, limits);
    }

    @Override
    protected byte[] file() {
        return file;
    }

    @Override
    protected byte[] disk() {
        return disk;
    }

    @Override
    protected Optional<byte[]> diskOf(int firstBytes) {
        return Optional.empty();
    }
}

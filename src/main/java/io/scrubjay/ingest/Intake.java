// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.flow.WindowPart;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.Upload;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.DiskSink;
import io.scrubjay.source.Spool;
import io.scrubjay.source.StreamOffset;
import io.scrubjay.source.StreamPiece;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * The half of an ingest that handles the stream: takes windows in order, decides on the form by the first one, decodes
 * each into the disk, and hashes the source. Confined to the coordinator.
 */
final class Intake implements AutoCloseable {
    /** The stream that was sent, and the disk that was decoded from it. */
    record Received(Upload upload, ChunkAssembler.Disk disk) {}

    private final IngestOrder order;
    private final Image image;
    private final Reception reception;
    private final ChunkAssembler assembler;
    private final Spool spool;
    private final Decoders decoders;
    private final Executor sideThreads;
    private final DiskSink wanted;
    private Optional<Decoding> decoding = Optional.empty();
    private Optional<SourceDigests> digests = Optional.empty();
    private StreamOffset end = StreamOffset.START;

    /**
     * @param sideThreads the threads next to the coordinator, which compute digests
     */
    Intake(
            IngestOrder order,
            Image image,
            Reception reception,
            ChunkAssembler assembler,
            Spool spool,
            Decoders decoders,
            Executor sideThreads) {
        this.order = order;
        this.image = image;
        this.reception = reception;
        this.assembler = assembler;
        this.spool = spool;
        this.decoders = decoders;
        this.sideThreads = sideThreads;
        this.wanted = new WantedDisk(reception, assembler);
    }

    /**
     * Takes the whole stream; returns when all of its disk has been stored and the stream has turned out to be as
     * announced.
     *
     * @throws RefusedException when the sender gave up, or sent other bytes than announced
     * @throws RuntimeException when the device failed
     */
    Received receive() throws InterruptedException {
        while (true) {
            Reception.Event event = reception.next();
            if (event instanceof Reception.Bytes bytes) {
                try {
                    take(bytes.part());
                } finally {
                    bytes.part().window().release();
                }
            } else if (event instanceof Reception.End last) {
                assert last.receivedBytes() == end.bytes() : "windows were lost on their way";
                return finish();
            } else if (event instanceof Reception.Cut cut) {
                throw cut.why();
            }
        }
    }

    private void take(WindowPart part) {
        if (decoding.isEmpty()) {
            begin(part);
        }
        SourceDigests hashes = digests.orElseThrow();
        StreamPiece sent = new StreamPiece(end, part);
        hashes.begin(part);
        decoding.orElseThrow().decode(sent, wanted);
        end = sent.end();
        hashes.follow(part);
    }

    private void begin(WindowPart first) {
        Decoding decided = Decoding.of(announced(), decoders, spool, first.view());
        decoding = Optional.of(decided);
        digests = Optional.of(new SourceDigests(order.expectedDigests(), sideThreads, decided.compression()));
        image.move(ImageState.Pending.class, ImageState.Pending::receiving);
    }

    /** The order, with the length that the sender may have learnt since. */
    private IngestOrder announced() {
        return image.expectedBytes().isPresent()
                ? order.expecting(image.expectedBytes().getAsLong())
                : order;
    }

    private Received finish() {
        assembler.awaitStored();
        Decoding decoded = decoding.orElseThrow(
                () -> new RefusedException(Refusal.MALFORMED_IMAGE, "the image is empty; send at least one byte"));
        requireExpectedLength();
        long diskBytes = decoded.end(wanted);
        ChunkAssembler.Disk disk = assembler.finish(diskBytes);
        Upload upload = new Upload(
                decoded.format(),
                decoded.compression().wireName(),
                end.bytes(),
                digests.orElseThrow().finish(),
                image.expectedDigest());
        return new Received(upload, disk);
    }

    private void requireExpectedLength() {
        OptionalLong expected = image.expectedBytes();
        if (expected.isPresent() && expected.getAsLong() != end.bytes()) {
            throw new RefusedException(
                    Refusal.LENGTH_MISMATCH,
                    "the agent received " + end.bytes() + " bytes, but Content-Length announced "
                            + expected.getAsLong());
        }
    }

    /** Waits until nothing is in progress any more: no worker touches the head or a window afterwards. */
    @Override
    public void close() {
        assembler.close();
        digests.ifPresent(SourceDigests::close);
        decoding.ifPresent(Decoding::close);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.answer.EncodedBody;
import io.scrubjay.api.answer.RequestBodies;
import io.scrubjay.block.ByteRange;
import io.scrubjay.image.ContentReaders;
import io.scrubjay.image.Image;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.qcow2.Qcow2File;
import io.scrubjay.source.qcow2.Qcow2Layout;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

import java.util.OptionalLong;

/**
 * A qcow2 file of the disk. There are no ranges of it: {@code Range} is ignored, and the response says so.
 *
 * @param form {@code QCOW2} or {@code ZSTD_QCOW2}
 */
record Qcow2Download(ContentReaders readers, Image image, ContentForm form, Qcow2Layout layout, Representation shown)
        implements Download {
    /**
     * The file of this image or snapshot. Blocks; for workers.
     *
     * @throws RefusedException {@code invalid-request} when the disk is too large; as {@link ContentReaders#stored}
     */
    static Qcow2Download of(ContentReaders readers, Image image, ManifestHeader header, ContentForm form) {
        if (header.lengthBytes() > Qcow2Layout.DISK_BYTES_MAX) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "the " + image.kind().wireName() + " has " + header.lengthBytes()
                            + " bytes, and the agent makes qcow2 files of at most " + Qcow2Layout.DISK_BYTES_MAX
                            + "; send format=raw");
        }
        Qcow2Layout layout = new Qcow2Layout(header.lengthBytes(), readers.stored(image, Qcow2Layout.CLUSTER_SIZE));
        return new Qcow2Download(readers, image, form, layout, Representation.qcow2(header, form, layout));
    }

    @Override
    public OptionalLong lengthBytes() {
        return form == ContentForm.QCOW2 ? OptionalLong.of(layout.plainBytes()) : OptionalLong.empty();
    }

    @Override
    public Response send(HttpHeaders request) {
        RequestBodies bodies = RequestBodies.current();
        return shown.describeBytes(Response.ok()).entity(bodies.add(body())).build();
    }

    private EncodedBody body() {
        Qcow2File file =
                form == ContentForm.QCOW2 ? Qcow2File.plain(layout) : Qcow2File.zstd(layout, readers.workers());
        try {
            ByteRange disk = new ByteRange(0, layout.diskBytes());
            return new EncodedBody(readers.open(image, disk, file.passes()), disk.length(), file, readers.workers());
        } catch (RuntimeException | Error refused) {
            file.close();
            throw refused;
        }
    }
}

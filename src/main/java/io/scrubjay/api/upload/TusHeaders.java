// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.ContentCoding;
import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.session.PieceChecksum;
import io.scrubjay.session.TransferOrder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads the headers of a request of the tus protocol. Invalid values are refused. */
final class TusHeaders {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final HttpServerRequest request;

    TusHeaders(HttpServerRequest request) {
        this.request = request;
    }

    /** Which session a path is of. */
    static SessionId session(String hex) {
        return SessionId.ofHex(hex)
                .orElseThrow(() -> new RefusedException(
                        Refusal.UPLOAD_NOT_FOUND,
                        "there is no upload at this path; POST /v1/uploads answers with the path of a new one"));
    }

    /** Refuses a request of another version of the protocol. */
    void requireVersion() {
        String version = request.getHeader(TusProtocol.RESUMABLE);
        if (!TusProtocol.VERSION.equals(version)) {
            throw new RefusedException(
                    Refusal.PRECONDITION_FAILED,
                    (version == null ? "the header Tus-Resumable is missing" : "Tus-Resumable is '" + version + "'")
                            + "; send 'Tus-Resumable: 1.0.0'");
        }
    }

    /** What a request says that creates a session. */
    SessionRecord.Announced announced() {
        if (request.getHeader(TusProtocol.CONCAT) != null) {
            throw invalid("Upload-Concat is not supported; send the file as one upload");
        }
        return UploadMetadata.parse(Optional.ofNullable(request.getHeader(TusProtocol.METADATA)));
    }

    /** The length of the file that a session is created for; empty when the client says it later. */
    OptionalLong lengthToCreate() {
        OptionalLong length = number(TusProtocol.LENGTH);
        String deferred = request.getHeader(TusProtocol.DEFER_LENGTH);
        if (deferred != null && !deferred.equals("1")) {
            throw invalid("Upload-Defer-Length must be 1, not '" + deferred + "'");
        }
        if (length.isPresent() == (deferred != null)) {
            throw invalid("send either Upload-Length with the length of the file, or 'Upload-Defer-Length: 1'");
        }
        return length;
    }

    /** Whether the client waits for permission to send its body. */
    boolean expectsContinue() {
        String expect = request.getHeader(HttpHeaders.EXPECT);
        return expect != null && expect.equalsIgnoreCase("100-continue");
    }

    /** Whether the request that creates a session has the beginning of the file as well. */
    boolean hasPiece() {
        boolean hasBody = contentLength().isPresent()
                ? contentLength().getAsLong() > 0
                : request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null || mayHaveBodyOfUnknownLength();
        if (hasBody) {
            requireMediaType();
        }
        return hasBody;
    }

    /** With HTTP/2, only the end of a body tells that there is none. With HTTP/1.1, none comes without a length. */
    private boolean mayHaveBodyOfUnknownLength() {
        return request.version() == HttpVersion.HTTP_2 && request.getHeader(HttpHeaders.CONTENT_TYPE) != null;
    }

    /** What a request says that sends a piece of the file. */
    TransferOrder piece() {
        requireMediaType();
        long offset = number(TusProtocol.OFFSET)
                .orElseThrow(() -> invalid("the header Upload-Offset is missing; send the offset that HEAD answers"));
        return order(offset, number(TusProtocol.LENGTH));
    }

    /** What a request says that creates a session and sends the beginning of the file. */
    TransferOrder firstPiece() {
        return order(0, OptionalLong.empty());
    }

    private TransferOrder order(long offset, OptionalLong fileBytes) {
        ContentCoding.problem(request).ifPresent(why -> {
            throw invalid(why);
        });
        Optional<PieceChecksum> checksum = checksum();
        MultiMap others = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        UploadDigests.refuse(
                others.remove(TusProtocol.CHECKSUM),
                "send the digest of the whole file as 'digest' in Upload-Metadata, and that of one request as"
                        + " Upload-Checksum");
        return new TransferOrder(offset, fileBytes, contentLength(), checksum);
    }

    private void requireMediaType() {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.strip().equalsIgnoreCase(TusProtocol.MEDIA_TYPE)) {
            throw new RefusedException(
                    Refusal.UNSUPPORTED_MEDIA_TYPE,
                    "the body of an upload must have 'Content-Type: " + TusProtocol.MEDIA_TYPE + "'");
        }
    }

    private OptionalLong contentLength() {
        String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.strip()));
    }

    private OptionalLong number(String header) {
        String text = request.getHeader(header);
        if (text == null) {
            return OptionalLong.empty();
        }
        if (!NUMBER.matcher(text).matches()) {
            throw invalid(header + " must be a number of bytes, with at most 18 digits");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    private Optional<PieceChecksum> checksum() {
        String text = request.getHeader(TusProtocol.CHECKSUM);
        if (text == null) {
            return Optional.empty();
        }
        List<String> words = List.of(text.strip().split(" ", -1));
        PieceChecksum.Algorithm algorithm = Arrays.stream(PieceChecksum.Algorithm.values())
                .filter(known -> known.wireName().equals(words.get(0)))
                .findFirst()
                .orElseThrow(() -> invalid(
                        "Upload-Checksum must begin with one of " + TusProtocol.algorithms() + ", and a blank"));
        try {
            if (words.size() == 2) {
                return Optional.of(
                        new PieceChecksum(algorithm, Base64.getDecoder().decode(words.get(1))));
            }
        } catch (IllegalArgumentException nonsense) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "Upload-Checksum: " + nonsense.getMessage(), nonsense);
        }
        throw invalid("Upload-Checksum must be '" + algorithm.wireName() + " <the checksum in Base64>'");
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}

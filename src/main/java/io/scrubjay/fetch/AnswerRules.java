// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.fetch.AnswerHead.End;
import io.scrubjay.fetch.AnswerHead.Kind;
import io.scrubjay.fetch.FetchedFile.Rest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.Compression;
import io.scrubjay.source.ImageFormat;
import io.scrubjay.source.SourceForm;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decides what an answer is worth. Only an answer that is certainly the file, or certainly its rest, is taken. Confined
 * to the fetch's event loop.
 */
final class AnswerRules {
    /** No disk is smaller than a sector. */
    private static final long SECTOR_BYTES = 512;

    private static final int PROXY_WANTS_LOGIN = 407;

    /** Content codings that are compressions which the ingest recognises. */
    private static final Set<String> SEEN_CODINGS = Set.of("gzip", "x-gzip", "zstd");

    /**
     * A request that was answered.
     *
     * @param rest what it asked for, or empty for the whole file
     * @param redirects how many redirects led to its URL
     */
    record Request(SourceUrl url, Optional<Rest> rest, int redirects) {}

    /** What to do. */
    sealed interface Decision {}

    /** The body is the whole file. */
    record TakeAll() implements Decision {}

    /** The body is this part of the file: it begins at, or before, the first byte that has not been taken. */
    record TakePart(SentRange range) implements Decision {}

    /**
     * Try again.
     *
     * @param why for people
     */
    record AskAgain(String why, Optional<Duration> retryAfter) implements Decision {}

    private final IngestOrder order;
    private final FetchedFile file;

    AnswerRules(IngestOrder order, FetchedFile file) {
        this.order = order;
        this.file = file;
    }

    /**
     * Decides about an answer that is no redirect.
     *
     * @throws RefusedException when another try cannot help: {@code source-unavailable}, {@code source-changed}, {@code
     *     malformed-image}
     */
    Decision decide(Request request, AnswerHead head) {
        return switch (head.status()) {
            case 200 -> whole(request, head);
            case 206 -> part(request, head);
            case 416 -> request.rest().isPresent() ? inOnePiece(request, head) : other(request, head);
            default -> other(request, head);
        };
    }

    private Decision whole(Request request, AnswerHead head) {
        if (head.kind() == Kind.PAGE && !isSaidRaw()) {
            throw new RefusedException(
                    Refusal.MALFORMED_IMAGE,
                    request.url() + " answered with a web page instead of a file; check the URL, perhaps it needs"
                            + " credentials; if the page itself is the disk, send \"format\": \"raw\"");
        }
        requireKnownEnd(request, head);
        requireKnownCoding(request, head);
        requireLength(request, head.lengthBytes());
        return new TakeAll();
    }

    private void requireKnownEnd(Request request, AnswerHead head) {
        boolean isCutSeen = head.end() == End.MARKED
                || file.length().isPresent()
                || order.expectedContentDigest().isPresent()
                || hasSourceDigest();
        if (!isCutSeen) {
            throw new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    request.url() + " does not say how long the file is, so that one that is cut off would look"
                            + " complete; send 'expectedDigest', or use a server that sends Content-Length");
        }
    }

    /**
     * A coding is not undone. If it is a compression, its magic bytes show it to the ingest, unless the client said that
     * nothing is to be looked for; any other would be taken for the disk.
     */
    private void requireKnownCoding(Request request, AnswerHead head) {
        boolean isSeen = head.validators().coding().stream().allMatch(SEEN_CODINGS::contains)
                && (head.validators().coding().isEmpty() || !order.form().isPlain());
        if (!isSeen && !hasSourceDigest()) {
            throw new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    request.url()
                            + " sends the file in a coding (Content-Encoding), although the agent asks for the file"
                            + " itself, so that other bytes would be stored; use a server that sends the file as it is, or"
                            + " send the digest of what it sends in 'expectedDigest'");
        }
    }

    private boolean hasSourceDigest() {
        return !order.expectedDigests().isEmpty();
    }

    /**
     * Checks the length of a file all of whose bytes have been taken. A file that is not the disk itself may be shorter
     * than a sector, such as a compressed one; its reader decides whether it has a disk.
     *
     * @throws RefusedException {@code malformed-image} when it would be stored as it is, and is too short to be a disk
     */
    void requireSector(SourceUrl url) {
        long bytes = file.taken().count();
        if (bytes < SECTOR_BYTES && !isSaidRaw() && wouldBeTheDisk(file.taken().first())) {
            throw new RefusedException(
                    Refusal.MALFORMED_IMAGE,
                    url + " has only " + bytes + " bytes, which is less than a sector; check the URL, perhaps it is a"
                            + " message or a pointer to the file; if it is the disk, send \"format\": \"raw\"");
        }
    }

    private boolean wouldBeTheDisk(ByteBuffer first) {
        return order.form().unpack(first) instanceof SourceForm.Unpack unpack
                && unpack.compression() == Compression.NONE
                && order.form().decide(first) instanceof SourceForm.TakeRaw;
    }

    private boolean isSaidRaw() {
        return order.form().format().filter(format -> format == ImageFormat.RAW).isPresent();
    }

    private void requireLength(Request request, OptionalLong answered) {
        if (answered.isPresent() && file.length().isPresent() && !answered.equals(file.length())) {
            throw new RefusedException(
                    Refusal.SOURCE_CHANGED,
                    "the file at " + request.url() + " changed while it was being fetched: it had "
                            + file.length().getAsLong() + " bytes and has " + answered.getAsLong()
                            + " now; order the image again");
        }
    }

    private Decision part(Request request, AnswerHead head) {
        Optional<SentRange> usable = head.range()
                .filter(range -> request.rest().isPresent() && hasTheNextByte(range) && isWhatItSays(range, head))
                .filter(range -> !file.isOtherVersion(request.url(), head.validators()));
        if (usable.isEmpty()) {
            return inOnePiece(request, head);
        }
        requireLength(request, usable.get().total());
        return new TakePart(usable.get());
    }

    private boolean hasTheNextByte(SentRange range) {
        return range.first() <= file.taken().count() && file.taken().count() < range.end();
    }

    /**
     * Whether the body can be no other part than this one. It may end before the file does, so the length of the file must
     * be known, or the file would seem to be complete.
     */
    private boolean isWhatItSays(SentRange range, AnswerHead head) {
        OptionalLong length = range.total().isPresent() ? range.total() : file.length();
        boolean isToTheEnd = length.isPresent() && range.end() == length.getAsLong();
        return length.isPresent()
                && (head.lengthBytes().isPresent()
                        ? head.lengthBytes().getAsLong() == range.lengthBytes()
                        : isToTheEnd);
    }

    /** The whole file again: then its beginning shows whether it is still the same. */
    private Decision inOnePiece(Request request, AnswerHead head) {
        file.askForAll();
        return askAgain(request, head);
    }

    private Decision other(Request request, AnswerHead head) {
        if (head.mayPass() || request.redirects() > 0) {
            // The original URL may redirect to another server the next time.
            return askAgain(request, head);
        }
        if (head.status() == PROXY_WANTS_LOGIN) {
            throw new RefusedException(
                    Refusal.SOURCE_UNAVAILABLE,
                    answered(request, head) + "; an administrator can set scrubjay.url.proxy-credentials");
        }
        throw new RefusedException(
                Refusal.SOURCE_UNAVAILABLE,
                answered(request, head) + "; check the URL, and whether its server wants credentials, or those in it"
                        + " have expired");
    }

    private static Decision askAgain(Request request, AnswerHead head) {
        return new AskAgain(answered(request, head), head.retryAfter());
    }

    private static String answered(Request request, AnswerHead head) {
        String what = request.rest()
                .map(rest -> "the request for the rest of the file, from byte " + rest.from() + " on,")
                .orElse("the request for the file");
        return request.url() + " answered " + what + " with status " + head.status();
    }
}

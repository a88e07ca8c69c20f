// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one fetch knows of its file, over all its attempts: how much of it has been taken, its length, and how to ask for
 * the rest. Confined to the fetch's event loop.
 */
final class FetchedFile {
    /**
     * The version of the file whose bytes have been taken.
     *
     * @param place the URL that sent them, without its query: behind a redirect, another server may have sent others
     */
    private record Version(String place, Validators validators) {}

    /** The rest of the file, from an offset on, for as long as it is the version that this entity tag names. */
    record Rest(long from, String entityTag) {}

    private final TakenBytes taken = new TakenBytes();
    private Optional<Version> version = Optional.empty();
    private OptionalLong length = OptionalLong.empty();
    private boolean isAskedInParts = true;

    TakenBytes taken() {
        return taken;
    }

    /** The length of the whole file in bytes, once a server has said it. */
    OptionalLong length() {
        return length;
    }

    void isLong(long bytes) {
        length = OptionalLong.of(bytes);
    }

    /**
     * How to ask this URL for the rest. Empty when it has to be asked for the whole file: nothing has been taken yet,
     * another server sent what has been, or its versions cannot be told apart.
     */
    Optional<Rest> rest(SourceUrl url) {
        return version.filter(known ->
                        isAskedInParts && taken.count() > 0 && known.place().equals(url.toString()))
                .flatMap(known -> known.validators().strong())
                .map(tag -> new Rest(taken.count(), tag));
    }

    /** Asks for the whole file from now on, as the server does not answer requests for a part as it should. */
    void askForAll() {
        isAskedInParts = false;
    }

    /** Whether an answer of this URL cannot be of the same version. */
    boolean isOtherVersion(SourceUrl url, Validators answered) {
        return version.filter(known -> known.place().equals(url.toString()))
                .filter(known -> known.validators().differFrom(answered))
                .isPresent();
    }

    /** Records that the bytes that have been taken are of this version. */
    void isVersion(SourceUrl url, Validators validators) {
        version = Optional.of(new Version(url.toString(), validators));
    }
}

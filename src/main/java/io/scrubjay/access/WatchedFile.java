// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * What a small regular file says, also after it has been replaced. A file that cannot be read or understood any more changes
 * nothing: what it said last holds. Nor does one that is being written: a file overwritten in place is empty for a
 * moment, and nobody's token would be known. A new content holds when a second reading, a tenth of a second after the
 * first, finds the same.
 *
 * <p>Thread-safe: any thread may ask; one at a time looks.
 */
public final class WatchedFile<T> {
    private static final long NANOS_TO_SETTLE = 100_000_000;

    private final Path path;
    private final Function<byte[], T> parser;
    private final Runnable settling;
    private volatile T content;
    private SecretHash lastSeen;

    private WatchedFile(Path path, Function<byte[], T> parser, Runnable settling, byte[] bytes) {
        this.path = path;
        this.parser = parser;
        this.settling = settling;
        this.lastSeen = SecretHash.of(bytes);
        this.content = parser.apply(bytes);
    }

    /** What a look at the file has brought. */
    public enum Look {
        SAME,
        CHANGED
    }

    /**
     * Reads it for the first time.
     *
     * @param parser throws {@link IllegalArgumentException} for a content that cannot be; its message has no secret
     * @throws IllegalArgumentException if the file cannot be read, or the parser says so
     */
    public static <T> WatchedFile<T> open(Path path, Function<byte[], T> parser) {
        return open(path, parser, () -> LockSupport.parkNanos(NANOS_TO_SETTLE));
    }

    /** As above, with what passes the time between the two readings of a new content. */
    static <T> WatchedFile<T> open(Path path, Function<byte[], T> parser, Runnable settling) {
        try {
            return new WatchedFile<>(path, parser, settling, read(path));
        } catch (UncheckedIOException unreadable) {
            throw new IllegalArgumentException(path + " cannot be read: " + unreadable.getCause(), unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(path + ": " + wrong.getMessage(), wrong);
        }
    }

    /** What it said when it was last in order. Never waits. */
    public T content() {
        return content;
    }

    public Path path() {
        return path;
    }

    /**
     * Reads it again. Blocks for a tenth of a second when it has changed; one that is still being written is the same
     * as before until the next look.
     *
     * @throws IllegalArgumentException once for each content that cannot be; what was read before holds
     * @throws UncheckedIOException if it cannot be read; what was read before holds
     */
    public synchronized Look look() {
        byte[] bytes = read(path);
        SecretHash seen = SecretHash.of(bytes);
        if (seen.equals(lastSeen)) {
            return Look.SAME;
        }
        settling.run();
        if (!SecretHash.of(read(path)).equals(seen)) {
            return Look.SAME;
        }
        lastSeen = seen;
        content = parser.apply(bytes);
        return Look.CHANGED;
    }

    private static byte[] read(Path path) {
        try {
            return RegularFile.read(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

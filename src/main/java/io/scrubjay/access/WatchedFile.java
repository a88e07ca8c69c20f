// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The content of a small regular file, which is read again after the file has been changed or replaced. If the file can
 * no longer be read or parsed, its last valid content stays in use. The same goes for a file that is being written: a
 * file that is overwritten in place is empty for a moment, and no token would be valid. New content is used once a
 * second reading, a tenth of a second after the first, finds the same.
 *
 * <p>Thread-safe: any thread may call {@link #content}; one thread at a time looks at the file.
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

    /** The result of a look at the file. */
    public enum Look {
        SAME,
        CHANGED
    }

    /**
     * Reads the file for the first time.
     *
     * @param parser throws {@link IllegalArgumentException} for invalid content; its message contains no secret
     * @throws IllegalArgumentException if the file cannot be read, or the parser rejects it
     */
    public static <T> WatchedFile<T> open(Path path, Function<byte[], T> parser) {
        return open(path, parser, () -> LockSupport.parkNanos(NANOS_TO_SETTLE));
    }

    /** As above; {@code settling} waits between the two readings of new content. */
    static <T> WatchedFile<T> open(Path path, Function<byte[], T> parser, Runnable settling) {
        try {
            return new WatchedFile<>(path, parser, settling, read(path));
        } catch (UncheckedIOException unreadable) {
            throw new IllegalArgumentException(path + " cannot be read: " + unreadable.getCause(), unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(path + ": " + wrong.getMessage(), wrong);
        }
    }

    /** The last valid content. Never waits. */
    public T content() {
        return content;
    }

    public Path path() {
        return path;
    }

    /**
     * Reads the file again. Blocks for a tenth of a second when it has changed; a file that is still being written
     * counts as unchanged until the next look.
     *
     * @throws IllegalArgumentException once for each invalid content; the content that was read before stays in use
     * @throws UncheckedIOException if the file cannot be read; the content that was read before stays in use
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

package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps everybody else out of a pool, for as long as this object is open or its process lives. Thread-safe.
 *
 * <p>The file holds the owner's process id, for people; what counts is the lock on it.
 */
final class PoolLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PoolLock.class.getName());

    // A lock belongs to the process, and closing any channel of its file gives it up. So a second opening in this
    // process must be refused before it touches the file.
    private static final Set<Path> HELD = new HashSet<>();

    private final Path pool;
    private final FileChannel channel;

    private PoolLock(Path pool, FileChannel channel) {
        this.pool = pool;
        this.channel = channel;
    }

    /**
     * @param pool the pool's real path
     * @throws EngineException.PoolUnusable when somebody has the lock, or none can be had there
     */
    static PoolLock take(Path pool, Path file) {
        synchronized (HELD) {
            if (HELD.contains(pool)) {
                throw taken(pool, "this process");
            }
            PoolLock lock = new PoolLock(pool, lockedChannel(pool, file));
            HELD.add(pool);
            return lock;
        }
    }

    @Override
    public void close() {
        synchronized (HELD) {
            if (channel.isOpen()) {
                try {
                    channel.close();
                } catch (IOException failed) {
                    throw new EngineException.DeviceFailed("close of the lock of " + pool, 0, failed);
                } finally {
                    HELD.remove(pool);
                }
            }
        }
    }

    private static FileChannel lockedChannel(Path pool, Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(pool, "process " + owner(file));
            }
            sign(channel);
            return channel;
        } catch (IOException | RuntimeException failed) {
            closeAfter(failed, channel);
            if (failed instanceof EngineException known) {
                throw known;
            }
            throw new EngineException.PoolUnusable(
                    "the pool " + pool + " cannot be locked: " + failed.getMessage(),
                    "see that its file system is writable by this user and supports file locks",
                    Optional.of(failed));
        }
    }

    private static void sign(FileChannel channel) {
        String pid = ProcessHandle.current().pid() + "\n";
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException full) {
            // A full pool must open all the same: its owner wants to delete something.
            LOG.log(Level.DEBUG, "the lock file does not name its owner", full);
        }
    }

    private static void closeAfter(Exception failed, FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException again) {
                failed.addSuppressed(again);
            }
        }
    }

    private static String owner(Path file) throws IOException {
        String pid = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return pid.matches("\\d{1,19}") ? pid : "unknown";
    }

    private static EngineException.PoolUnusable taken(Path pool, String owner) {
        return EngineException.PoolUnusable.inUse(
                "the pool " + pool + " is in use by " + owner,
                "start this agent when that process has ended, or give it a pool of its own (scrubjay.pool.path)");
    }
}

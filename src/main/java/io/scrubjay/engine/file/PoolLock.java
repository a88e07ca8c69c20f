// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Locks a pool for as long as this object is open, or until its process ends. Thread-safe: guarded by its own monitor.
 *
 * <p>There are two locks. The one that counts is on the directory itself: nobody can replace a directory in use without
 * being noticed. The other one is on the file {@code lock}. It protects against versions that know no other lock, and
 * it is the only lock on a file system that does not lock directories. The file contains the process id of the owner,
 * for people.
 */
final class PoolLock implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PoolLock.class.getName());

    // The lock on a file belongs to the process, and closing any channel of the file releases it. So a second opening
    // in this process must be refused before it opens the file.
    private static final Set<Path> HELD = new HashSet<>();

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private final Path pool;
    private final Path file;
    private final HeldDirectory directory;
    private final HeldDirectory.Locking locking;
    private LockedFile locked;

    private PoolLock(Path pool, Path file, HeldDirectory directory, HeldDirectory.Locking locking, LockedFile locked) {
        this.pool = pool;
        this.file = file;
        this.directory = directory;
        this.locking = locking;
        this.locked = locked;
    }

    /** The lock file that was locked; {@code key} distinguishes it from a later file of the same name. */
    private record LockedFile(FileChannel channel, Object key) {}

    /**
     * Locks a pool.
     *
     * @param pool the pool's real path
     * @throws EngineException.PoolUnusable when somebody else has the lock, or locking fails
     */
    static PoolLock take(Path pool, Path file) {
        synchronized (HELD) {
            if (HELD.contains(pool)) {
                throw taken(pool, "this process");
            }
            HeldDirectory directory = HeldDirectory.open(pool);
            try {
                // ORDER: lock the directory first: if that is refused, the lock file stays unchanged.
                HeldDirectory.Locking locking = directory.lock();
                if (locking == HeldDirectory.Locking.TAKEN) {
                    throw taken(pool, owner(file));
                }
                PoolLock lock = new PoolLock(pool, file, directory, locking, lockedFile(pool, file));
                HELD.add(pool);
                return lock;
            } catch (RuntimeException | Error failed) {
                directory.close();
                throw failed;
            }
        }
    }

    /** @throws EngineException.DeviceFailed when the path no longer leads to the directory that was locked */
    void requireThere() {
        directory.requireThere();
    }

    /**
     * Makes sure that nobody else can have opened the pool, which {@linkplain #requireThere is there}. Creates a lock
     * file again that somebody has removed.
     *
     * @throws EngineException.DeviceFailed when somebody else may have opened the pool since it was locked
     */
    synchronized void requireHeld() {
        try {
            if (!locked.key().equals(keyOf(file))) {
                throw new EngineException.DeviceFailed(
                        "keeping the lock of the pool: another process replaced " + file
                                + ", so another agent may have changed the pool; restart this agent; that",
                        Errno.ESTALE);
            }
        } catch (NoSuchFileException removed) {
            lockAgain(removed);
        } catch (IOException failed) {
            throw new EngineException.DeviceFailed("looking for " + file, 0, failed);
        }
    }

    private void lockAgain(NoSuchFileException removed) {
        try {
            LockedFile former = locked;
            locked = lockedFile(pool, file);
            former.channel().close();
            LOG.log(
                    Level.WARNING,
                    "another process removed the lock file {0}; the agent has made it again. Find out what removes"
                            + " files from the pool",
                    file);
        } catch (EngineException.PoolUnusable | IOException failed) {
            failed.addSuppressed(removed);
            if (locking != HeldDirectory.Locking.LOCKED) {
                throw new EngineException.DeviceFailed("making the lock file " + file + " again", 0, failed);
            }
            // The directory is still locked. If the pool has no space for the file, its owner must still be able to
            // delete something.
            LOG.log(Level.DEBUG, "the lock file was removed and cannot be made again", failed);
        }
    }

    @Override
    public void close() {
        synchronized (HELD) {
            if (HELD.remove(pool)) {
                release();
            }
        }
    }

    private synchronized void release() {
        try (directory) {
            locked.channel().close();
        } catch (IOException failed) {
            throw new EngineException.DeviceFailed("close of the lock of " + pool, 0, failed);
        }
    }

    private static LockedFile lockedFile(Path pool, Path file) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWN));
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(pool, owner(file));
            }
            sign(channel);
            return new LockedFile(channel, keyOf(file));
        } catch (IOException | RuntimeException failed) {
            closeAfter(failed, channel);
            if (failed instanceof EngineException known) {
                throw known;
            }
            throw new EngineException.PoolUnusable(
                    "the pool " + pool + " cannot be locked: " + failed.getMessage(),
                    "check that the agent's user can write to its file system and that it supports file locks",
                    Optional.of(failed));
        }
    }

    private static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static void sign(FileChannel channel) {
        String pid = ProcessHandle.current().pid() + "\n";
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException full) {
            // A full pool must open nevertheless, so that its owner can delete something.
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

    private static String owner(Path file) {
        try {
            String pid = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return pid.matches("\\d{1,19}") ? "process " + pid : "another process";
        } catch (IOException absent) {
            return "another process";
        }
    }

    private static EngineException.PoolUnusable taken(Path pool, String owner) {
        return EngineException.PoolUnusable.inUse(
                "the pool " + pool + " is in use by " + owner,
                "stop that process first, or give this agent a pool of its own (scrubjay.pool.path)");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.block.BufferAddress;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Unreadable;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The open data file of a volume. Offsets are the volume's own. If the file ends early, its missing part cannot be
 * read: only somebody else can have truncated it. Failures are {@link EngineException}s that name the volume.
 *
 * <p>Thread-safe like the system calls; only its owner closes it, when nothing else is in progress.
 */
final class DataFile implements AutoCloseable {
    private static final int EXTENTS_AT_ONCE = 512;

    private final String label;
    private final PoolSpace space;
    private final int fd;
    private final Caching caching;

    /** A buffer of zeroes, allocated at its first use. */
    private static final class Zeroes {
        static final ByteBuffer BYTES =
                AlignedBuffer.allocate(BounceBuffer.CAPACITY_BYTES).asReadOnlyBuffer();
    }

    /** How the bytes of this file get to and from the medium. */
    private enum Caching {
        /** Directly; memory and offsets must be aligned. */
        DIRECT,
        /** Through the page cache. */
        CACHED,
        /**
         * Through the page cache, from which the pages are dropped before each read: for verifying where the file
         * system does not support direct reads.
         */
        DROPPED
    }

    private DataFile(String label, PoolSpace space, int fd, Caching caching) {
        this.label = label;
        this.space = space;
        this.fd = fd;
        this.caching = caching;
    }

    /** Creates the file, empty, and opens it for writing. */
    static DataFile create(Path path, String label, PoolSpace space) {
        long made = NativePath.of(path).pass(FileNative::create);
        if (made < 0) {
            throw space.failure("create data of " + label, made, 0);
        }
        FileNative.close((int) made);
        return openForWriting(path, label, space);
    }

    /**
     * Opens the file for reading and writing: directly, or through the page cache if the file system does not support
     * direct I/O.
     */
    static DataFile openForWriting(Path path, String label, PoolSpace space) {
        NativePath file = NativePath.of(path);
        long direct = file.pass(FileNative::openWriteDirect);
        return direct == -Errno.EINVAL
                ? opened(label, space, file.pass(FileNative::openWrite), Caching.CACHED)
                : opened(label, space, direct, Caching.DIRECT);
    }

    /** Opens the file for reading through the page cache. */
    static DataFile openForReading(Path path, String label, PoolSpace space) {
        return opened(label, space, NativePath.of(path).pass(FileNative::openRead), Caching.CACHED);
    }

    /** Opens the file for reading the bytes that are on the medium. */
    static DataFile openForVerifying(Path path, String label, PoolSpace space) {
        NativePath file = NativePath.of(path);
        long direct = file.pass(FileNative::openReadDirect);
        return direct == -Errno.EINVAL
                ? opened(label, space, file.pass(FileNative::openRead), Caching.DROPPED)
                : opened(label, space, direct, Caching.DIRECT);
    }

    private static DataFile opened(String label, PoolSpace space, long result, Caching caching) {
        if (result < 0) {
            throw space.failure("open data of " + label, result, 0);
        }
        return new DataFile(label, space, (int) result, caching);
    }

    /** Whether the open file no longer has a name: anything written to it is lost when it is closed. */
    boolean isRemoved() {
        return check("stat", 0, 0, FileNative.links(fd)) == 0;
    }

    /** Whether reads and writes bypass the page cache. */
    boolean isDirect() {
        return caching == Caching.DIRECT;
    }

    /** Fills the buffer from position to limit, and moves its position there. */
    void read(long offset, ByteBuffer target, BounceBuffer bounce) {
        if (takes(target)) {
            readInto(offset, target);
            target.position(target.limit());
            return;
        }
        long at = offset;
        while (target.hasRemaining()) {
            ByteBuffer part = bounce.ofLength(Math.min(target.remaining(), BounceBuffer.CAPACITY_BYTES));
            readInto(at, part);
            at += part.remaining();
            target.put(part);
        }
    }

    private void readInto(long offset, ByteBuffer target) {
        int length = target.remaining();
        if (caching == Caching.DROPPED) {
            // A page that is not on the medium yet cannot be dropped.
            sync();
            check("drop of cached pages", offset, length, FileNative.dropCache(fd, offset, length));
        }
        long done;
        try {
            done = check("read", offset, length, FileNative.pread(fd, BufferAddress.of(target), offset, length));
        } finally {
            Reference.reachabilityFence(target);
        }
        if (done < length) {
            throw cut("read at " + offset);
        }
    }

    /**
     * Makes sure that the file has at least this many bytes.
     *
     * @throws EngineException.VolumeUnreadable when the file is shorter: missing bytes do not count as zeroes
     */
    void requireLength(long bytes) {
        if (length() < bytes) {
            throw cut("use");
        }
    }

    /**
     * The exception for a file that somebody has truncated. It has no error number, since the medium returned
     * everything that is in the file. The missing bytes may be restored.
     */
    private EngineException.VolumeUnreadable cut(String call) {
        long lengthBytes = length();
        return new EngineException.VolumeUnreadable(
                call + " of the data of '" + label + "', of which somebody has cut off all from byte " + lengthBytes
                        + ",",
                new Unreadable(
                        Optional.empty(),
                        "volumes/" + label + "/data",
                        0,
                        "somebody has cut off all from byte " + lengthBytes));
    }

    /** Writes the buffer from position to limit, and moves its position there. */
    void write(long offset, ByteBuffer source, BounceBuffer bounce) {
        if (takes(source)) {
            writeFrom(offset, source);
            source.position(source.limit());
            return;
        }
        long at = offset;
        while (source.hasRemaining()) {
            int length = Math.min(source.remaining(), BounceBuffer.CAPACITY_BYTES);
            ByteBuffer part = bounce.ofLength(length);
            part.put(source.slice(source.position(), length)).flip();
            writeFrom(at, part);
            source.position(source.position() + length);
            at += length;
        }
    }

    private void writeFrom(long offset, ByteBuffer source) {
        int length = source.remaining();
        try {
            check("write", offset, length, FileNative.pwrite(fd, BufferAddress.of(source), offset, length));
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    /** Overwrites the range with zeroes. */
    void writeZeroes(long offset, long length) {
        for (long done = 0; done < length; ) {
            int part = (int) Math.min(length - done, Zeroes.BYTES.capacity());
            writeFrom(offset + done, Zeroes.BYTES.slice(0, part));
            done += part;
        }
    }

    /** Makes the range read as zeroes and frees its blocks; writes zeroes where the file system cannot do that. */
    void punchHole(long offset, long length) {
        clear("punch of a hole", offset, length, FileNative.punchHole(fd, offset, length));
    }

    /** Makes the range read as zeroes and keeps its blocks; writes zeroes where the file system cannot do that. */
    void zeroRange(long offset, long length) {
        clear("zeroing", offset, length, FileNative.zeroRange(fd, offset, length));
    }

    private void clear(String call, long offset, long length, long result) {
        if (result == -Errno.EOPNOTSUPP) {
            writeZeroes(offset, length);
        } else {
            check(call, offset, length, result);
        }
    }

    /** Allocates all blocks of the range. */
    void allocate(long offset, long length) {
        check("allocation", offset, length, FileNative.allocate(fd, offset, length));
    }

    /** Replaces shared blocks of the range by blocks of the file's own. */
    void unshare(long offset, long length) {
        long result = FileNative.unshare(fd, offset, length);
        if (result != -Errno.EOPNOTSUPP) {
            check("unsharing", offset, length, result);
        }
    }

    void truncate(long length) {
        check("resize to " + length, 0, 0, FileNative.ftruncate(fd, length));
    }

    /** The file's length. */
    long length() {
        return check("stat", 0, 0, FileNative.size(fd));
    }

    /** The offset of the first data at or after this offset; empty when there are none. */
    OptionalLong nextData(long offset) {
        long result = FileNative.seekData(fd, offset);
        return result == -Errno.ENXIO
                ? OptionalLong.empty()
                : OptionalLong.of(check("search for data", offset, 0, result));
    }

    /** The end of the data that contain this offset. */
    long endOfData(long offset) {
        return check("search for a hole", offset, 0, FileNative.seekHole(fd, offset));
    }

    /**
     * The known places of the data on the device, in ascending order. Empty where the file system does not report them.
     */
    List<PlacedExtent> placement() {
        List<PlacedExtent> extents = new ArrayList<>();
        ByteBuffer triples = ByteBuffer.allocateDirect((3 * EXTENTS_AT_ONCE + 1) * Long.BYTES)
                .order(ByteOrder.nativeOrder());
        long next = 0;
        while (next >= 0) {
            int count = placement(next, triples);
            for (int i = 0; i < count; i++) {
                int at = 3 * i * Long.BYTES;
                extents.add(new PlacedExtent(
                        triples.getLong(at), triples.getLong(at + Long.BYTES), triples.getLong(at + 2 * Long.BYTES)));
            }
            next = count < 0 ? -1 : triples.getLong(3 * count * Long.BYTES);
        }
        return extents;
    }

    private int placement(long from, ByteBuffer triples) {
        try {
            int count = FileNative.extents(fd, BufferAddress.of(triples), from, EXTENTS_AT_ONCE);
            return count == -Errno.EOPNOTSUPP ? count : (int) check("search for extents", from, 0, count);
        } finally {
            Reference.reachabilityFence(triples);
        }
    }

    /** Shares all blocks of another file; returns false, without any change, if that is not possible. */
    boolean reflink(DataFile source) {
        return FileNative.reflink(fd, source.fd) >= 0;
    }

    /** Makes everything written durable. */
    void sync() {
        check("sync", 0, 0, FileNative.fdatasync(fd));
    }

    @Override
    public void close() {
        check("close", 0, 0, FileNative.close(fd));
    }

    private boolean takes(ByteBuffer buffer) {
        return buffer.isDirect()
                && (caching != Caching.DIRECT || BufferAddress.of(buffer) % AlignedBuffer.ALIGNMENT_BYTES == 0);
    }

    private long check(String call, long offset, long length, long result) {
        if (result < 0) {
            throw space.failure(call + " at " + offset + " in " + label, result, length);
        }
        return result;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An engine could not do what it was asked to. The subclasses carry the facts; the message is for people. */
public abstract sealed class EngineException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** The cause of a failure. */
    public enum Kind {
        /** The caller asked for something impossible: a wrong name, or a volume that is in use. */
        CALLER,
        /** A resource has run out. */
        EXHAUSTED,
        /** The device or the operating system failed. */
        DEVICE
    }

    private final Kind kind;

    private EngineException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the same call may succeed later without any other change. */
    public abstract boolean isRetryable();

    /** There is no volume or snapshot of this name. */
    public static final class VolumeNotFound extends EngineException {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient VolumeName name;

        public VolumeNotFound(VolumeName name) {
            super(Kind.CALLER, "there is no volume '" + name + "'", null);
            this.name = name;
        }

        public VolumeName name() {
            return name;
        }

        @Override
        public boolean isRetryable() {
            return false;
        }
    }

    /** The name is taken. */
    public static final class VolumeExists extends EngineException {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient VolumeName name;

        public VolumeExists(VolumeName name) {
            super(Kind.CALLER, "volume '" + name + "' already exists", null);
            this.name = name;
        }

        public VolumeName name() {
            return name;
        }

        @Override
        public boolean isRetryable() {
            return false;
        }
    }

    /** The volume has open handles, or clones that depend on it. */
    public static final class VolumeInUse extends EngineException {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient VolumeName name;
        private final transient List<VolumeName> children;

        /**
         * @param children the clones that depend on the volume; empty when open handles are the reason
         */
        public VolumeInUse(VolumeName name, List<VolumeName> children) {
            super(
                    Kind.CALLER,
                    "volume '" + name + "' is in use "
                            + (children.isEmpty() ? "by an open handle" : "by its clones " + children),
                    null);
            this.name = name;
            this.children = List.copyOf(children);
        }

        public VolumeName name() {
            return name;
        }

        public List<VolumeName> children() {
            return children;
        }

        @Override
        public boolean isRetryable() {
            return true;
        }
    }

    /** The pool has no free clusters left for this. */
    public static final class NoSpace extends EngineException {
        @Serial
        private static final long serialVersionUID = 1;

        private final long requestedBytes;
        private final long availableBytes;
        private final boolean ofInodes;

        public NoSpace(long requestedBytes, long availableBytes) {
            super(
                    Kind.EXHAUSTED,
                    "the pool is full: " + requestedBytes + " bytes were requested, " + availableBytes + " are free",
                    null);
            this.requestedBytes = requestedBytes;
            this.availableBytes = availableBytes;
            this.ofInodes = false;
        }

        /** For a shortage of something other than bytes, such as room for more volumes. */
        public NoSpace(String reason) {
            this(reason, 0, false);
        }

        private NoSpace(String reason, long availableBytes, boolean ofInodes) {
            super(Kind.EXHAUSTED, reason, null);
            this.requestedBytes = 0;
            this.availableBytes = availableBytes;
            this.ofInodes = ofInodes;
        }

        /** The file system below the pool has free bytes, but cannot create more files (inodes). */
        public static NoSpace ofInodes(long freeInodes, long availableBytes) {
            return new NoSpace(
                    "the pool is full: its file system has " + (freeInodes == 0 ? "no" : freeInodes)
                            + " free inodes (df -i), though " + availableBytes + " bytes are free",
                    availableBytes,
                    true);
        }

        /** Whether inodes have run out, rather than bytes. */
        public boolean isOfInodes() {
            return ofInodes;
        }

        public long requestedBytes() {
            return requestedBytes;
        }

        public long availableBytes() {
            return availableBytes;
        }

        @Override
        public boolean isRetryable() {
            return true;
        }
    }

    /** The device, or the system call that reaches it, failed. */
    public static sealed class DeviceFailed extends EngineException permits VolumeUnreadable {
        @Serial
        private static final long serialVersionUID = 1;

        private final String call;
        private final int errno;

        /**
         * @param call the failed call, for people: {@code pread image-… at 1048576}
         * @param errno the positive error number, or 0 where there is none
         */
        public DeviceFailed(String call, int errno, Throwable cause) {
            super(Kind.DEVICE, call + " failed" + (errno == 0 ? "" : " (errno " + errno + ")"), cause);
            this.call = call;
            this.errno = errno;
        }

        public DeviceFailed(String call, int errno) {
            this(call, errno, null);
        }

        public String call() {
            return call;
        }

        public int errno() {
            return errno;
        }

        /**
         * Whether the medium may have caused the failure. Otherwise the agent or the connection to the device had a
         * problem (no permission, descriptors, memory or connection), which says nothing about the stored bytes.
         */
        public boolean mayBeTheMedium() {
            return Errno.mayBeTheMedium(errno);
        }

        @Override
        public boolean isRetryable() {
            return true;
        }
    }

    /**
     * The call depends on something that could not be read when the pool was opened, which cannot change before the
     * pool is opened again; or on a file that somebody has truncated meanwhile. Nothing is known to be lost.
     */
    public static final class VolumeUnreadable extends DeviceFailed {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Unreadable what;

        /**
         * @param call what was tried, for people
         * @param what the thing in the pool that cannot be read
         */
        public VolumeUnreadable(String call, Unreadable what) {
            super(call, what.errno());
            this.what = Objects.requireNonNull(what);
        }

        public Unreadable what() {
            return what;
        }

        @Override
        public boolean isRetryable() {
            return false;
        }
    }

    /** The device did not answer in time. The operation may still succeed later. */
    public static final class DeviceStalled extends EngineException {
        @Serial
        private static final long serialVersionUID = 1;

        private final Duration waited;
        private final transient CompletionStage<Void> bufferFree;

        /** A call without a buffer, or an operation that was not begun. */
        public DeviceStalled(String call, Duration waited) {
            this(call, waited, CompletableFuture.completedFuture(null));
        }

        /**
         * An operation that is still in progress.
         *
         * @param bufferFree completes normally when it has ended, whether or not it succeeded
         */
        public DeviceStalled(String call, Duration waited, CompletionStage<Void> bufferFree) {
            super(Kind.DEVICE, call + " did not finish within " + waited, null);
            this.waited = waited;
            this.bufferFree = Objects.requireNonNull(bufferFree);
        }

        public Duration waited() {
            return waited;
        }

        /**
         * Completes normally once the device no longer uses the buffer of the operation, which may be never. It is
         * complete from the beginning if there is no buffer, or if the operation was not begun. Otherwise it completes
         * on a thread of the engine, which must not be blocked.
         */
        public CompletionStage<Void> bufferFree() {
            return bufferFree;
        }

        @Override
        public boolean isRetryable() {
            return false;
        }
    }

    /** The pool cannot be opened: somebody else is using it, its format is unknown, or it is not a pool. */
    public static final class PoolUnusable extends EngineException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String remedy;
        private final boolean retryable;

        /**
         * @param reason what is wrong
         * @param remedy what an administrator can do about it
         */
        public PoolUnusable(String reason, String remedy, Optional<Throwable> cause) {
            this(reason, remedy, cause, false);
        }

        private PoolUnusable(String reason, String remedy, Optional<Throwable> cause, boolean retryable) {
            super(Kind.DEVICE, reason + "; " + remedy, cause.orElse(null));
            this.remedy = remedy;
            this.retryable = retryable;
        }

        /** Somebody else is using the pool: the same call can succeed once they have closed it. */
        public static PoolUnusable inUse(String reason, String remedy) {
            return new PoolUnusable(reason, remedy, Optional.empty(), true);
        }

        /** The device did not answer correctly: the same call may succeed once it does. */
        public static PoolUnusable notNow(String reason, String remedy) {
            return new PoolUnusable(reason, remedy, Optional.empty(), true);
        }

        public String remedy() {
            return remedy;
        }

        @Override
        public boolean isRetryable() {
            return retryable;
        }
    }
}

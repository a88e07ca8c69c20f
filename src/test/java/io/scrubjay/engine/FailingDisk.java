// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * A file whose reads, writes and flushes can be made to fail with EIO, whoever makes them: the kernel sends each to a
 * server of this process, by way of {@code nbdfuse}. The bytes lie in an ordinary file beside it. Thread-safe.
 */
public final class FailingDisk implements AutoCloseable {
    /** What a disk is asked for. */
    public enum Request {
        READ,
        WRITE,
        FLUSH
    }

    /** Somebody who is told of what a disk has done, before whoever asked for it is. */
    public interface Witness {
        /**
         * Called by the thread that serves the disk, for one request after the other.
         *
         * @param data what was read or written; empty for a flush
         */
        void done(Request request, long offset, byte[] data);
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long MAGIC = 0x4e42444d41474943L;
    private static final long OPTION_MAGIC = 0x49484156454F5054L;
    private static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;
    private static final int UNSUPPORTED = 0x80000001;
    private static final int FIXED_NEWSTYLE = 1;
    private static final int OPTION_ABORT = 2;
    private static final int OPTION_GO = 7;
    private static final int REPLY_ACK = 1;
    private static final int REPLY_INFO = 3;
    /** Has flags, and takes flushes. */
    private static final int FLAGS = 1 | 1 << 2;

    private static final int DISCONNECT = 2;
    private static final int FLUSH = 3;
    private static final int EIO = 5;

    private final ServerSocketChannel server;
    private final FileChannel bytes;
    private final Path file;
    private final Path bytesFile;
    private final Process mount;
    private final Map<Request, Failing> failing = new EnumMap<>(Request.class);
    private volatile Witness witness = (request, offset, data) -> {};

    /** Which requests of a kind fail, counted from 1. */
    private static final class Failing {
        private long seen;
        private long first = Long.MAX_VALUE;
        private long last = Long.MAX_VALUE;
        /** None but those that have this byte are counted; any are where it is negative. */
        private long at = -1;

        private boolean isNext(long offset, long length) {
            if (at >= 0 && (at < offset || offset + length <= at)) {
                return false;
            }
            seen++;
            return first <= seen && seen <= last;
        }
    }

    private FailingDisk(ServerSocketChannel server, FileChannel bytes, Path bytesFile, Path file, Process mount) {
        this.server = server;
        this.bytes = bytes;
        this.bytesFile = bytesFile;
        this.file = file;
        this.mount = mount;
    }

    /**
     * Makes a disk in a directory, full of zeroes. Whoever has no {@code nbdfuse}, or may not mount, gets a skipped test
     * that says so.
     */
    public static FailingDisk in(Path directory, long sizeBytes) throws IOException {
        Assumptions.assumeTrue(isHere(), "nbdfuse is not installed: './dev test' installs it");
        Path socket = directory.resolve("disk.socket");
        Path bytesFile = directory.resolve("disk.bytes");
        Path file = Files.createDirectory(directory.resolve("disk")).resolve("device");
        FileChannel bytes = FileChannel.open(
                bytesFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        bytes.write(ByteBuffer.allocate(1), sizeBytes - 1);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.createFile(file);
        Process mount = new ProcessBuilder("nbdfuse", file.toString(), "--unix", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("nbdfuse.log").toFile())
                .start();
        FailingDisk disk = new FailingDisk(server, bytes, bytesFile, file, mount);
        disk.heal();
        Thread serving = new Thread(disk::serve, "failing-disk");
        serving.setDaemon(true);
        serving.start();
        Awaitility.await("nbdfuse has mounted")
                .atMost(PATIENCE)
                .until(() -> !mount.isAlive() || Files.size(file) == sizeBytes);
        if (!mount.isAlive()) {
            String said = Files.readString(directory.resolve("nbdfuse.log"), StandardCharsets.UTF_8);
            disk.close();
            Assumptions.abort("nbdfuse cannot mount a disk, for which it needs /dev/fuse: " + said.strip());
        }
        return disk;
    }

    private static boolean isHere() {
        try {
            return new ProcessBuilder("nbdfuse", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The file that fails. */
    public Path file() {
        return file;
    }

    /** The same bytes in a file that does not. */
    public Path bytes() {
        return bytesFile;
    }

    /** Has somebody told of all that goes well from now on. */
    public void tell(Witness of) {
        witness = of;
    }

    /** Lets the n-th request of a kind fail, counted from now, from 1, and all others go well. */
    public synchronized void fail(Request request, long n) {
        heal();
        failing.get(request).first = n;
        failing.get(request).last = n;
    }

    /** The same of those that have a byte; others are not counted. */
    public synchronized void fail(Request request, long n, long at) {
        fail(request, n);
        failing.get(request).at = at;
    }

    /** Lets all requests of a kind fail from now on, too. */
    public synchronized void failAll(Request request) {
        failing.get(request).first = 0;
        failing.get(request).last = Long.MAX_VALUE;
    }

    /** The same of those that have a byte. */
    public synchronized void failAll(Request request, long at) {
        failAll(request);
        failing.get(request).at = at;
    }

    /** Lets all requests go well from now on, and counts them anew. */
    public synchronized void heal() {
        for (Request request : Request.values()) {
            failing.put(request, new Failing());
        }
    }

    /** How many requests of a kind there were since the last {@link #fail} or {@link #heal}. */
    public synchronized long seen(Request request) {
        return failing.get(request).seen;
    }

    private synchronized boolean fails(Request request, long offset, long length) {
        return failing.get(request).isNext(offset, length);
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread serving = new Thread(() -> serve(client), "failing-disk-client");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                DataInputStream in = new DataInputStream(Channels.newInputStream(client));
                DataOutputStream out = new DataOutputStream(Channels.newOutputStream(client))) {
            if (greets(in, out)) {
                while (answers(in, out)) {
                    // One after the other: what is the n-th is no chance then.
                }
            }
        } catch (IOException gone) {
            // Nobody uses the disk any more.
        }
    }

    /** Agrees on the form of requests; whether there are to be any. */
    private boolean greets(DataInputStream in, DataOutputStream out) throws IOException {
        out.writeLong(MAGIC);
        out.writeLong(OPTION_MAGIC);
        out.writeShort(FIXED_NEWSTYLE);
        in.readInt();
        while (true) {
            if (in.readLong() != OPTION_MAGIC) {
                throw new IOException("no option");
            }
            int option = in.readInt();
            in.skipNBytes(in.readInt());
            switch (option) {
                case OPTION_GO -> {
                    reply(out, option, REPLY_INFO, 12);
                    out.writeShort(0);
                    out.writeLong(bytes.size());
                    out.writeShort(FLAGS);
                    reply(out, option, REPLY_ACK, 0);
                    return true;
                }
                case OPTION_ABORT -> {
                    reply(out, option, REPLY_ACK, 0);
                    return false;
                }
                default -> reply(out, option, UNSUPPORTED, 0);
            }
        }
    }

    private static void reply(DataOutputStream out, int option, int type, int length) throws IOException {
        out.writeLong(OPTION_REPLY_MAGIC);
        out.writeInt(option);
        out.writeInt(type);
        out.writeInt(length);
    }

    /** Answers one request; whether another may come. */
    private boolean answers(DataInputStream in, DataOutputStream out) throws IOException {
        if (in.readInt() != REQUEST_MAGIC) {
            throw new IOException("no request");
        }
        in.readShort();
        int type = in.readShort();
        if (type == DISCONNECT) {
            return false;
        }
        Request request = Request.values()[type == FLUSH ? 2 : type];
        long cookie = in.readLong();
        long offset = in.readLong();
        ByteBuffer data = ByteBuffer.allocate(in.readInt());
        if (request == Request.WRITE) {
            in.readFully(data.array());
        }
        boolean fails = fails(request, offset, data.capacity());
        if (!fails) {
            carryOut(request, offset, data);
            witness.done(request, offset, data.array());
        }
        ByteBuffer answer = ByteBuffer.allocate(16 + (fails || request != Request.READ ? 0 : data.capacity()));
        answer.putInt(REPLY_MAGIC).putInt(fails ? EIO : 0).putLong(cookie);
        if (answer.hasRemaining()) {
            answer.put(data.array());
        }
        out.write(answer.array());
        return true;
    }

    private void carryOut(Request request, long offset, ByteBuffer data) throws IOException {
        switch (request) {
            case READ -> {
                while (data.hasRemaining()) {
                    bytes.read(data, offset + data.position());
                }
            }
            case WRITE -> {
                while (data.hasRemaining()) {
                    bytes.write(data, offset + data.position());
                }
            }
            case FLUSH -> {
                // The bytes need not outlive the machine.
            }
        }
    }

    /** Unmounts it; nobody uses it any more. */
    @Override
    public void close() throws IOException {
        heal();
        mount.destroy();
        mount.onExit().join();
        server.close();
        bytes.close();
    }
}

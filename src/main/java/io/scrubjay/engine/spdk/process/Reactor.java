// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.block.BufferAddress;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;

/**
 * SPDK inside this process: one pthread, a ring of completions that one Java thread drains, and a control socket in a
 * directory that only this user may enter.
 *
 * <p>SPDK can be started only once in a process, so there is one reactor. Its first user starts it, and it is stopped
 * when the JVM ends; pools are opened and closed on it. The JVM must not exit before SPDK has stopped, or SPDK's thread
 * would crash in memory that the JVM releases: a shutdown hook makes sure of that.
 *
 * <p>Thread-safe.
 */
public final class Reactor {
    private static final System.Logger LOG = System.getLogger(Reactor.class.getName());
    private static final int DRAINED_MAX = 256;
    /** How long the opener of a pool has to close it before the reactor closes it. */
    private static final Duration OWNER_PATIENCE = Duration.ofSeconds(10);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private static Optional<Reactor> started = Optional.empty();

    private final SocketDirectory directory;
    private final JsonRpc rpc;
    private final Tickets tickets = new Tickets(SpdkNative.tickets());
    private final Heartbeat heartbeat;
    private final OpenPools pools = new OpenPools();

    private volatile boolean leftOpen;

    private Reactor(SocketDirectory directory) {
        this.directory = directory;
        startThread("scrubjay-spdk-drain", this::drain);
        this.rpc = JsonRpc.connect(directory.socket(), new SocketAttention());
        this.heartbeat = new Heartbeat(() -> submit(SpdkNative::ping));
    }

    /**
     * The reactor of this process; starts it if it does not run yet. Only the options of the first call count.
     *
     * @throws EngineException.PoolUnusable when this build has no SPDK, or SPDK does not start
     */
    public static synchronized Reactor started(ReactorOptions options) {
        if (started.isEmpty()) {
            started = Optional.of(start(options));
        }
        return started.get();
    }

    private static Reactor start(ReactorOptions options) {
        SocketDirectory directory = SocketDirectory.make();
        try {
            directory.writeConfig(FrameworkConfig.json());
            int result = startNative(directory, options);
            startThread("scrubjay-spdk-log", SpdkLog::copy);
            if (result < 0) {
                directory.remove();
                throw notStarted(result);
            }
            Reactor reactor = new Reactor(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(reactor::stop, "scrubjay-spdk-stop"));
            return reactor;
        } catch (UnsatisfiedLinkError | NoClassDefFoundError notBuilt) {
            directory.remove();
            throw absent(notBuilt);
        }
    }

    /** The exception that says that the library is missing. */
    public static EngineException.PoolUnusable absent(Throwable notBuilt) {
        return new EngineException.PoolUnusable(
                "the SPDK engine is not part of this build: " + notBuilt.getMessage(),
                "use a build made where pkg-config finds SPDK, or set scrubjay.engine=file",
                Optional.of(notBuilt));
    }

    private static int startNative(SocketDirectory directory, ReactorOptions options) {
        NativeText socket = NativeText.of(directory.socket().toString());
        NativeText config = NativeText.of(directory.config().toString());
        try {
            return SpdkNative.start(
                    socket.address(), config.address(), options.core(), options.memoryMib(), flags(options));
        } finally {
            Reference.reachabilityFence(socket);
            Reference.reachabilityFence(config);
        }
    }

    private static EngineException.PoolUnusable notStarted(int result) {
        return new EngineException.PoolUnusable(
                "SPDK did not start (errno " + -result + "); the log above says why",
                "give it the memory it needs: raise scrubjay.spdk.memory, or use hugepages (scrubjay.spdk.memory-kind)",
                Optional.empty());
    }

    private static int flags(ReactorOptions options) {
        int flags = switch (options.memory()) {
            case ORDINARY -> SpdkNative.flagNoHuge() | SpdkNative.flagNoPci();
            case HUGEPAGES -> 0;
        };
        return switch (options.mode()) {
            case INTERRUPT -> flags | SpdkNative.flagInterrupt();
            case POLL -> flags;
        };
    }

    private static void startThread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The version of SPDK. */
    public static String version() {
        int version = SpdkNative.version();
        return String.format("SPDK %02d.%02d.%d", version / 10000, version / 100 % 100, version % 100);
    }

    /** The connection for control calls. */
    public JsonRpc rpc() {
        return rpc;
    }

    /**
     * Sends a request to SPDK's thread.
     *
     * @param kept owns the memory that the request uses, and is kept reachable until the request has a status
     * @param send takes a ticket; returns a negative number when the request could not be sent
     * @return the status, completed on the draining thread, which must not be blocked
     */
    public CompletableFuture<Long> submit(Object kept, IntUnaryOperator send) {
        return tickets.submit(kept, send);
    }

    /** Sends a request that uses no memory. */
    CompletableFuture<Long> submit(IntUnaryOperator send) {
        return submit(this, send);
    }

    /** How long SPDK's thread has not answered; zero while all is well. */
    public Duration silence() {
        return heartbeat.silence();
    }

    /** How many requests are under way. */
    public int requestsUnderWay() {
        return tickets.count();
    }

    /** How busy SPDK's thread has been since its start. */
    public ReactorLoad load() {
        ByteBuffer numbers = ByteBuffer.allocateDirect(3 * Long.BYTES).order(ByteOrder.nativeOrder());
        long status = awaited(submit(numbers, ticket -> SpdkNative.load(ticket, BufferAddress.of(numbers))));
        Errno.require(status, "ask SPDK's thread for its load");
        return new ReactorLoad(numbers.getLong(0), numbers.getLong(8), numbers.getLong(16));
    }

    /** Waits for a status and returns it. Not for the draining thread. */
    public static long awaited(CompletableFuture<Long> status) {
        return status.join();
    }

    /** Makes the reactor poll its control socket often while a call is under way. Stateless. */
    private static final class SocketAttention implements JsonRpc.Attention {
        @Override
        public void begins() {
            SpdkNative.callBegins();
        }

        @Override
        public void ends() {
            SpdkNative.callEnds();
        }
    }

    private void drain() {
        ByteBuffer pairs =
                ByteBuffer.allocateDirect(DRAINED_MAX * 2 * Long.BYTES).order(ByteOrder.nativeOrder());
        while (true) {
            int count = SpdkNative.drain(BufferAddress.of(pairs), DRAINED_MAX);
            if (count <= 0) {
                return;
            }
            for (int at = 0; at < count; at++) {
                complete((int) pairs.getLong(at * 16), pairs.getLong(at * 16 + 8));
            }
        }
    }

    private void complete(int ticket, long status) {
        try {
            tickets.completed(ticket, status);
        } catch (RuntimeException | Error broken) {
            // A failure in the code behind one completion must not stop the other completions.
            LOG.log(System.Logger.Level.ERROR, "the code that waited for ticket " + ticket + " failed", broken);
        }
    }

    /** Registers an open pool: the shutdown waits for it, and calls {@code close} if it stays open. */
    public void poolOpened(Runnable close) {
        pools.add(close);
    }

    /** Removes a pool that has been closed. */
    public void poolClosed(Runnable close) {
        pools.remove(close);
    }

    /** Notes that SPDK has left a device open that nobody can close, so that SPDK's own stop would never end. */
    public void deviceLeftOpen() {
        leftOpen = true;
    }

    private void stop() {
        if (!pools.awaitNone(OWNER_PATIENCE)) {
            LOG.log(System.Logger.Level.WARNING, "stopping: the pool was still open, so the agent closes it now");
            pools.all().forEach(close -> startThread("scrubjay-spdk-close", close));
        }
        if (!pools.awaitNone(STOP_PATIENCE)) {
            // An open descriptor would make SPDK's own stop wait for ever, so the process ends without stopping SPDK.
            // That loses nothing that was flushed.
            Restart.now("the pool could not be closed within " + STOP_PATIENCE.toSeconds()
                    + " s because its device does not answer, or something still uses it");
        }
        heartbeat.stop();
        awaitRequests();
        rpc.close();
        int result = leftOpen ? SpdkNative.park() : SpdkNative.stop();
        if (result < 0) {
            LOG.log(System.Logger.Level.WARNING, "SPDK stopped with errno {0}", -result);
        }
        directory.remove();
    }

    private void awaitRequests() {
        CompletableFuture<Long> last = submit(SpdkNative::ping);
        try {
            last.get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException stuck) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "stopping: SPDK's thread does not answer; the agent stops anyway",
                    stuck);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sees every read of image snapshots, chunk by chunk; can give wrong bytes for a number of reads only, and
 * stall. Thread-safe: guarded by its monitor.
 */
final class ReadTap {
    private final List<Long> reads = new ArrayList<>();
    private final List<Access> opened = new ArrayList<>();
    private final Set<Long> stalled = new HashSet<>();
    private final Map<Long, Runnable> before = new HashMap<>();
    private final Map<Long, Integer> garbled = new HashMap<>();

    /** An engine whose handles on image snapshots are tapped. */
    StorageEngine on(StorageEngine delegate) {
        return (StorageEngine) Proxy.newProxyInstance(
                ReadTap.class.getClassLoader(), new Class<?>[] {StorageEngine.class}, (proxy, method, arguments) -> {
                    Object result = call(delegate, method, arguments);
                    return method.getName().equals("open") ? tapped((Volume) result, (Access) arguments[1]) : result;
                });
    }

    private Object tapped(Volume volume, Access access) {
        if (!volume.name().value().startsWith("image-")) {
            return volume;
        }
        synchronized (this) {
            opened.add(access);
        }
        return Proxy.newProxyInstance(
                ReadTap.class.getClassLoader(),
                new Class<?>[] {Volume.class},
                (proxy, method, arguments) -> method.getName().equals("read")
                        ? read(volume, (long) arguments[0], (ByteBuffer) arguments[1])
                        : call(volume, method, arguments));
    }

    private synchronized CompletionStage<Void> read(Volume volume, long offsetBytes, ByteBuffer target) {
        long chunk = ChunkGrid.chunkOf(offsetBytes);
        reads.add(chunk);
        Optional.ofNullable(before.remove(chunk)).ifPresent(Runnable::run);
        if (stalled.contains(chunk)) {
            return CompletableFuture.failedFuture(new EngineException.DeviceStalled("read", Duration.ofSeconds(60)));
        }
        int left = garbled.getOrDefault(chunk, 0);
        garbled.put(chunk, Math.max(0, left - 1));
        return volume.read(offsetBytes, target).thenRun(() -> {
            if (left > 0) {
                target.put(target.position(), (byte) (target.get(target.position()) ^ 1));
            }
        });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** The next reads of this chunk, so many, come with one bit flipped. */
    synchronized void garbleNext(long chunk, int count) {
        garbled.put(chunk, count);
    }

    /** Does something before the next read of this chunk. */
    synchronized void before(long chunk, Runnable action) {
        before.put(chunk, action);
    }

    /** Reads of this chunk stall from now on. */
    synchronized void stall(long chunk) {
        stalled.add(chunk);
    }

    /** Nothing stalls any more. */
    synchronized void recover() {
        stalled.clear();
    }

    /** The chunks that were read, in the order of the reads. */
    synchronized List<Long> reads() {
        return List.copyOf(reads);
    }

    /** What snapshots were opened for. */
    synchronized List<Access> opened() {
        return List.copyOf(opened);
    }
}

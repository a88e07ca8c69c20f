// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ChunkGrid;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.SortedSet;
import java.util.TreeSet;

/** Sees which chunks of snapshots of volumes are read. Thread-safe: guarded by its monitor. */
final class ReadChunks {
    private final SortedSet<Long> chunks = new TreeSet<>();

    StorageEngine on(StorageEngine delegate) {
        return (StorageEngine) Proxy.newProxyInstance(
                ReadChunks.class.getClassLoader(), new Class<?>[] {StorageEngine.class}, (proxy, method, arguments) -> {
                    Object result = call(delegate, method, arguments);
                    return result instanceof Volume volume
                                    && volume.name().value().startsWith("snapshot-")
                            ? seen(volume)
                            : result;
                });
    }

    private Volume seen(Volume volume) {
        return (Volume) Proxy.newProxyInstance(
                ReadChunks.class.getClassLoader(), new Class<?>[] {Volume.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        add((long) arguments[0]);
                    }
                    return call(volume, method, arguments);
                });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private synchronized void add(long offsetBytes) {
        chunks.add(ChunkGrid.chunkOf(offsetBytes));
    }

    synchronized SortedSet<Long> ofSnapshots() {
        return new TreeSet<>(chunks);
    }

    synchronized void clear() {
        chunks.clear();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;

/** Flushes of volumes that can be made to fail, while the engine's other calls go well. Thread-safe. */
final class UnflushedVolumes {
    private volatile boolean failing;

    StorageEngine on(StorageEngine delegate) {
        return (StorageEngine) Proxy.newProxyInstance(
                UnflushedVolumes.class.getClassLoader(),
                new Class<?>[] {StorageEngine.class},
                (proxy, method, arguments) -> {
                    Object result = call(delegate, method, arguments);
                    return result instanceof Volume volume
                                    && volume.name().value().startsWith("volume-")
                            ? unflushed(volume)
                            : result;
                });
    }

    private Volume unflushed(Volume volume) {
        return (Volume) Proxy.newProxyInstance(
                UnflushedVolumes.class.getClassLoader(),
                new Class<?>[] {Volume.class},
                (proxy, method, arguments) -> method.getName().equals("flush") && failing
                        ? CompletableFuture.failedFuture(new EngineException.DeviceFailed("flush", 5))
                        : call(volume, method, arguments));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    void fail(boolean now) {
        failing = now;
    }
}

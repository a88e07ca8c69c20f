// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.Volume;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** An engine whose writes end in an {@link Error}, as those of a program built wrongly do. */
final class BrokenWrites {
    private BrokenWrites() {}

    static StorageEngine over(StorageEngine engine) {
        return proxy(StorageEngine.class, (self, method, arguments) -> {
            Object answer = call(engine, method, arguments);
            return answer instanceof Volume volume ? over(volume) : answer;
        });
    }

    private static Volume over(Volume volume) {
        return proxy(Volume.class, (self, method, arguments) -> {
            if (method.getName().equals("write")) {
                throw new NoSuchMethodError("no such function in the library");
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

    private static <T> T proxy(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
    }
}

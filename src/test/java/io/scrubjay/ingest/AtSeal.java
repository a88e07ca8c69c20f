// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.StorageEngine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** An engine that has something done as soon as it has sealed a volume. */
final class AtSeal {
    private AtSeal() {}

    static StorageEngine of(StorageEngine engine, Runnable action) {
        return (StorageEngine) Proxy.newProxyInstance(
                StorageEngine.class.getClassLoader(),
                new Class<?>[] {StorageEngine.class},
                (self, method, arguments) -> {
                    try {
                        Object answer = method.invoke(engine, arguments);
                        if (method.getName().equals("seal")) {
                            action.run();
                        }
                        return answer;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}

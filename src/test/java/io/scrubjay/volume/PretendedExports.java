// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeKind;
import io.scrubjay.engine.VolumeName;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Exports that only say so, over an engine that has none. */
public final class PretendedExports implements VolumeExports {
    private final StorageEngine engine;
    private final Map<VolumeName, Export> exports = new ConcurrentHashMap<>();
    private volatile Optional<EngineException> failure = Optional.empty();

    public PretendedExports(StorageEngine engine) {
        this.engine = engine;
    }

    /** The engine with these exports. */
    public StorageEngine exporting() {
        return (StorageEngine) Proxy.newProxyInstance(
                StorageEngine.class.getClassLoader(),
                new Class<?>[] {StorageEngine.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("exports")) {
                        return Optional.of(this);
                    }
                    try {
                        return method.invoke(engine, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    public void failWith(EngineException reason) {
        failure = Optional.of(reason);
    }

    public void heal() {
        failure = Optional.empty();
    }

    private void failIfTold() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    int count() {
        return exports.size();
    }

    @Override
    public Export export(VolumeName volume) {
        failIfTold();
        Access access = engine.find(volume).orElseThrow().kind() == VolumeKind.SNAPSHOT ? Access.READ : Access.WRITE;
        return exports.computeIfAbsent(volume, name -> new Export(name, "nqn:" + name, "127.0.0.1", 4420, 1, access));
    }

    @Override
    public Optional<Export> find(VolumeName volume) {
        return Optional.ofNullable(exports.get(volume));
    }

    @Override
    public void end(VolumeName volume) {
        failIfTold();
        exports.remove(volume);
    }
}

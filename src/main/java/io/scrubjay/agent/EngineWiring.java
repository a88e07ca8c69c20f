package io.scrubjay.agent;

import io.scrubjay.engine.DeadlineEngine;
import io.scrubjay.engine.Deadlines;
import io.scrubjay.engine.EngineMeter;
import io.scrubjay.engine.MeteredEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.memory.MemoryEngine;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The one place that names a concrete engine. */
@Singleton
final class EngineWiring {
    @Produces
    @Singleton
    StorageEngine engine(AgentConfig config, DeviceConfig device, EngineMeter meter) {
        Deadlines deadlines = new Deadlines(device.ioDeadline(), device.controlDeadline());
        return new MeteredEngine(new DeadlineEngine(open(config), deadlines), meter);
    }

    private static StorageEngine open(AgentConfig config) {
        return switch (config.engine()) {
            case FILE ->
                FileEngine.open(FilePool.at(config.pool().path())
                        .withClusterSize(config.file().clusterSize())
                        .withIoThreads(config.file().ioThreads()));
            case MEMORY ->
                MemoryEngine.open(
                        config.memory().clusterSize(),
                        config.memory().capacity().bytes());
        };
    }

    void close(@Disposes StorageEngine engine) {
        engine.close();
    }
}

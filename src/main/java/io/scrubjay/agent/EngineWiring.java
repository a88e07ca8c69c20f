// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.DeadlineEngine;
import io.scrubjay.engine.Deadlines;
import io.scrubjay.engine.EngineMeter;
import io.scrubjay.engine.MeteredEngine;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.engine.memory.MemoryEngine;
import io.scrubjay.engine.spdk.ExportOptions;
import io.scrubjay.engine.spdk.SpdkEngine;
import io.scrubjay.engine.spdk.SpdkPool;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.ReactorOptions;
import io.scrubjay.manifest.BrokenPairs;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import java.util.List;
import java.util.Optional;

/** Creates the engine; no other class names a concrete engine. */
@Singleton
final class EngineWiring {
    private static final long MIB = 1 << 20;

    @Produces
    @Singleton
    OpenedEngine opened(AgentConfig config, SafeStart mayStart) {
        return switch (config.engine()) {
            case FILE -> OpenedEngine.of(FileEngine.open(Settings.read("scrubjay.file", () -> filePool(config))));
            case SPDK -> OpenedEngine.of(SpdkEngine.open(Settings.read("scrubjay.spdk", () -> spdkPool(config))));
            case MEMORY ->
                OpenedEngine.of(MemoryEngine.open(
                        config.memory().clusterSize(),
                        config.memory().capacity().bytes()));
        };
    }

    @Produces
    @Singleton
    StorageEngine engine(OpenedEngine opened, DeviceConfig device, EngineMeter meter, WriteProof proof) {
        Deadlines deadlines =
                Settings.read("scrubjay.device", () -> new Deadlines(device.ioDeadline(), device.controlDeadline()));
        return new MeteredEngine(new DeadlineEngine(opened.engine(), deadlines), new DoubtfulCalls(meter, proof));
    }

    private static FilePool filePool(AgentConfig config) {
        return FilePool.at(config.pool().path())
                .withClusterSize(config.file().clusterSize())
                .withIoThreads(config.file().ioThreads());
    }

    private static SpdkPool spdkPool(AgentConfig config) {
        AgentConfig.SpdkConfig spdk = config.spdk();
        SpdkDevice device = SpdkDevice.parse(spdk.device()
                .orElseThrow(() -> new IllegalArgumentException("scrubjay.engine=spdk needs scrubjay.spdk.device")));
        return new SpdkPool(
                device,
                spdk.poolName(),
                spdk.clusterSize(),
                config.pool().format(),
                spdk.clear(),
                spdk.clusterSize().clustersIn(spdk.reserve().bytes()),
                new ReactorOptions(
                        spdk.core().orElseGet(AllowedProcessors::lowest),
                        Math.toIntExact(spdk.memory().bytes() / MIB),
                        spdk.memoryKind(),
                        spdk.mode()),
                exports(spdk.export()),
                BrokenPairs::among);
    }

    private static Optional<ExportOptions> exports(AgentConfig.ExportConfig export) {
        return export.address()
                .map(address -> new ExportOptions(
                        address,
                        export.port(),
                        export.hosts().orElse(List.of()),
                        export.hostKeyFile(),
                        export.controllerKeyFile(),
                        export.insecure() ? ExportOptions.Keyless.ADMITTED : ExportOptions.Keyless.REFUSED));
    }

    void close(@Disposes StorageEngine engine) {
        engine.close();
    }
}

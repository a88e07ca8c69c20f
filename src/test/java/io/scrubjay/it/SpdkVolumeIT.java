// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.FreePort;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.RemoteHost;
import io.scrubjay.engine.spdk.SpdkTool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** Over the SPDK engine, and from another host's side over NVMe/TCP. */
@EnabledIf(
        value = "spdkIsHere",
        disabledReason = "SPDK is not part of this build: install it under /opt/spdk or $SPDK_PREFIX, and build again")
class SpdkVolumeIT extends VolumeScenarios {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(SpdkVolumeIT.class);

    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
    private static final int MIB = 1 << 20;
    private static final int SNAPSHOTS = 10;

    static boolean spdkIsHere() {
        return SpdkVolumeIT.class.getResource("/META-INF/native/libscrubjay_spdk.so") != null;
    }

    @Override
    Workspace workspace() {
        return WORKSPACE;
    }

    @Override
    AgentSetup setup(String name) throws IOException {
        Path device = WORKSPACE.fresh("device");
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            file.setLength(512L * MIB);
        }
        return WORKSPACE
                .agent(name)
                .with("scrubjay.engine", "spdk")
                .with("scrubjay.spdk.device", "aio:" + device)
                .with("scrubjay.pool.format", "if-blank");
    }

    @Test
    void whatAHostWritesOverTcpIsThereWhateverIsDoneToTheVolumeMeanwhile() throws Exception {
        SpdkTool.require("spdk_dd");
        // Given
        AgentSetup setup = exporting(setup("exported"));
        AgentProcess agent = setup.start();
        create(agent, "{\"name\":\"v\",\"sizeBytes\":" + 64 * MIB + "}");
        post(agent, "/v1/volumes/v/snapshots", "{\"name\":\"empty\"}").require(201);
        Path bytes = SparseFile.write(WORKSPACE.fresh("bytes"), 42, 64 * MIB);
        JsonNode export = post(agent, "/v1/volumes/v/export", "{\"protocol\":\"nvme-tcp\"}")
                .require(200)
                .json();

        assertThat(get(agent, "/v1/volumes/v").path("export")).isEqualTo(export);

        // When
        CompletableFuture<RemoteHost.Outcome> host =
                CompletableFuture.supplyAsync(() -> write(exportOf("v", export), bytes));
        for (int i = 0; i < SNAPSHOTS; i++) {
            post(agent, "/v1/volumes/v/snapshots", "{\"name\":\"s" + i + "\"}").require(201);
        }
        agent.curl("/v1/volumes/v/decouple").with("-X", "POST").run().require(202);
        assertThat(host.get().status()).as(host.get().log()).isZero();

        // Then
        agent.curl("/v1/volumes/v").with("-X", "DELETE").run().requireProblem(409, "volume-in-use");
        delete(agent, "/v1/volumes/v/export");
        assertThat(Files.mismatch(bytes, content(agent, "/v1/volumes/v"))).isEqualTo(-1);
        agent.kill9();
        AgentProcess second = setup.start();
        assertThat(Files.mismatch(bytes, content(second, "/v1/volumes/v"))).isEqualTo(-1);
        for (int i = 0; i < SNAPSHOTS; i++) {
            delete(second, "/v1/snapshots/s" + i);
        }
        assertThat(Files.mismatch(bytes, content(second, "/v1/volumes/v"))).isEqualTo(-1);
        second.terminate();
    }

    private static AgentSetup exporting(AgentSetup setup) {
        return setup.with("scrubjay.spdk.export.address", "127.0.0.1")
                .with("scrubjay.spdk.export.port", Integer.toString(FreePort.take()))
                .with("scrubjay.spdk.export.hosts", HOST);
    }

    private static Export exportOf(String volume, JsonNode export) {
        return new Export(
                VolumeName.of(volume),
                export.path("nqn").asText(),
                export.path("address").asText(),
                export.path("port").asInt(),
                1,
                Access.WRITE);
    }

    private static RemoteHost.Outcome write(Export export, Path bytes) {
        try {
            return RemoteHost.named(HOST).write(export, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
    }
}

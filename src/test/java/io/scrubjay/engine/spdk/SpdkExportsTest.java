// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException.VolumeInUse;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.FreePort;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.Volume;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Volumes over NVMe/TCP, as far as it can be seen without a client. */
@NeedsSpdk
class SpdkExportsTest {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final VolumeName SNAPSHOT = VolumeName.of("snapshot");
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";

    @TempDir
    Path directory;

    private SpdkEngine engine;
    private VolumeExports exports;
    private int port;

    @BeforeEach
    void open() throws IOException {
        port = FreePort.take();
        engine = SpdkEngine.open(TestDevice.pool(new SpdkDevice.Aio(TestDevice.make(directory, 16), false))
                .withExports(new ExportOptions("127.0.0.1", port, List.of(HOST), Optional.empty(), Optional.empty())));
        exports = engine.exports().orElseThrow();
        engine.create(VOLUME, 4L << 20, Provisioning.THIN);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void anExportedVolumeListensWhereItSays() throws IOException {
        Export export = exports.export(VOLUME);

        assertThat(export.nqn()).startsWith("nqn.2026-11.io.scrubjay:");
        assertThat(export.port()).isEqualTo(port);
        assertThat(export.access()).isEqualTo(Access.WRITE);
        assertThat(exports.find(VOLUME)).contains(export);
        assertThat(exports.export(VOLUME)).isEqualTo(export);
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(export.address(), export.port()), 5000);
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void anExportedVolumeIsInUse() {
        exports.export(VOLUME);

        assertThatThrownBy(() -> engine.delete(VOLUME)).isInstanceOf(VolumeInUse.class);
        assertThatThrownBy(() -> engine.open(VOLUME, Access.WRITE)).isInstanceOf(VolumeInUse.class);
        exports.end(VOLUME);
        assertThat(exports.find(VOLUME)).isEmpty();
        engine.delete(VOLUME);
    }

    @Test
    void aVolumeThatIsBeingWrittenIsNotExported() {
        try (Volume writer = engine.open(VOLUME, Access.WRITE)) {
            assertThatThrownBy(() -> exports.export(writer.name())).isInstanceOf(VolumeInUse.class);
        }
        assertThat(exports.find(VOLUME)).isEmpty();
        exports.export(VOLUME);
    }

    @Test
    void aSnapshotIsExportedForReading() {
        engine.snapshot(VOLUME, SNAPSHOT);

        assertThat(exports.export(SNAPSHOT).access()).isEqualTo(Access.READ);
    }

    @Test
    void snapshotsGoOnWhileAVolumeIsExported() {
        exports.export(VOLUME);

        engine.snapshot(VOLUME, SNAPSHOT);
        engine.inflate(VOLUME);
        // What the merge frees is cleared before a client can get it.
        engine.delete(SNAPSHOT);

        assertThat(engine.find(VOLUME).orElseThrow().parent()).isEmpty();
        assertThat(engine.usage().unclearedClusters()).isZero();
    }

    @Test
    void endingWhatIsNotExportedIsHarmless() {
        exports.end(VOLUME);
        assertThat(exports.find(VOLUME)).isEmpty();
    }
}

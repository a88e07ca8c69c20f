// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.FreePort;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Who reaches an export that asks for keys, seen by hosts in processes of their own. */
@NeedsSpdk
class ExportKeysTest {
    private static final VolumeName VOLUME = VolumeName.of("volume");
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-2222-3333-4444-555555555555";
    private static final String STRANGER = "nqn.2014-08.org.nvmexpress:uuid:99999999-2222-3333-4444-555555555555";
    private static final byte[] BYTES = AwaitedVolume.pattern(1, 2 << 20);

    @TempDir
    Path directory;

    private SpdkPool pool;
    private int port;
    private Path hostKey;
    private Path controllerKey;
    private Path otherKey;
    private SpdkEngine engine;

    @BeforeEach
    void makePool() throws IOException {
        port = FreePort.take();
        hostKey = DhchapKey.file(directory.resolve("host-key"), 1);
        controllerKey = DhchapKey.file(directory.resolve("controller-key"), 2);
        otherKey = DhchapKey.file(directory.resolve("other-key"), 3);
        pool = TestDevice.pool(new SpdkDevice.Aio(TestDevice.make(directory, 16), false));
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    private Export export(Optional<Path> host, Optional<Path> controller) {
        engine = SpdkEngine.open(
                pool.withExports(new ExportOptions("127.0.0.1", port, List.of(HOST), host, controller)));
        VolumeExports exports = engine.exports().orElseThrow();
        if (engine.find(VOLUME).isEmpty()) {
            engine.create(VOLUME, BYTES.length, Provisioning.THIN);
            try (AwaitedVolume volume = AwaitedVolume.open(engine, VOLUME.value(), Access.WRITE)) {
                volume.write(0, BYTES);
            }
        }
        return exports.export(VOLUME);
    }

    private void requireServed(Export export, RemoteHost host) throws IOException, InterruptedException {
        Path copy = directory.resolve("copy");
        RemoteHost.Outcome outcome = host.read(export, copy);

        assertThat(outcome.status()).as(outcome.log()).isZero();
        assertThat(Files.readAllBytes(copy)).isEqualTo(BYTES);
    }

    /** A host that differs in one thing from one that is served. */
    private void requireTurnedAway(Export export, RemoteHost host) throws IOException, InterruptedException {
        Path copy = directory.resolve("turned-away");
        RemoteHost.Outcome outcome = host.read(export, copy);

        assertThat(outcome.status()).as(outcome.log()).isNotZero();
        assertThat(copy).doesNotExist();
    }

    @Test
    void onlyAHostWithTheKeyIsServed() throws IOException, InterruptedException {
        Export export = export(Optional.of(hostKey), Optional.empty());
        RemoteHost host = RemoteHost.named(HOST);

        requireTurnedAway(export, host);
        requireTurnedAway(export, host.withKey(otherKey));
        requireTurnedAway(export, RemoteHost.named(STRANGER).withKey(hostKey));
        requireServed(export, host.withKey(hostKey));
    }

    @Test
    void hostKnowsWhetherItSpeaksWithUs() throws IOException, InterruptedException {
        Export export = export(Optional.of(hostKey), Optional.of(controllerKey));
        RemoteHost host = RemoteHost.named(HOST).withKey(hostKey);

        requireServed(export, host.withControllerKey(controllerKey));
        requireTurnedAway(export, host.withControllerKey(otherKey));
        requireTurnedAway(export, host.withKey(otherKey).withControllerKey(controllerKey));
    }

    /** The keys of an earlier pool in this process are not those of a later one. */
    @Test
    void keysAreThoseOfThePoolThatIsOpen() throws IOException, InterruptedException {
        export(Optional.of(hostKey), Optional.empty());
        engine.close();

        Export export = export(Optional.of(otherKey), Optional.empty());

        requireTurnedAway(export, RemoteHost.named(HOST).withKey(hostKey));
        requireServed(export, RemoteHost.named(HOST).withKey(otherKey));
    }

    @Test
    void keyThatOthersMayReadIsRefusedAtTheStart() throws IOException {
        Files.setPosixFilePermissions(hostKey, PosixFilePermissions.fromString("rw-r--r--"));

        PoolUnusable refused =
                catchThrowableOfType(PoolUnusable.class, () -> export(Optional.of(hostKey), Optional.empty()));

        assertThat(refused).hasMessageContaining("scrubjay.spdk.export.host-key-file");
        assertThat(refused.remedy()).contains("chmod 600");
    }
}

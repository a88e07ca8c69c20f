// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException.PoolUnusable;
import io.scrubjay.engine.FreePort;
import io.scrubjay.engine.spdk.ExportOptions.Keyless;
import io.scrubjay.gate.RecordedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ExportPlaceTest {
    @TempDir
    Path directory;

    private static ExportOptions at(String address, int port, Optional<Path> key, Keyless keyless) {
        return new ExportOptions(address, port, List.of("nqn.host"), key, Optional.empty(), keyless);
    }

    private static ExportOptions at(String address) {
        return at(address, FreePort.take(), Optional.empty(), Keyless.ADMITTED);
    }

    private static PoolUnusable refused(ExportOptions options) {
        return catchThrowableOfType(PoolUnusable.class, () -> ExportPlace.require(options));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2"})
    void loopbackNeedsNoKey(String address) {
        ExportOptions options = at(address, FreePort.take(), Optional.empty(), Keyless.REFUSED);
        assertThatCode(() -> ExportPlace.require(options)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "::", "0:0:0:0:0:0:0:0", "localhost", "storage.example", "", "127.1", "1.2.3.4.5"})
    void whatIsNotOneAddressIsRefused(String address) {
        assertThat(refused(at(address))).hasMessageContaining("is not one address of this node");
    }

    @Test
    void beyondLoopbackAKeyIsNeeded() {
        ExportOptions options = at("192.0.2.1", FreePort.take(), Optional.empty(), Keyless.REFUSED);

        assertThat(refused(options).remedy())
                .contains("scrubjay.spdk.export.host-key-file")
                .contains("scrubjay.spdk.export.insecure=true");
    }

    @Test
    void beyondLoopbackAKeyOrTheAdministratorsWordIsEnough() throws IOException {
        String address = ownAddress();
        ExportOptions keyed =
                at(address, FreePort.take(), Optional.of(DhchapKey.file(directory.resolve("key"), 1)), Keyless.REFUSED);
        ExportOptions keyless = at(address);
        assertThatCode(() -> ExportPlace.require(keyed)).doesNotThrowAnyException();
        assertThatCode(() -> ExportPlace.require(keyless)).doesNotThrowAnyException();
    }

    @Test
    void everyStartWarnsOfADoorWithoutALock() throws IOException {
        // Given
        String address = ownAddress();
        ExportOptions keyed = at(
                address, FreePort.take(), Optional.of(DhchapKey.file(directory.resolve("key"), 1)), Keyless.ADMITTED);
        ExportOptions keyless = at(address);

        // When
        try (RecordedLog log = RecordedLog.open()) {
            ExportPlace.require(keyed);
            ExportPlace.require(at("127.0.0.1"));
            assertThat(log.messages(ExportPlace.class.getName())).isEmpty();
            ExportPlace.require(keyless);
            ExportPlace.require(keyless);

            // Then
            assertThat(log.messages(ExportPlace.class.getName()))
                    .hasSize(2)
                    .allSatisfy(warning -> assertThat(warning)
                            .contains("scrubjay.spdk.export.insecure=true", address, "can read and change"));
        }
    }

    private static String ownAddress() throws IOException {
        Optional<String> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .filter(address -> address.indexOf('%') < 0)
                .findFirst();
        assumeTrue(own.isPresent(), "this machine has only loopback addresses: connect it to a network");
        return own.orElseThrow();
    }

    @Test
    void addressOfAnotherMachineIsRefused() {
        assertThat(refused(at("192.0.2.1"))).hasMessageContaining("cannot listen on 192.0.2.1");
    }

    @Test
    void portThatSomebodyHasIsRefused() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PoolUnusable refused = refused(at("127.0.0.1", taken.getLocalPort(), Optional.empty(), Keyless.REFUSED));

            assertThat(refused).hasMessageContaining("port " + taken.getLocalPort());
            assertThat(refused.remedy()).contains("scrubjay.spdk.export.port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--"})
    void keyFileThatSpdkWouldNotTakeIsRefused(String mode) throws IOException {
        Path key = DhchapKey.file(directory.resolve("key"), 1);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        assertThat(refused(at("127.0.0.1", FreePort.take(), Optional.of(key), Keyless.REFUSED))
                        .remedy())
                .contains("chmod 600");
    }

    @Test
    void keyFileThatIsNotThereIsRefused() throws IOException {
        Optional<Path> key = Optional.of(directory.resolve("none"));

        assertThat(refused(at("127.0.0.1", FreePort.take(), key, Keyless.REFUSED)))
                .hasMessageContaining("host-key-file");
    }
}

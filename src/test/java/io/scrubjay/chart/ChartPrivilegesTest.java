// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** What an agent may do on its node, for each kind of pool: no more than it needs. */
@Tag("helm")
class ChartPrivilegesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "file",
                "native",
                "tls-tokens",
                "oidc",
                "insecure",
                "monitored",
                "restricted",
                "spdk-file",
                "spdk-aio"
            })
    void noCapabilitiesAndTheRuntimesFilter(String setUp) {
        // When
        Rendered chart = Chart.setUp(setUp);
        // Then
        assertThat(chart.pod().getSecurityContext().getSeccompProfile().getType())
                .isEqualTo("RuntimeDefault");
        SecurityContext context = chart.agent().getSecurityContext();
        assertUnprivileged(context);
        assertThat(context.getSeccompProfile()).isNull();
    }

    private static void assertUnprivileged(SecurityContext context) {
        assertThat(context.getPrivileged()).isNull();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "native", "tls-tokens", "oidc", "insecure", "monitored", "restricted", "spdk-file"})
    void directoriesAndFilesNeedNoRoot(String setUp) {
        // When
        PodSecurityContext context = Chart.setUp(setUp).pod().getSecurityContext();
        // Then
        assertThat(context.getRunAsNonRoot()).isTrue();
        assertThat(context.getRunAsUser()).isEqualTo(9520);
        assertThat(context.getFsGroup()).isEqualTo(9520);
    }

    @Test
    void theInitContainerCanChownAndNoMore() {
        // When
        Rendered chart = Chart.setUp("file");
        // Then
        assertThat(chart.pod().getInitContainers()).singleElement().satisfies(container -> {
            assertThat(container.getArgs())
                    .containsExactly("9520:9520", "/var/lib/scrubjay/state", "/var/lib/scrubjay/pool");
            SecurityContext context = container.getSecurityContext();
            assertThat(context.getAllowPrivilegeEscalation()).isFalse();
            assertThat(context.getReadOnlyRootFilesystem()).isTrue();
            assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(context.getCapabilities().getAdd()).containsExactly("CHOWN");
        });
        assertThat(Chart.setUp("restricted").pod().getInitContainers()).isEmpty();
    }

    @Test
    void theFileEngineHasItsDirectory() {
        // When
        Rendered chart = Chart.setUp("file");
        // Then
        assertThat(chart.mounts().keySet())
                .isEqualTo(Set.of(
                        "/etc/scrubjay/config",
                        "/etc/scrubjay/auth",
                        "/var/lib/scrubjay/state",
                        "/var/lib/scrubjay/pool",
                        "/tmp"));
        assertThat(chart.mounts().get("/var/lib/scrubjay/pool").getHostPath().getPath())
                .isEqualTo("/var/lib/scrubjay/pool");
        assertThat(Chart.setUp("monitored")
                        .mounts()
                        .get("/var/lib/scrubjay/pool")
                        .getHostPath()
                        .getType())
                .isEqualTo("Directory");
    }

    @Test
    void spdkOnAFileHasThatFileAndNotItsDirectory() {
        // When
        Rendered chart = Chart.setUp("spdk-file");
        // Then
        HostPathVolumeSource device =
                chart.mounts().get("/var/lib/scrubjay/device").getHostPath();
        assertThat(device.getPath()).isEqualTo("/srv/scrubjay/pool.img");
        assertThat(device.getType()).isEqualTo("File");
        assertThat(chart.configuration())
                .containsEntry("scrubjay.spdk.device", "aio:/var/lib/scrubjay/device,fallocate")
                .containsEntry("scrubjay.pool.format", "if-blank");
        assertThat(chart.pod().getInitContainers())
                .singleElement()
                .satisfies(container -> assertThat(container.getArgs())
                        .containsExactly("9520:9520", "/var/lib/scrubjay/state", "/var/lib/scrubjay/device"));
    }

    /** A node had the file engine before: its state directory belongs to that user, and this root may not write there. */
    @Test
    void rootWithoutCapabilitiesIsGivenTheStateDirectory() {
        assertThat(Chart.setUp("spdk-aio").pod().getInitContainers())
                .singleElement()
                .satisfies(container -> {
                    assertThat(container.getArgs()).containsExactly("0:0", "/var/lib/scrubjay/state");
                    assertThat(container.getSecurityContext().getCapabilities().getAdd())
                            .containsExactly("CHOWN");
                });
        assertThat(Chart.setUp("spdk-aio-privileged").pod().getInitContainers()).isEmpty();
        assertThat(Chart.setUp("spdk-nvme").pod().getInitContainers()).isEmpty();
    }

    /** By the shell that is here, with a chown that only writes down what it is asked for. */
    @Test
    void theInitContainersCommandReachesWhatLiesInTheStateDirectory(@TempDir Path directory) throws Exception {
        // Given
        Path calls = directory.resolve("calls");
        Path chown = Files.writeString(directory.resolve("chown"), "#!/bin/sh\necho \"$@\" >> '" + calls + "'\n");
        assertThat(chown.toFile().setExecutable(true)).isTrue();
        Container container = Chart.setUp("spdk-aio").pod().getInitContainers().get(0);
        List<String> command = new ArrayList<>(container.getCommand());
        command.addAll(container.getArgs());
        ProcessBuilder shell = new ProcessBuilder(command);
        shell.environment().merge("PATH", directory.toString(), (path, first) -> first + File.pathSeparator + path);
        // When
        int status = shell.start().waitFor();
        // Then
        assertThat(status).isZero();
        assertThat(calls).content().isEqualTo("0:0 /var/lib/scrubjay/state\n-hR 0:0 /var/lib/scrubjay/state\n");
    }

    /** Wherever it lies, and however often a part of its path comes again. */
    @ParameterizedTest
    @CsvSource({
        "aio:/pool/pool.img, /pool/pool.img, aio:/var/lib/scrubjay/device",
        "aio:/pool.img, /pool.img, aio:/var/lib/scrubjay/device",
        "'aio:/var/pool.img,fallocate', /var/pool.img, 'aio:/var/lib/scrubjay/device,fallocate'",
        "uring:/srv/a/srv/a:1, /srv/a/srv/a:1, uring:/var/lib/scrubjay/device",
    })
    void theAgentIsToldWhereTheFileIsInItsPod(String device, String onTheNode, String inThePod) {
        // When
        Rendered chart = Chart.with(Chart.TOKENS + "engine: spdk\nspdk: {device: '" + device + "'}");
        // Then
        assertThat(chart.mounts().get("/var/lib/scrubjay/device").getHostPath().getPath())
                .isEqualTo(onTheNode);
        assertThat(chart.configuration()).containsEntry("scrubjay.spdk.device", inThePod);
    }

    /** With a root file system that cannot be written, SPDK does not start without it. */
    @ParameterizedTest
    @ValueSource(strings = {"spdk-file", "spdk-aio", "spdk-aio-privileged", "spdk-uring"})
    void spdkHasRoomForItsLockFiles(String setUp) {
        assertThat(Chart.setUp(setUp).mounts().get("/var/tmp").getEmptyDir()).isNotNull();
    }

    @Test
    void aDevicePluginsDeviceTakesItsResourceAndRootOnly() {
        // When
        Rendered chart = Chart.setUp("spdk-aio");
        // Then
        Container agent = chart.agent();
        assertThat(chart.pod().getSecurityContext().getRunAsUser()).isZero();
        assertThat(agent.getResources().getLimits())
                .containsEntry("example.com/scrubjay-disk", Quantity.parse("1"))
                .containsEntry("hugepages-1Gi", Quantity.parse("1Gi"));
        assertThat(chart.mounts().keySet()).doesNotContain("/dev", "/dev/disk/by-id/nvme-example");
        assertThat(chart.mounts().get("/dev/hugepages").getEmptyDir().getMedium())
                .isEqualTo("HugePages-1Gi");
        assertThat(chart.configuration())
                .containsEntry("scrubjay.spdk.device", "aio:/dev/disk/by-id/nvme-example,fallocate")
                .containsEntry("scrubjay.spdk.memory-kind", "hugepages")
                .containsEntry("scrubjay.pool.format", "never")
                .doesNotContainKey("scrubjay.spdk.mode");
    }

    @Test
    void withoutADevicePluginTheContainerIsPrivilegedAndHasTheDevice() {
        // When
        Rendered chart = Chart.setUp("spdk-aio-privileged");
        // Then
        assertThat(chart.agent().getSecurityContext().getPrivileged()).isTrue();
        assertThat(chart.agent().getSecurityContext().getReadOnlyRootFilesystem())
                .isTrue();
        assertThat(chart.mounts()
                        .get("/dev/disk/by-id/nvme-example")
                        .getHostPath()
                        .getType())
                .isEqualTo("BlockDevice");
        assertThat(chart.mounts()).doesNotContainKeys("/dev", "/dev/vfio", "/dev/hugepages");
    }

    @Test
    void ioUringHasAFilterOfItsOwn() {
        // When
        Rendered chart = Chart.setUp("spdk-uring");
        // Then
        SecurityContext context = chart.agent().getSecurityContext();
        assertUnprivileged(context);
        assertThat(context.getSeccompProfile().getType()).isEqualTo("Localhost");
        assertThat(context.getSeccompProfile().getLocalhostProfile()).isEqualTo("profiles/io-uring.json");
    }

    @Test
    void withoutAProfileIoUringHasNoFilter() {
        // When
        Rendered chart = Chart.with(Chart.TOKENS + "engine: spdk\nspdk: {device: 'uring:/srv/x/pool.img'}");
        // Then
        SecurityContext context = chart.agent().getSecurityContext();
        assertUnprivileged(context);
        assertThat(context.getSeccompProfile().getType()).isEqualTo("Unconfined");
    }

    @Test
    void anNvmeControllerIsPrivilegedAndHasHugepages() {
        // When
        Rendered chart = Chart.setUp("spdk-nvme");
        // Then
        Container agent = chart.agent();
        assertThat(agent.getSecurityContext().getPrivileged()).isTrue();
        assertThat(agent.getResources().getRequests()).containsEntry("hugepages-2Mi", Quantity.parse("256Mi"));
        assertThat(agent.getResources().getLimits()).containsEntry("hugepages-2Mi", Quantity.parse("256Mi"));
        assertThat(chart.mounts()).containsKeys("/dev/hugepages", "/dev/vfio", "/var/run");
        assertThat(chart.mounts().get("/var/tmp").getHostPath().getPath()).isEqualTo("/var/tmp");
        assertThat(chart.configuration())
                .containsEntry("scrubjay.spdk.device", "nvme:0000:01:00.0")
                .containsEntry("scrubjay.spdk.memory", "96M")
                .containsEntry("scrubjay.spdk.memory-kind", "hugepages")
                .containsEntry("scrubjay.spdk.mode", "poll");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds in every set-up. */
@Tag("helm")
class ChartTest {
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    Path directory;

    static List<Path> setUps() throws IOException {
        return Chart.setUps();
    }

    /** Helm lints a chart with its own values only: so each set-up becomes a chart's own. */
    @ParameterizedTest
    @MethodSource("setUps")
    void helmHasNothingToSay(Path setUp) throws IOException {
        // Given
        Path copy = directory.resolve("scrubjay");
        Chart.copyTo(copy);
        JsonNode values = YAML.readTree(copy.resolve("values.yaml").toFile());
        YAML.readerForUpdating(values).readValue(setUp.toFile());
        YAML.writeValue(copy.resolve("values.yaml").toFile(), values);
        // When
        LintResult result = new Helm(copy).lint().strict().call();
        // Then
        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
        assertThat(result.getMessages()).noneMatch(line -> line.contains("[WARNING]") || line.contains("[ERROR]"));
    }

    /** Rendering parses strictly. */
    @ParameterizedTest
    @MethodSource("setUps")
    void everyObjectIsNamedAndLabelled(Path setUp) {
        // When
        Rendered chart = Chart.setUp(setUp);
        // Then
        Set<String> names = new HashSet<>();
        for (HasMetadata object : chart.objects()) {
            assertThat(names.add(object.getKind() + "/" + object.getMetadata().getName()))
                    .isTrue();
            assertThat(object.getMetadata().getName())
                    .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
                    .hasSizeLessThan(64);
            assertThat(object.getMetadata().getNamespace()).isEqualTo("storage");
            assertThat(object.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/name", "scrubjay")
                    .containsEntry("app.kubernetes.io/instance", "test");
        }
        Map<String, String> agents = Map.of("app.kubernetes.io/name", "scrubjay", "app.kubernetes.io/instance", "test");
        assertThat(chart.daemonSets()).isNotEmpty().allSatisfy(set -> {
            Map<String, String> selector = set.getSpec().getSelector().getMatchLabels();
            assertThat(selector).containsAllEntriesOf(agents);
            assertThat(set.getSpec().getTemplate().getMetadata().getLabels()).containsAllEntriesOf(selector);
        });
        assertThat(chart.objects().stream().filter(Service.class::isInstance).map(Service.class::cast))
                .isNotEmpty()
                .allSatisfy(
                        service -> assertThat(service.getSpec().getSelector()).containsAllEntriesOf(agents));
    }

    @ParameterizedTest
    @MethodSource("setUps")
    void probesAskTheManagementPort(Path setUp) {
        // When
        Rendered chart = Chart.setUp(setUp);
        // Then
        Container agent = chart.agent();
        assertProbe(agent.getStartupProbe(), "/q/health/started");
        assertProbe(agent.getReadinessProbe(), "/q/health/ready");
        assertProbe(agent.getLivenessProbe(), "/q/health/live");
        assertThat(agent.getPorts())
                .anyMatch(port -> port.getName().equals("management") && port.getContainerPort() == 9521)
                .anyMatch(port -> port.getName().equals("api") && port.getContainerPort() == 9520);
        assertThat(chart.configuration())
                .containsEntry("quarkus.http.port", "9520")
                .containsEntry("quarkus.management.port", "9521")
                .containsEntry("quarkus.http.host", "0.0.0.0");
    }

    private static void assertProbe(Probe probe, String path) {
        HTTPGetAction request = probe.getHttpGet();
        assertThat(request.getPath()).isEqualTo(path);
        assertThat(request.getPort().getStrVal()).isEqualTo("management");
        assertThat(request.getScheme()).isNull();
        assertThat(probe.getPeriodSeconds()).isPositive();
        assertThat(probe.getTimeoutSeconds()).isPositive();
        assertThat(probe.getFailureThreshold()).isPositive();
    }

    /** A large pool after a crash takes minutes; a hanging SPDK is to be noticed within one. */
    @Test
    void theAgentHasTimeToStartAndIsMissedSoon() {
        // When
        Container agent = Chart.setUp("file").agent();
        // Then
        assertThat(seconds(agent.getStartupProbe())).isGreaterThanOrEqualTo(300);
        assertThat(seconds(agent.getLivenessProbe())).isLessThanOrEqualTo(60);
    }

    private static int seconds(Probe probe) {
        return probe.getPeriodSeconds() * probe.getFailureThreshold();
    }

    @ParameterizedTest
    @MethodSource("setUps")
    void whatIsMountedIsThere(Path setUp) {
        // When
        Rendered chart = Chart.setUp(setUp);
        // Then
        List<String> volumes =
                chart.pod().getVolumes().stream().map(Volume::getName).toList();
        assertThat(volumes).doesNotHaveDuplicates();
        for (Container container : Stream.concat(chart.pod().getInitContainers().stream(), Stream.of(chart.agent()))
                .toList()) {
            assertThat(container.getVolumeMounts())
                    .extracting(VolumeMount::getMountPath)
                    .doesNotHaveDuplicates();
            assertThat(container.getVolumeMounts())
                    .extracting(VolumeMount::getName)
                    .isSubsetOf(volumes);
        }
        assertThat(chart.agent().getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(chart.mounts())
                .containsKeys("/etc/scrubjay/config", "/var/lib/scrubjay/state", "/tmp")
                .allSatisfy((path, volume) -> assertThat(path).startsWith("/"));
    }

    @ParameterizedTest
    @MethodSource("setUps")
    void theRestIsAsItShould(Path setUp) {
        // When
        Rendered chart = Chart.setUp(setUp);
        // Then
        assertThat(chart.pod().getTerminationGracePeriodSeconds()).isEqualTo(120);
        assertThat(chart.configuration()).containsEntry("scrubjay.shutdown.grace", "96s");
        assertThat(chart.pod().getAutomountServiceAccountToken()).isFalse();
        assertThat(chart.pod().getHostNetwork()).isNull();
        assertThat(chart.pod().getHostPID()).isNull();
        assertThat(chart.pod().getNodeSelector()).containsEntry("scrubjay.io/storage", "true");
        // Two agents never have one pool.
        assertThat(chart.daemonSets())
                .extracting(set -> set.getSpec().getUpdateStrategy().getRollingUpdate())
                .allSatisfy(update -> assertThat(update == null || update.getMaxSurge() == null)
                        .isTrue());
    }

    /** Kubernetes refuses anything else for what cannot be overcommitted. */
    @ParameterizedTest
    @MethodSource("setUps")
    void requestsAndLimitsFitTogether(Path setUp) {
        // When
        Container agent = Chart.setUp(setUp).agent();
        // Then
        Map<String, Quantity> requests = agent.getResources().getRequests();
        Map<String, Quantity> limits = agent.getResources().getLimits();
        assertThat(requests).containsKeys("cpu", "memory");
        assertThat(bytes(requests.get("memory"))).isLessThanOrEqualTo(bytes(limits.get("memory")));
        Set<String> names = new HashSet<>(requests.keySet());
        names.addAll(limits.keySet());
        assertThat(names.stream().filter(name -> name.startsWith("hugepages-") || name.contains("/")))
                .allSatisfy(name ->
                        assertThat(Optional.ofNullable(requests.get(name))).contains(limits.get(name)));
    }

    /** The kubelet gives whole cores to pods alone whose containers all have limits that are their requests. */
    @ParameterizedTest
    @ValueSource(strings = {"spdk-nvme", "spdk-uring"})
    void agentThatPollsHasCoresForItself(String setUp) {
        // When
        Rendered chart = Chart.setUp(setUp);
        // Then
        requireGuaranteed(chart);
        assertThat(cpuLimit(chart)).isIn(Quantity.parse("2"), Quantity.parse("4"));
    }

    @Test
    void pollingBySettingHasCoresForItselfToo() {
        String device = """
                engine: spdk
                spdk: {device: 'aio:/srv/pool.img', exclusiveCores: %d}
                config: {scrubjay.spdk.mode: %s}
                """;
        requireGuaranteed(Chart.with(Chart.TOKENS + device.formatted(3, "poll")));
        assertThat(cpuLimit(Chart.with(Chart.TOKENS + device.formatted(3, "interrupt"))))
                .isNull();
        assertThat(cpuLimit(Chart.with(Chart.TOKENS + device.formatted(0, "poll"))))
                .isNull();
    }

    private static Quantity cpuLimit(Rendered chart) {
        return chart.agent().getResources().getLimits().get("cpu");
    }

    private static void requireGuaranteed(Rendered chart) {
        PodSpec pod = chart.only(DaemonSet.class).getSpec().getTemplate().getSpec();
        assertThat(Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()))
                .allSatisfy(container -> {
                    Map<String, Quantity> limits = container.getResources().getLimits();
                    assertThat(limits).containsKeys("cpu", "memory");
                    assertThat(container.getResources().getRequests()).isEqualTo(limits);
                });
    }

    /** At a tenth of its file system left, the kubelet evicts: not the agent, and not because of a pool on that disk. */
    @ParameterizedTest
    @MethodSource("setUps")
    void kubeletShortOfDiskDoesNotEvictTheAgent(Path setUp) {
        // When
        PodSpec pod = Chart.setUp(setUp).pod();
        // Then
        assertThat(pod.getPriorityClassName()).isEqualTo("system-node-critical");
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getName().equals("pool"))
                .allSatisfy(pool -> assertThat(pool.getHostPath().getType()).isEqualTo("Directory"));
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getEmptyDir() != null
                        && !String.valueOf(volume.getEmptyDir().getMedium()).startsWith("HugePages"))
                .allSatisfy(volume ->
                        assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull());
    }

    private static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValueExact();
    }

    /** To YAML they are numbers, truths, maps and comments; reading is strict. */
    @Test
    void whatAnAdministratorNamesIsText() {
        // When
        Rendered chart = Chart.with("123", "456", """
                nameOverride: "0x1f"
                fullnameOverride: "1e3"
                priorityClassName: "true"
                serviceAccount: {name: "789"}
                auth:
                  tokensSecret: {name: "1", key: "1.5"}
                  uploadKeySecret: {name: "null", key: "-"}
                  oidc: {issuer: "https://a", caConfigMap: {name: "2", key: "3"}}
                tls: {secretName: "4", clientCaSecret: {name: "5", key: "6"}}
                file: {poolHostPath: "/srv/a: b #c"}
                state: {hostPath: "/srv/ #d"}
                user: {id: 1000700000, group: 2000000}
                networkPolicy: {monitoring: [{podSelector: {}}]}
                serviceMonitor: {enabled: true}
                prometheusRule: {enabled: true}
                dashboard: {enabled: true}
                podDisruptionBudget: {enabled: true}
                """);
        // Then
        assertThat(chart.objects())
                .allSatisfy(object ->
                        assertThat(object.getMetadata().getNamespace()).isEqualTo("456"));
        assertThat(chart.only(DaemonSet.class).getMetadata().getName()).isEqualTo("1e3");
        assertThat(chart.mounts().get("/var/lib/scrubjay/pool").getHostPath().getPath())
                .isEqualTo("/srv/a: b #c");
        assertThat(chart.mounts().get("/var/lib/scrubjay/state").getHostPath().getPath())
                .isEqualTo("/srv/ #d");
        assertThat(chart.pod().getPriorityClassName()).isEqualTo("true");
        assertThat(chart.pod().getSecurityContext().getRunAsUser()).isEqualTo(1_000_700_000);
        assertThat(chart.pod().getInitContainers().get(0).getArgs()).contains("1000700000:2000000");
    }

    /** Behind a jar, arguments are the agent's; a native executable knows no variable for them. */
    @ParameterizedTest
    @MethodSource("setUps")
    void theHeapsLimitReachesWhateverRunsTheAgent(Path setUp) {
        // When
        Container agent = Chart.setUp(setUp).agent();
        // Then
        // Of the images that the set-ups name, two hold an executable.
        boolean isNative =
                agent.getImage().contains("-native") || agent.getImage().contains("-spdk");
        assertThat(agent.getArgs()).isEqualTo(isNative ? List.of("-Xmx256m") : List.of());
        assertThat(agent.getEnv())
                .filteredOn(variable -> variable.getName().equals("JDK_JAVA_OPTIONS"))
                .extracting(EnvVar::getValue)
                .isEqualTo(isNative ? List.of() : List.of("-Xmx256m"));
    }

    @Test
    void aNativeExecutableTakesEachOptionAsAnArgument() {
        assertThat(Chart.with(Chart.TOKENS
                                + "image: {native: true}\njavaOptions: ' -Xmx300m  -XX:MaxDirectMemorySize=400m'")
                        .agent()
                        .getArgs())
                .containsExactly("-Xmx300m", "-XX:MaxDirectMemorySize=400m");
        assertThat(Chart.with(Chart.TOKENS + "image: {native: true}\njavaOptions: ''")
                        .agent()
                        .getArgs())
                .isEmpty();
    }

    @Test
    void theServicesFindEveryAgentReadyOrNot() {
        // When
        Rendered chart = Chart.setUp("file");
        // Then
        Service headless = chart.first(Service.class).orElseThrow();
        assertThat(headless.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(headless.getSpec().getPublishNotReadyAddresses()).isTrue();
        Service local = chart.objects().stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .filter(service -> service.getMetadata().getName().endsWith("-local"))
                .findFirst()
                .orElseThrow();
        assertThat(local.getSpec().getInternalTrafficPolicy()).isEqualTo("Local");
        assertThat(local.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(local.getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("api"));
    }
}

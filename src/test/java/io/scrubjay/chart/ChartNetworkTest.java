// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Who reaches an agent, and whom it reaches. */
@Tag("helm")
class ChartNetworkTest {
    @Test
    void onlyTheNamespaceReachesTheApiAndNobodyTheRest() {
        // When
        NetworkPolicySpec policy = policy("file");
        // Then
        assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getIngress()).singleElement().satisfies(rule -> {
            assertThat(ports(rule)).containsExactly("api");
            assertThat(rule.getFrom()).singleElement().satisfies(from -> {
                assertThat(from.getPodSelector().getMatchLabels()).isEmpty();
                assertThat(from.getNamespaceSelector()).isNull();
                assertThat(from.getIpBlock()).isNull();
            });
        });
    }

    /** By name, which is asked for first; and nobody else. */
    @Test
    void agentsOfOneReleaseReachEachOther() {
        // When
        List<NetworkPolicyEgressRule> egress = policy("file").getEgress();
        // Then
        assertThat(egress).hasSize(2);
        assertThat(numbers(egress.get(0))).containsExactly(53, 53);
        assertThat(egress.get(0).getTo()).isEmpty();
        assertThat(numbers(egress.get(1))).containsExactly(9520);
        assertThat(egress.get(1).getTo()).singleElement().satisfies(ChartNetworkTest::isThisReleasesAgents);
    }

    private static void isThisReleasesAgents(NetworkPolicyPeer peer) {
        assertThat(peer.getPodSelector().getMatchLabels())
                .isEqualTo(Chart.setUp("file")
                        .only(DaemonSet.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels());
        assertThat(peer.getNamespaceSelector()).isNull();
        assertThat(peer.getIpBlock()).isNull();
    }

    @Test
    void clientsReachTheApiAndPrometheusTheMetrics() {
        // When
        NetworkPolicySpec policy = policy("monitored");
        // Then
        assertThat(policy.getIngress()).hasSize(2);
        assertThat(ports(policy.getIngress().get(0))).containsExactly("api");
        List<NetworkPolicyPeer> callers = policy.getIngress().get(0).getFrom();
        assertThat(callers).hasSize(2);
        assertThat(namespace(callers.get(0))).isEqualTo("virtual-machines");
        isThisReleasesAgents(callers.get(1));
        assertThat(ports(policy.getIngress().get(1))).containsExactly("management");
        assertThat(policy.getIngress().get(1).getFrom())
                .extracting(ChartNetworkTest::namespace)
                .containsExactly("monitoring");
    }

    @Test
    void withAnIssuerItAsksForItsKeys() {
        // When
        NetworkPolicySpec policy = policy("oidc");
        // Then
        assertThat(policy.getEgress()).hasSize(3);
        assertThat(numbers(policy.getEgress().get(2))).containsExactly(443, 6443);
        assertThat(policy.getEgress().get(2).getTo())
                .singleElement()
                .satisfies(to -> assertThat(to.getIpBlock().getCidr()).isEqualTo("10.0.0.0/24"));
    }

    @Test
    void tracesGoToTheirCollector() {
        // When
        NetworkPolicySpec policy = policy("monitored");
        // Then
        assertThat(policy.getEgress()).hasSize(3);
        assertThat(numbers(policy.getEgress().get(2))).containsExactly(4317, 4318);
        assertThat(policy.getEgress().get(2).getTo())
                .singleElement()
                .satisfies(to ->
                        assertThat(to.getNamespaceSelector().getMatchLabels()).containsValue("observability"));
    }

    @Test
    void imagesComeFromListedServersOnly() {
        // When
        NetworkPolicySpec policy = policy("tls-tokens");
        // Then
        assertThat(policy.getEgress()).hasSize(3);
        assertThat(numbers(policy.getEgress().get(2))).containsExactly(443, 3128);
        assertThat(policy.getEgress().get(2).getTo())
                .singleElement()
                .satisfies(to -> assertThat(to.getIpBlock().getCidr()).isEqualTo("10.20.0.0/16"));
    }

    @Test
    void itCanBeLeftOut() {
        assertThat(Chart.with(Chart.TOKENS + "networkPolicy: {enabled: false}").first(NetworkPolicy.class))
                .isEmpty();
    }

    private static NetworkPolicySpec policy(String setUp) {
        return Chart.setUp(setUp).only(NetworkPolicy.class).getSpec();
    }

    private static List<String> ports(NetworkPolicyIngressRule rule) {
        return rule.getPorts().stream().map(port -> port.getPort().getStrVal()).toList();
    }

    private static List<Integer> numbers(NetworkPolicyEgressRule rule) {
        return rule.getPorts().stream().map(port -> port.getPort().getIntVal()).toList();
    }

    private static String namespace(NetworkPolicyPeer peer) {
        return peer.getNamespaceSelector().getMatchLabels().get("kubernetes.io/metadata.name");
    }
}

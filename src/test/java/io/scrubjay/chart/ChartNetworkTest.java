package io.scrubjay.chart;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

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
        assertThat(policy.getEgress()).isEmpty();
        assertThat(policy.getIngress()).singleElement().satisfies(rule -> {
            assertThat(ports(rule)).containsExactly("api");
            assertThat(rule.getFrom()).singleElement().satisfies(from -> {
                assertThat(from.getPodSelector().getMatchLabels()).isEmpty();
                assertThat(from.getNamespaceSelector()).isNull();
                assertThat(from.getIpBlock()).isNull();
            });
        });
    }

    @Test
    void clientsReachTheApiAndPrometheusTheMetrics() {
        // When
        NetworkPolicySpec policy = policy("monitored");
        // Then
        assertThat(policy.getIngress()).hasSize(2);
        assertThat(ports(policy.getIngress().get(0))).containsExactly("api");
        assertThat(namespaces(policy.getIngress().get(0))).containsExactly("virtual-machines");
        assertThat(ports(policy.getIngress().get(1))).containsExactly("management");
        assertThat(namespaces(policy.getIngress().get(1))).containsExactly("monitoring");
    }

    @Test
    void withAnIssuerItAsksForItsKeys() {
        // When
        NetworkPolicySpec policy = policy("oidc");
        // Then
        assertThat(policy.getEgress()).hasSize(2);
        assertThat(policy.getEgress().get(0).getPorts())
                .allSatisfy(port -> assertThat(port.getPort().getIntVal()).isEqualTo(53));
        assertThat(policy.getEgress().get(1).getPorts())
                .extracting(port -> port.getPort().getIntVal())
                .containsExactly(443, 6443);
        assertThat(policy.getEgress().get(1).getTo())
                .singleElement()
                .satisfies(to -> assertThat(to.getIpBlock().getCidr()).isEqualTo("10.0.0.0/24"));
    }

    @Test
    void tracesGoToTheirCollector() {
        // When
        NetworkPolicySpec policy = policy("monitored");
        // Then
        assertThat(policy.getEgress()).hasSize(2);
        assertThat(policy.getEgress().get(0).getPorts())
                .allSatisfy(port -> assertThat(port.getPort().getIntVal()).isEqualTo(53));
        assertThat(policy.getEgress().get(1).getPorts())
                .extracting(port -> port.getPort().getIntVal())
                .containsExactly(4317, 4318);
        assertThat(policy.getEgress().get(1).getTo())
                .singleElement()
                .satisfies(to ->
                        assertThat(to.getNamespaceSelector().getMatchLabels()).containsValue("observability"));
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

    private static List<String> namespaces(NetworkPolicyIngressRule rule) {
        return rule.getFrom().stream()
                .map(from -> from.getNamespaceSelector().getMatchLabels())
                .map(Map::values)
                .map(values -> values.iterator().next())
                .toList();
    }
}

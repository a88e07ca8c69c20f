// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A name for the agent of one node. */
@Tag("helm")
class ChartNodesTest {
    private static List<Service> services(Rendered chart) {
        return chart.objects().stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .toList();
    }

    private static Map<String, String> labels(DaemonSet set) {
        return set.getSpec().getTemplate().getMetadata().getLabels();
    }

    @Test
    void aServiceLeadsToTheAgentOfItsNodeAndToNoOther() {
        // When
        Rendered chart = Chart.setUp("nodes");
        // Then
        Map<String, Map<String, String>> selectors = services(chart).stream()
                .collect(Collectors.toMap(
                        service -> service.getMetadata().getName(),
                        service -> service.getSpec().getSelector()));
        assertThat(selectors.keySet())
                .containsExactlyInAnyOrder(
                        "test-scrubjay", "test-scrubjay-local", "test-scrubjay-node-a", "test-scrubjay-node-b");
        List<DaemonSet> sets = chart.daemonSets();
        assertThat(hostsOf(sets, selectors.get("test-scrubjay-node-a"))).containsExactly("node-a");
        assertThat(hostsOf(sets, selectors.get("test-scrubjay-node-b"))).containsExactly("node-b.example.com");
        assertThat(hostsOf(sets, selectors.get("test-scrubjay"))).containsExactly("node-a", "node-b.example.com");
    }

    /** The nodes whose agents a service leads to. */
    private static List<String> hostsOf(List<DaemonSet> sets, Map<String, String> selector) {
        return sets.stream()
                .filter(set -> labels(set).entrySet().containsAll(selector.entrySet()))
                .map(set ->
                        set.getSpec().getTemplate().getSpec().getNodeSelector().get("kubernetes.io/hostname"))
                .toList();
    }

    /** Two sets that took each other's pods for their own would delete them in turn. */
    @Test
    void noSetTakesTheOthersPodsForItsOwn() {
        // When
        List<DaemonSet> sets = Chart.setUp("nodes").daemonSets();
        // Then
        assertThat(sets).hasSize(2);
        for (DaemonSet set : sets) {
            Map<String, String> selector = set.getSpec().getSelector().getMatchLabels();
            assertThat(sets)
                    .filteredOn(other -> labels(other).entrySet().containsAll(selector.entrySet()))
                    .containsExactly(set);
            assertThat(set.getSpec().getTemplate().getSpec().getNodeSelector())
                    .containsEntry("scrubjay.io/storage", "true");
        }
    }

    @Test
    void theServiceOfANodeIsNotScrapedBesideTheOneOfAll() {
        assertThat(services(Chart.setUp("nodes")))
                .filteredOn(service -> service.getMetadata().getLabels().containsKey("scrubjay.io/metrics"))
                .extracting(service -> service.getMetadata().getName())
                .containsExactly("test-scrubjay");
    }

    @Test
    void aMissingAgentOfEachIsToldOf() {
        // When
        String rules = String.valueOf(Chart.with(Chart.TOKENS
                        + "nodes: [{name: node-a}, {name: node-b}]\n"
                        + "networkPolicy: {enabled: false}\n"
                        + "serviceMonitor: {enabled: true}\n"
                        + "prometheusRule: {enabled: true}\n")
                .only(PrometheusRule.class)
                .getSpec());
        // Then
        assertThat(rules).contains("daemonset=~\"test-scrubjay-node-a|test-scrubjay-node-b\"");
    }

    @Test
    void withoutNodesThereIsOneSetForAll() {
        // When
        DaemonSet set = Chart.setUp("file").only(DaemonSet.class);
        // Then
        assertThat(set.getMetadata().getName()).isEqualTo("test-scrubjay");
        assertThat(labels(set)).doesNotContainKey("scrubjay.io/node");
        assertThat(set.getSpec().getTemplate().getSpec().getNodeSelector())
                .containsExactly(Map.entry("scrubjay.io/storage", "true"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{name: a}, {name: a}] | nodes[].name=a: there is a service of that name already",
                "[{name: local}] | nodes[].name=local: there is a service of that name already",
                "[{name: node-a.example.com}] | nodes",
                "[{name: a0123456789012345678901234567890123456789012345678901234567890}] | longer than 63 characters",
            })
    void aNameThatCannotBeIsRefused(String nodes, String said) {
        assertThatThrownBy(() -> Chart.with(Chart.TOKENS + "nodes: " + nodes)).hasMessageContaining(said);
    }
}

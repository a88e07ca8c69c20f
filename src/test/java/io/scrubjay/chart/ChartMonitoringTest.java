// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;

/** What Prometheus and Grafana are given. That the metrics exist is for {@code MetricNamesTest}. */
@Tag("helm")
class ChartMonitoringTest {
    /**
     * An agent that is not there has no metrics: this one alert needs kube-state-metrics, which counts nodes and names
     * none, and has the DaemonSet in place of the service.
     */
    private static final String OF_KUBERNETES = "ScrubjayAgentMissing";

    @Test
    void nothingOfItIsThereUnlessAskedFor() {
        // When
        Rendered chart = Chart.setUp("file");
        // Then
        assertThat(chart.first(ServiceMonitor.class)).isEmpty();
        assertThat(chart.first(PrometheusRule.class)).isEmpty();
        assertThat(chart.first(PodDisruptionBudget.class)).isEmpty();
        assertThat(chart.objects()).filteredOn(ConfigMap.class::isInstance).hasSize(1);
    }

    @Test
    void eachAgentIsScrapedOnceOnItsManagementPort() {
        // When
        Rendered chart = Chart.setUp("monitored");
        // Then
        ServiceMonitor monitor = chart.only(ServiceMonitor.class);
        assertThat(monitor.getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getPort()).isEqualTo("management");
            assertThat(endpoint.getPath()).isEqualTo("/q/metrics");
            assertThat(endpoint).extracting(Endpoint::getScheme).isNull();
        });
        var selected = monitor.getSpec().getSelector().getMatchLabels();
        assertThat(chart.objects().stream()
                        .filter(Service.class::isInstance)
                        .filter(service ->
                                service.getMetadata().getLabels().entrySet().containsAll(selected.entrySet())))
                .singleElement()
                .satisfies(service -> assertThat(((Service) service).getSpec().getPorts())
                        .anyMatch(port -> port.getName().equals("management")));
    }

    @Test
    void everyAlertSaysWhereAndWhatToDo() throws Exception {
        // Given
        String runbook = Files.readString(Path.of("docs", "runbook.md"));
        String daemonSet =
                Chart.setUp("monitored").only(DaemonSet.class).getMetadata().getName();
        // When
        List<Rule> rules = rules();
        // Then
        assertThat(rules)
                .extracting(Rule::getAlert)
                .containsExactlyInAnyOrder(
                        "ScrubjayImageQuarantined",
                        "ScrubjaySnapshotQuarantined",
                        "ScrubjayQuarantinedExport",
                        "ScrubjayPoolUnreadable",
                        "ScrubjayFinding",
                        "ScrubjayScrubOverdue",
                        "ScrubjayPoolNearlyFull",
                        "ScrubjayLogLinesLost",
                        "ScrubjayAgentNotReady",
                        "ScrubjayAgentDown",
                        "ScrubjayAgentMissing",
                        "ScrubjayReactorStalled");
        assertThat(rules).allSatisfy(rule -> {
            if (rule.getAlert().equals(OF_KUBERNETES)) {
                assertThat(rule.getExpr().getStrVal())
                        .contains("namespace=\"storage\",daemonset=~\"" + daemonSet + "\"");
                assertThat(rule.getAnnotations().get("summary")).contains("{{ $value }} node(s)");
            } else {
                assertThat(rule.getExpr().getStrVal()).contains("namespace=\"storage\",service=\"test-scrubjay\"");
                assertThat(rule.getAnnotations().get("summary")).contains("{{ $labels.node }}");
            }
            assertThat(rule.getLabels().get("severity")).isIn("warning", "critical");
            String anchor = "#" + rule.getAlert().toLowerCase(Locale.ROOT);
            assertThat(rule.getAnnotations())
                    .containsEntry("runbook", "docs/runbook.md" + anchor)
                    .containsEntry("runbook_url", "https://example.com/scrubjay/runbook" + anchor);
            assertThat(runbook).contains("\n## " + rule.getAlert() + "\n");
        });
    }

    static List<Rule> rules() {
        return Chart.setUp("monitored").only(PrometheusRule.class).getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .toList();
    }

    @Test
    void theDashboardIsWhole() throws Exception {
        // When
        ConfigMap map = Chart.setUp("monitored").objects().stream()
                .filter(object -> object.getMetadata().getName().equals("test-scrubjay-dashboard"))
                .map(ConfigMap.class::cast)
                .findFirst()
                .orElseThrow();
        // Then
        assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
        JsonNode dashboard = new JsonMapper().readTree(map.getData().get("scrubjay.json"));
        assertThat(dashboard.get("panels")).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.get("title").asText()).isNotEmpty();
            assertThat(panel.get("targets")).isNotEmpty();
        });
        assertThat(dashboard.get("panels").findValues("id")).doesNotHaveDuplicates();
    }

    @Test
    void aDisruptionBudgetCountsAgents() {
        // When
        PodDisruptionBudget budget = Chart.setUp("monitored").only(PodDisruptionBudget.class);
        // Then
        assertThat(budget.getSpec().getMinAvailable().getIntVal()).isEqualTo(2);
        assertThat(budget.getSpec().getMaxUnavailable()).isNull();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is not rendered, and what is said instead. */
@Tag("helm")
class ChartRefusalsTest {
    @Test
    void withoutAuthenticationItSaysWhatToMake() {
        assertThatThrownBy(() -> Chart.with("{}"))
                .hasMessageContaining("kubectl -n storage create secret generic scrubjay-tokens")
                .hasMessageContaining("auth.tokensSecret.name=scrubjay-tokens")
                .hasMessageContaining("auth.insecure=true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth: {insecure: true, tokensSecret: {name: a}} | auth.insecure is set beside",
                "auth: {insecure: true, oidc: {issuer: 'https://a'}} | auth.insecure is set beside",
            })
    void insecureMeansInsecure(String values, String said) {
        assertThatThrownBy(() -> Chart.with(values)).hasMessageContaining(said);
    }

    @Test
    void anAuthorityOfClientsIsAuthentication() {
        // When
        Rendered chart =
                Chart.with("{tls: {secretName: a, clientCaSecret: {name: b}}, auth: {subjects: {backup: read}}}");
        // Then
        assertThat(chart.configuration())
                .containsEntry("quarkus.tls.api.trust-store.pem.certs", "/etc/scrubjay/client-ca/ca.crt")
                .containsEntry("scrubjay.security.subjects.\"backup\"", "read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls: {clientCaSecret: {name: a}} | needs TLS",
                "managementPort: 9520 | are the same",
                "serviceMonitor: {enabled: true} | networkPolicy.monitoring",
                "prometheusRule: {enabled: true} | serviceMonitor.enabled",
                "engine: spdk | needs spdk.device",
                "{engine: spdk, spdk: {device: 'nvme:0000:01:00.0'}, resources: {limits: null}} | resources.limits.memory",
                "{engine: spdk, spdk: {device: 'nvme:0000:01:00.0'}, resources: {limits: {cpu: '4'}}} | spdk.exclusiveCores",
                "{engine: spdk, spdk: {device: 'nvme:0000:01:00.0'}, resources: {requests: {cpu: 250m}}} | resources.requests.cpu",
                "{engine: spdk, spdk: {device: 'aio:/dev/sdb'}} | spdk.deviceResource",
                "{engine: spdk, spdk: {device: 'uring:/dev/sdb'}} | spdk.privileged=true",
                "{engine: spdk, spdk: {device: 'nvme:0000:01:00.0'}} | hugepages",
                "{engine: spdk, spdk: {device: 'aio:/srv/pool.img', deviceResource: a.b/c}} | for a block device",
                "{engine: spdk, spdk: {device: 'aio:/a', memoryMebibytes: 512, hugepages: {amount: 100Mi}}} | not hold",
                "{engine: spdk, spdk: {device: 'aio:/a', memoryMebibytes: 1025, hugepages: {amount: 1Gi}}} | not hold",
                "{engine: spdk, spdk: {device: 'aio:/a', hugepages: {amount: 101Mi}}} | whole number of pages",
                "{engine: spdk, spdk: {device: 'aio:/a', hugepages: {amount: 512Mi, pageSize: 1Gi}}} | pages of spdk",
            })
    void whatWouldFailLaterIsSaidNow(String values, String said) {
        // Given
        String flow = values.startsWith("{") ? values : "{" + values + "}";
        String withTokens = flow.replaceFirst("\\{", "{auth: {tokensSecret: {name: a}}, ");
        // When
        assertThatThrownBy(() -> Chart.with(withTokens))
                // Then
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hugepages: {amount: 64Mi}",
                "hugepages: {amount: 2Gi, pageSize: 1Gi}",
                "memoryMebibytes: 1024, hugepages: {amount: 1024Mi, pageSize: 1Gi}",
                "memoryMebibytes: 1024, hugepages: {amount: 1Gi}",
            })
    void whatFitsInWholePagesIsRendered(String spdk) {
        assertThat(Chart.with(Chart.TOKENS + "engine: spdk\nspdk: {device: 'aio:/a', " + spdk + "}")
                        .objects())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokensSecret: {name: a}",
                "image: {tagg: a}",
                "file: {poolPath: /a}",
                "auth: {tokens: a}",
                "probes: {startup: {initialDelay: 1}}",
                "tolerations: [{keys: a}]",
                "affinity: {podAntiAffinity: {}}",
                "extraEnv: [{nam: a}]",
                "networkPolicy: {clients: [{podSelektor: {}}]}",
                "resources: {limits: {memori: 1Gi}}",
                "updateStrategy: {rollingUpdate: {maxSurge: 1}}",
                "imagePullSecrets: [{nam: a}]",
                "spdk: {hugepages: {size: 2Mi}}",
            })
    void aMisspeltValueIsRefused(String values) {
        assertThatThrownBy(() -> Chart.with(Chart.TOKENS + values))
                .hasMessageContaining("additional properties")
                .hasMessageContaining("not allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port: '9520'",
                "port: 80",
                "engine: memory",
                "auth: {insecure: 'yes'}",
                "auth: {oidc: {issuer: kubernetes}}",
                "auth: {subjects: {a: root}}",
                "auth: {subjects: {'a\"b': read}}",
                "auth: {subjects: {'a\\': read}}",
                "nodeSelector: {a: true}",
                "tolerations: {key: a}",
                "file: {poolHostPath: pool}",
                "file: {clusterSize: 64}",
                "spdk: {device: 'malloc:64M'}",
                "spdk: {device: /dev/sdb}",
                "spdk: {device: 'nvme:01:00.0'}",
                "spdk: {hugepages: {amount: 64M}}",
                "config: {a: 1}",
                "config: {a: \"b\\nc=d\"}",
                "config: {'a=b': c}",
                "terminationGracePeriodSeconds: 5",
                "resources: {limits: {memory: 512}}",
                "podDisruptionBudget: {minAvailable: 50%}",
                "updateStrategy: {rollingUpdate: {maxUnavailable: 0}}",
                "image: {digest: latest}",
            })
    void aValueOfTheWrongFormIsRefused(String values) {
        assertThatThrownBy(() -> Chart.with(Chart.TOKENS + values))
                .hasMessageContaining("values don't meet the specifications of the schema");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'3'", "3000m"})
    void asManyCoresTwiceAreNoContradiction(String cpu) {
        assertThat(Chart.with(Chart.TOKENS
                                + "engine: spdk\nspdk: {device: 'aio:/a', exclusiveCores: 3}\nconfig: {scrubjay.spdk.mode:"
                                + " poll}\nresources: {limits: {cpu: " + cpu + "}}")
                        .objects())
                .isNotEmpty();
    }

    @Test
    void tokensAreEnough() {
        assertThat(Chart.with(Chart.TOKENS).objects()).isNotEmpty();
    }
}

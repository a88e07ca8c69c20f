// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.marcnuri.helm.Helm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What Helm says after an installation. */
@Tag("helm")
class ChartNotesTest {
    @TempDir
    Path directory;

    /** Helm without a cluster takes itself for Kubernetes 1.20, which the chart refuses. */
    @BeforeEach
    void copyForAnyKubernetes() throws IOException {
        Chart.copyTo(chart());
        Path description = chart().resolve("Chart.yaml");
        Files.writeString(description, Files.readString(description).replaceAll("(?m)^kubeVersion:.*$", ""));
    }

    private Path chart() {
        return directory.resolve("scrubjay");
    }

    @Test
    void withTlsAndTokensTheyAreInTheExample() {
        assertThat(notes("tls-tokens"))
                .contains("scrubjay.io/storage=true", "Authorization: Bearer", "--cacert", "https://")
                .doesNotContain("WARNING");
    }

    @Test
    void certificateNeedsTheNamesOfTheServices() {
        assertThat(notes("tls-tokens"))
                .contains(
                        "https://test-scrubjay.storage.svc:9520/",
                        "The certificate needs the names test-scrubjay.storage.svc and test-scrubjay-local.storage.svc.");
        assertThat(notes("nodes"))
                .contains(
                        "The certificate needs the names test-scrubjay.storage.svc, test-scrubjay-local.storage.svc,"
                                + " test-scrubjay-node-a.storage.svc and test-scrubjay-node-b.storage.svc.",
                        "scrubjay.io/storage=true among node-a node-b.example.com:");
    }

    @Test
    void coresOfItsOwnAreSaid() {
        assertThat(notes("spdk-nvme")).contains("4 cores of each node", "cpuManagerPolicy: static");
    }

    @Test
    void tokensInTheClearAreWarnedOf() {
        assertThat(notes("file"))
                .contains("http://127.0.0.1:9520/v1/images/disk/content", "WARNING: without tls.secretName")
                .contains("/var/lib/scrubjay/pool");
    }

    @Test
    void noAuthenticationIsWarnedOf() {
        assertThat(notes("insecure"))
                .contains("WARNING: there is no authentication")
                .doesNotContain("Bearer");
    }

    @Test
    void aFormatForOneStartIsToBeTakenBack() {
        assertThat(notes("spdk-file"))
                .contains("Set spdk.format=never once all agents are ready", "aio:/srv/scrubjay/pool.img");
    }

    private String notes(String setUp) {
        return new Helm(chart())
                .install()
                .clientOnly()
                .dryRun()
                .withName("test")
                .withNamespace("storage")
                .withValuesFile(Chart.DIRECTORY.resolve("ci").resolve(setUp + "-values.yaml"))
                .call()
                .getOutput();
    }
}

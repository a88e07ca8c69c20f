// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

class UnknownVariablesTest {
    private static final Pattern SETTING = Pattern.compile("(?m)^\\| `(scrubjay\\.[^`]+)`");

    /** The page is held to the sources by a test of its own. */
    @Test
    void settingsAreThoseOfTheirPage() throws IOException {
        String page = Files.readString(Path.of("docs", "configuration.md"));

        assertThat(UnknownVariables.SETTINGS)
                .containsExactlyInAnyOrderElementsOf(SETTING.matcher(page)
                        .results()
                        .map(UnknownVariablesTest::variable)
                        .filter(name -> !name.startsWith(UnknownVariables.SUBJECTS))
                        .collect(Collectors.toSet()));
    }

    private static String variable(MatchResult setting) {
        return setting.group(1).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    @Test
    void misspeltVariablesAreFound() {
        assertThat(UnknownVariables.of(Map.of(
                        "SCRUBJAY_POOL_PTH",
                        "/pool",
                        "SCRUBJAY_POOL_PATH",
                        "/pool",
                        "SCRUBJAY_SECURITY_TOKEN_FILE",
                        "/tokens",
                        "SCRUBJAY_SPDK_EXPRT_PORT",
                        "4420",
                        "SCRUBJAY_SPDK_EXPORT_HOSTS_0_",
                        "nqn.a",
                        "SCRUBJAY_JAVA_OPTIONS",
                        "-Xmx1g",
                        "SCRUBJAY_SECURITY_SUBJECTS__CI_UPLOADER_",
                        "upload",
                        "PATH",
                        "/bin")))
                .containsExactly("SCRUBJAY_POOL_PTH", "SCRUBJAY_SECURITY_TOKEN_FILE", "SCRUBJAY_SPDK_EXPRT_PORT");
    }

    @Test
    void variablesOfServicesAreNoSettings() {
        assertThat(UnknownVariables.of(Map.of(
                        "SCRUBJAY_PORT", "tcp://10.0.0.1:9520",
                        "SCRUBJAY_SERVICE_HOST", "10.0.0.1",
                        "SCRUBJAY_SERVICE_PORT", "9520",
                        "SCRUBJAY_SERVICE_PORT_API", "9520",
                        "SCRUBJAY_PORT_9520_TCP", "tcp://10.0.0.1:9520",
                        "SCRUBJAY_PORT_9520_TCP_ADDR", "10.0.0.1",
                        "SCRUBJAY_NODE_A_SERVICE_HOST", "10.0.0.2",
                        "SCRUBJAY_NODE_A_PORT", "tcp://10.0.0.2:9520",
                        "SCRUBJAY_NODE_A_PORT_9520_TCP_PROTO", "tcp")))
                .isEmpty();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The form of {@code docs/api.md}, on a page of another site, as a real browser sends it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BrowserFormIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(BrowserFormIT.class);

    private static final int MIB = 1 << 20;

    @BeforeAll
    static void needsABrowser() {
        Chromium.require();
    }

    @Test
    void fileThatABrowserSubmitsIsStored() throws IOException {
        // Given
        UploadPage site = WORKSPACE.closing(UploadPage.start());
        AgentProcess agent = WORKSPACE
                .agent("agent")
                .with("quarkus.http.cors.origins", site.origin())
                .start();
        Path disk = SparseFile.write(WORKSPACE.file("disk"), TestChoice.seed(BrowserFormIT.class), 24 * MIB + 4711);
        URI page = site.add(agent.address(), "from-a-page", disk);
        // When
        Chromium browser = Chromium.open(WORKSPACE, page);
        // Then
        JsonNode image = agent.images().awaitState("from-a-page", "ready");
        browser.close();
        assertThat(image.path("receivedBytes").asLong()).isEqualTo(Files.size(disk));
        assertThat(image.path("expectedDigest").asText()).isEqualTo(NaiveImage.sourceDigest("sha-256", disk));
        assertThat(image.path("contentDigest").asText())
                .isEqualTo(NaiveImage.of(disk).contentDigest());
        assertThat(Files.mismatch(disk, agent.images().download("from-a-page"))).isEqualTo(-1);
        assertThat(agent.errors()).isEmpty();
        agent.terminate();
    }
}

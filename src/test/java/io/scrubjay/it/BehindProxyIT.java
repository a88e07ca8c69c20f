// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** What a proxy says of the request that it hands on: nothing, unless it is trusted. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BehindProxyIT {
    @RegisterExtension
    static final Workspace WORKSPACE = Workspace.of(BehindProxyIT.class);

    private static final List<String> FORWARDED = List.of(
            "-H", "X-Forwarded-Host: images.example",
            "-H", "X-Forwarded-Proto: https",
            "-H", "X-Forwarded-Port: 8443",
            "-H", "X-Forwarded-Prefix: /evil",
            "-H", "X-Forwarded-For: 192.0.2.7",
            "-H", "Forwarded: for=192.0.2.7;host=images.example;proto=https");

    private static AgentSetup agent(String name) throws IOException {
        Path key = Files.writeString(WORKSPACE.file(name + "-key"), "k".repeat(32));
        return WORKSPACE
                .agent(name)
                .with("scrubjay.security.upload-key-file", key.toString())
                .with("quarkus.http.cors.origins", "https://console.example");
    }

    private static AgentSetup trusting(String name, String proxy) throws IOException {
        return agent(name)
                .with("quarkus.http.proxy.proxy-address-forwarding", "true")
                .with("quarkus.http.proxy.enable-forwarded-host", "true")
                .with("quarkus.http.proxy.trusted-proxies", proxy);
    }

    private static String orderedUrl(AgentProcess agent) {
        return agent.curl("/v1/upload-urls")
                .with(FORWARDED.toArray(String[]::new))
                .with("-H", "Content-Type: application/json", "-d", "{\"image\":\"x\"}")
                .run()
                .require(201)
                .json()
                .path("url")
                .asText();
    }

    @Test
    void nobodyIsTrustedUnlessTheAdministratorSaysSo() throws IOException {
        for (AgentSetup setup : List.of(agent("alone"), trusting("elsewhere", "192.0.2.1"))) {
            AgentProcess agent = setup.start();
            assertThat(orderedUrl(agent)).startsWith(agent.address() + "/v1/images/x/content?");
            assertThat(agent.log()).doesNotContain("192.0.2.7");
            agent.terminate();
        }
    }

    @Test
    void trustedProxySaysByWhichUrlItIsReached() throws IOException {
        // Given
        AgentProcess agent = trusting("behind", "127.0.0.1").start();
        Path image = Files.write(WORKSPACE.file("image"), new byte[3_000_000]);

        // When
        String url = orderedUrl(agent);

        // Then
        assertThat(url).startsWith("https://images.example:8443/v1/images/x/content?");
        String here = url.substring(url.indexOf("/v1/"));
        CurlAnswer stored = agent.curl(here)
                .with(FORWARDED.toArray(String[]::new))
                .sending(image)
                .run()
                .require(201);
        assertThat(stored.json().path("receivedBytes").asLong()).isEqualTo(3_000_000);
        assertThat(agent.curl("/v1/images/x/content")
                        .with(FORWARDED.toArray(String[]::new))
                        .run()
                        .require(200)
                        .header("Content-Length"))
                .hasValue("3000000");
        agent.terminate();
    }

    /** A browser shows a page's script no field that is not named there. */
    @Test
    void pageOfAnAllowedOriginMayReadTheFieldsOfAnswers() throws IOException {
        // Given
        AgentProcess agent = agent("page").start();
        agent.images().upload("image", Files.write(WORKSPACE.file("small"), new byte[] {1, 2, 3}));

        // When
        CurlAnswer answer = agent.curl("/v1/images/image/content")
                .with("-H", "Origin: https://console.example")
                .run();

        // Then
        List<String> exposed = List.of(answer.require(200)
                .header("Access-Control-Expose-Headers")
                .orElse("")
                .split(" *, *"));
        assertThat(exposed)
                .contains("ETag", "Repr-Digest", "Location", "Retry-After", "Link", "Content-Disposition")
                .contains("Allow", "Content-Range", "Accept-Ranges", "Preference-Applied", "WWW-Authenticate");
        assertThat(agent.curl("/v1/images/image/content")
                        .with("-H", "Origin: https://elsewhere.example")
                        .run()
                        .header("Access-Control-Expose-Headers"))
                .isEmpty();
        agent.terminate();
    }
}

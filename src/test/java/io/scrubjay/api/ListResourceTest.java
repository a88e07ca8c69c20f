// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Lists, a page at a time and by what entries are. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ListResourceTest {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");
    private static final String JSON = "application/json";

    @TestHTTPResource
    URI agent;

    private AgentClient client;

    @BeforeEach
    void connect() {
        client = new AgentClient(agent);
    }

    @AfterEach
    void empty() throws Exception {
        for (String kind : List.of("volumes", "snapshots", "images")) {
            for (String name : names("/v1/" + kind)) {
                assertThat(client.delete("/v1/" + kind + "/" + name).statusCode())
                        .isEqualTo(204);
            }
        }
    }

    private static HttpResponse<byte[]> require(HttpResponse<byte[]> response, int status) {
        assertThat(response.statusCode()).as(AgentClient.text(response)).isEqualTo(status);
        return response;
    }

    private static List<String> values(HttpResponse<byte[]> list, String field) throws Exception {
        List<String> values = new ArrayList<>();
        for (JsonNode entry : AgentClient.json(require(list, 200))) {
            values.add(entry.get(field).asText());
        }
        return values;
    }

    private List<String> names(String path) throws Exception {
        return values(client.get(path), "name");
    }

    private static Optional<String> next(HttpResponse<byte[]> page) {
        return page.headers().firstValue("Link").map(link -> {
            Matcher next = NEXT.matcher(link);
            assertThat(next.matches()).as(link).isTrue();
            return next.group(1);
        });
    }

    /** What a client gets that follows the links, a list for each page. */
    private List<List<String>> pages(String path, String field) throws Exception {
        List<List<String>> pages = new ArrayList<>();
        for (Optional<String> at = Optional.of(path); at.isPresent(); ) {
            HttpResponse<byte[]> page = client.get(at.get());
            pages.add(values(page, field));
            at = next(page);
        }
        return pages;
    }

    private void upload(String... names) throws Exception {
        for (String name : names) {
            require(client.upload(name, new byte[] {1}), 201);
        }
    }

    /** An ingest that fails: the digest is another's. */
    private void fail(String name) throws Exception {
        var refused = client.send(
                client.request("/v1/images/" + name + "/content?format=raw&digest=sha-256:" + "0".repeat(64))
                        .PUT(java.net.http.HttpRequest.BodyPublishers.ofByteArray(new byte[] {1})));
        require(refused, 422);
    }

    private void createVolumes(String... names) throws Exception {
        for (String name : names) {
            require(client.post("/v1/volumes", JSON, "{\"name\":\"" + name + "\",\"sizeBytes\":65536}"), 201);
        }
    }

    private void snapshot(String volume, String name) throws Exception {
        require(client.post("/v1/volumes/" + volume + "/snapshots", JSON, "{\"name\":\"" + name + "\"}"), 201);
    }

    @Test
    void imagesComeAPageAtATime() throws Exception {
        upload("a", "b", "c", "d", "e");
        assertThat(pages("/v1/images?limit=2", "name"))
                .containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
        assertThat(pages("/v1/images?limit=5", "name")).containsExactly(List.of("a", "b", "c", "d", "e"));
        assertThat(pages("/v1/images", "name")).containsExactly(List.of("a", "b", "c", "d", "e"));
    }

    @Test
    void aPageBeginsBehindANameThatIsGone() throws Exception {
        upload("a", "c");
        assertThat(names("/v1/images?after=b")).containsExactly("c");
    }

    @Test
    void imagesAreListedByStateAndBeginningOfTheName() throws Exception {
        // Given
        upload("debian-11", "debian-12", "fedora");
        fail("debian-13");
        // When, then
        assertThat(names("/v1/images?name=debian")).containsExactly("debian-11", "debian-12", "debian-13");
        assertThat(names("/v1/images?name=debian&state=ready")).containsExactly("debian-11", "debian-12");
        assertThat(names("/v1/images?state=failed")).containsExactly("debian-13");
        assertThat(names("/v1/images?state=sealing")).isEmpty();
        assertThat(pages("/v1/images?name=debian&state=ready&limit=1", "name"))
                .containsExactly(List.of("debian-11"), List.of("debian-12"));
    }

    @Test
    void volumesComeAPageAtATime() throws Exception {
        createVolumes("a", "b", "vm-1", "vm-2");
        assertThat(pages("/v1/volumes?limit=3", "name")).containsExactly(List.of("a", "b", "vm-1"), List.of("vm-2"));
        assertThat(names("/v1/volumes?name=vm-&state=ready")).containsExactly("vm-1", "vm-2");
        assertThat(names("/v1/volumes?state=lost")).isEmpty();
    }

    @Test
    void aVolumeHasItsSnapshots() throws Exception {
        // Given
        createVolumes("disk", "other");
        snapshot("disk", "s1");
        snapshot("other", "s2");
        snapshot("disk", "s3");
        // When, then
        assertThat(names("/v1/volumes/disk/snapshots")).containsExactly("s1", "s3");
        assertThat(names("/v1/volumes/other/snapshots")).containsExactly("s2");
        assertThat(names("/v1/volumes/disk/snapshots?name=s3&state=ready")).containsExactly("s3");
        assertThat(pages("/v1/volumes/disk/snapshots?limit=1", "name")).containsExactly(List.of("s1"), List.of("s3"));
        assertThat(pages("/v1/snapshots?limit=2", "name")).containsExactly(List.of("s1", "s2"), List.of("s3"));
        assertThat(AgentClient.json(client.get("/v1/volumes/disk/snapshots")).get(0))
                .isEqualTo(AgentClient.json(client.get("/v1/snapshots/s1")));
    }

    /** A new volume of an old name is not the old one. */
    @Test
    void aVolumeHasNotTheSnapshotsOfAnEarlierOneOfItsName() throws Exception {
        createVolumes("disk");
        snapshot("disk", "s1");
        require(client.delete("/v1/volumes/disk"), 204);
        createVolumes("disk");
        assertThat(names("/v1/volumes/disk/snapshots")).isEmpty();
        assertThat(names("/v1/snapshots")).containsExactly("s1");
    }

    @Test
    void aVolumeThatThereIsNotHasNoListOfSnapshots() throws Exception {
        var missing = require(client.get("/v1/volumes/nobody/snapshots"), 404);
        assertThat(AgentClient.json(missing).get("code").asText()).isEqualTo("volume-not-found");
    }

    @Test
    void runsComeAPageAtATimeTheLatestFirst() throws Exception {
        // Given
        for (int run = 0; run < 3; run++) {
            require(client.post("/v1/scrub/runs", JSON, "{\"target\":\"*\",\"level\":\"light\"}"), 202);
        }
        List<String> all = values(client.get("/v1/scrub/runs"), "id");
        // When
        List<List<String>> pages = pages("/v1/scrub/runs?limit=2", "id");
        // Then
        assertThat(all).hasSizeGreaterThanOrEqualTo(3);
        assertThat(pages.get(0)).hasSize(2);
        assertThat(pages.stream().flatMap(List::stream).toList()).isEqualTo(all);
        assertThat(values(client.get("/v1/scrub/runs?state=cancelled"), "id")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/images?limit=0, 'limit'",
        "/v1/images?limit=many, 'limit'",
        "/v1/images?after=NoName, 'after'",
        "/v1/images?state=lost, pending",
        "/v1/images?state=deleted, pending",
        "/v1/images?name=*, 'name'",
        "/v1/volumes?state=failed, 'ready, lost, unreadable'",
        "/v1/snapshots?state=failed, quarantined",
        "/v1/volumes?limit=1001, 1000",
        "/v1/scrub/runs?state=ready, finished",
        "/v1/scrub/runs?after=00000000-0000-4000-8000-000000000000, start over",
        "/v1/scrub/runs?limit=-1, 'limit'",
    })
    void nonsenseIsRefusedAndSaysWhatIsMeant(String path, String says) throws Exception {
        var problem = AgentClient.json(require(client.get(path), 400));
        assertThat(problem.get("code").asText()).isEqualTo("invalid-request");
        assertThat(problem.get("detail").asText()).contains(says);
    }

    @Test
    void failedIngestsAreForgottenOneByOneOrAllAtOnce() throws Exception {
        // Given
        upload("kept");
        fail("one");
        fail("two");
        fail("three");
        // When
        require(client.delete("/v1/images/one"), 204);
        // Then
        assertThat(names("/v1/images")).containsExactly("kept", "three", "two");
        // When
        require(client.delete("/v1/images?state=failed"), 204);
        // Then
        assertThat(names("/v1/images")).containsExactly("kept");
        assertThat(AgentClient.json(client.get("/v1/images/kept")).get("state").asText())
                .isEqualTo("ready");
        require(client.delete("/v1/images?state=failed"), 204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?state=ready", "?state=FAILED"})
    void nothingButFailedIngestsGoesAllAtOnce(String query) throws Exception {
        upload("kept");
        var refused = require(client.delete("/v1/images" + query), 400);
        assertThat(AgentClient.json(refused).get("detail").asText()).contains("?state=failed");
        assertThat(names("/v1/images")).containsExactly("kept");
    }

    @Test
    void noStateIsNotAllOfThem() throws Exception {
        upload("kept");
        var refused = require(client.delete("/v1/images?state="), 400);
        assertThat(AgentClient.json(refused).get("detail").asText()).contains("'state' has no value");
        assertThat(names("/v1/images")).containsExactly("kept");
    }
}

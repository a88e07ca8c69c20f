// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/** Looks at everything that can be seen from outside, and then removes it. Confined to one thread. */
final class SoakAudit {
    private static final Duration CLEARING = Duration.ofMinutes(2);

    private final SoakAgent agent;
    private final SoakImages images;
    private final SoakVolumes volumes;
    private final SoakTally tally;

    SoakAudit(SoakAgent agent, SoakImages images, SoakVolumes volumes, SoakTally tally) {
        this.agent = agent;
        this.images = images;
        this.volumes = volumes;
        this.tally = tally;
    }

    /** Fails at the first thing that is not as it must be. */
    void run() throws IOException {
        agent.process().terminate();
        agent.startAgain();
        images.settle(agent.images());
        volumes.requireNames(agent.process());
        requireOnlyRottenFound();
        for (String name : images.names()) {
            if (images.isRotten(name)) {
                requireQuarantined(name);
            } else {
                requireWhole(name);
            }
        }
        volumes.requireBytes(agent.process());
        requireNoLeftovers();
        removeEverything();
        requireEmpty();
        agent.process().terminate();
    }

    private void requireOnlyRottenFound() {
        Set<String> found = new TreeSet<>();
        JsonNode run = new Scrubs(agent.process()).run("*", "deep");
        Scrubs.findings(run).forEach(finding -> found.add(finding.path("target").asText()));
        Set<String> rotten = new TreeSet<>();
        images.rotten().forEach(name -> rotten.add("image/" + name));
        assertThat(found).as("what the last scrub found damaged").isEqualTo(rotten);
    }

    private void requireQuarantined(String name) {
        JsonNode image = agent.images().get(name);
        assertThat(image.path("state").asText()).as("state of %s", image).isEqualTo("quarantined");
        agent.images().content(name).run().requireProblem(409, "image-quarantined");
        tally.count("audit: rotten images in quarantine");
    }

    private void requireWhole(String name) throws IOException {
        JsonNode image = agent.images().get(name);
        assertThat(image.path("state").asText()).as("state of %s", image).isEqualTo("ready");
        assertThat(image.path("contentDigest").asText())
                .as("content of %s", image)
                .isEqualTo(images.naive(name).contentDigest());
        Path content = agent.images().download(name);
        assertThat(Files.mismatch(images.file(name), content))
                .as("the first byte of %s that differs", image)
                .isEqualTo(-1);
        Files.delete(content);
        requireClustersAddUp(image);
        tally.count("audit: whole images, byte for byte");
    }

    private void requireClustersAddUp(JsonNode image) {
        JsonNode clusters = VolumeScenarios.get(
                agent.process(), "/v1/images/" + image.path("name").asText() + "/clusters");
        long counted = 0;
        for (JsonNode run : clusters.path("allocated")) {
            counted += run.get(1).asLong();
        }
        long allocated = image.path("allocatedClusters").asLong();
        long clusterBytes = image.path("clusterSizeBytes").asLong();
        long lengthBytes = image.path("virtualSizeBytes").asLong();
        assertThat(counted).as("clusters counted of %s", image).isEqualTo(allocated);
        assertThat(image.path("totalClusters").asLong())
                .as("clusters of %s", image)
                .isEqualTo(-Math.floorDiv(-lengthBytes, clusterBytes));
        if (agent.setup().hasFiles()) {
            NaiveImage naive = images.naive(image.path("name").asText());
            assertThat(allocated).as("allocated of %s", image).isEqualTo(naive.clusters() - naive.zeroClusters());
        }
    }

    private void requireNoLeftovers() {
        if (!agent.setup().hasFiles()) {
            return;
        }
        Set<String> expected = new TreeSet<>();
        agent.images().list().forEach(image -> {
            expected.add("image-" + hex(image));
            expected.add("manifest-" + hex(image));
            if (image.path("state").asText().equals("quarantined")) {
                expected.add("quarantine-" + hex(image));
            }
        });
        VolumeScenarios.get(agent.process(), "/v1/volumes").forEach(volume -> {
            expected.add("volume-" + hex(volume));
            expected.add("label-" + hex(volume));
        });
        VolumeScenarios.get(agent.process(), "/v1/snapshots").forEach(snapshot -> {
            expected.add("snapshot-" + hex(snapshot));
            expected.add("manifest-" + hex(snapshot));
        });
        agent.process().pool().requireOnlyVolumes(expected);
    }

    private static String hex(JsonNode one) {
        return one.path("id").asText().replace("-", "");
    }

    private void removeEverything() {
        for (Optional<String> leaf = volumes.anyLeaf(); leaf.isPresent(); leaf = volumes.anyLeaf()) {
            VolumeScenarios.delete(agent.process(), "/v1/" + leaf.get());
            volumes.remove(leaf.get());
        }
        images.names().forEach(name -> agent.images().delete(name).require(204));
    }

    private void requireEmpty() {
        if (agent.setup().hasFiles()) {
            assertThat(pool("usedBytes")).as("bytes used by nothing").isZero();
            agent.process().pool().requireOnlyVolumes(Set.of());
        } else {
            Awaitility.await("clearing").atMost(CLEARING).until(() -> pool("unclearedClusters") == 0);
            assertThat(pool("usedBytes")).as("bytes used by nothing").isZero();
        }
    }

    private long pool(String field) {
        return VolumeScenarios.get(agent.process(), "/v1/pool").path(field).asLong(-1);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What may be in a pool and what must, by what an agent was told and has acknowledged. Whatever is not known here must
 * not be there. Confined to one thread.
 */
final class ExpectedImages {
    /** What is known of an image. */
    private enum Presence {
        /** Its upload or its deletion was begun, and not acknowledged. */
        POSSIBLE,
        /** It was acknowledged. */
        CERTAIN
    }

    private record Expected(Path file, String contentDigest, Presence presence) {}

    private final Map<String, Expected> images = new TreeMap<>();

    int size() {
        return images.size();
    }

    boolean has(String name) {
        return images.containsKey(name);
    }

    /** The name of one of them, at random. */
    String any(SplittableRandom random) {
        return List.copyOf(images.keySet()).get(random.nextInt(images.size()));
    }

    /** This file is being sent under this name. */
    void begun(String name, Path file) {
        Expected before =
                images.put(name, new Expected(file, NaiveImage.of(file).contentDigest(), Presence.POSSIBLE));
        assertThat(before).as("an earlier image %s", name).isNull();
    }

    /** Its deletion is being asked for. */
    void leaving(String name) {
        set(name, Presence.POSSIBLE);
    }

    /** It was said to be ready. */
    void acknowledged(String name) {
        set(name, Presence.CERTAIN);
    }

    /** It was said to be deleted. */
    void gone(String name) throws IOException {
        Files.delete(images.remove(name).file());
    }

    private void set(String name, Presence presence) {
        Expected expected = images.get(name);
        images.put(name, new Expected(expected.file(), expected.contentDigest(), presence));
    }

    /** Fails unless the agent and its pool have just what they must. What was only possible is then settled. */
    void settle(AgentProcess agent) throws IOException {
        List<JsonNode> present = agent.images().list();
        for (JsonNode image : present) {
            String name = image.path("name").asText();
            assertThat(images).as("expected, while there is %s", image).containsKey(name);
            requireWhole(agent.images(), image, images.get(name));
            acknowledged(name);
        }
        if (agent.setup().hasFiles()) {
            agent.pool().requireOnly(present);
        }
        List<String> names =
                present.stream().map(image -> image.path("name").asText()).toList();
        for (String name : new ArrayList<>(images.keySet())) {
            if (!names.contains(name)) {
                assertThat(images.get(name).presence())
                        .as("presence of image %s, which is not there", name)
                        .isEqualTo(Presence.POSSIBLE);
                gone(name);
            }
        }
    }

    private static void requireWhole(ImageClient client, JsonNode image, Expected expected) throws IOException {
        assertThat(image.path("state").asText()).as("state of %s", image).isEqualTo("ready");
        assertThat(image.path("contentDigest").asText())
                .as("content of %s", image)
                .isEqualTo(expected.contentDigest());
        Path content = client.download(image.path("name").asText());
        assertThat(Files.mismatch(expected.file(), content))
                .as("the first byte of %s that differs", image)
                .isEqualTo(-1);
        Files.delete(content);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/** The images there must be, and those there may be, by what the agent has answered. Confined to one thread. */
final class SoakImages {
    /** What is known of an image. */
    private enum Fate {
        /** Its upload or its deletion was begun, and not answered. */
        POSSIBLE,
        /** It was answered ready. */
        READY,
        /** The same, and then its bytes were damaged. */
        ROTTEN
    }

    private record Expected(Path file, NaiveImage naive, Fate fate) {}

    private final Map<String, Expected> images = new TreeMap<>();

    void begun(String name, Path file) {
        images.put(name, new Expected(file, NaiveImage.of(file), Fate.POSSIBLE));
    }

    void ready(String name) {
        set(name, Fate.READY);
    }

    /** Its deletion is being asked for. */
    void leaving(String name) {
        set(name, Fate.POSSIBLE);
    }

    void rotten(String name) {
        set(name, Fate.ROTTEN);
    }

    private void set(String name, Fate fate) {
        Expected expected = images.get(name);
        images.put(name, new Expected(expected.file(), expected.naive(), fate));
    }

    void gone(String name) throws IOException {
        Files.delete(images.remove(name).file());
    }

    int size() {
        return images.size();
    }

    boolean isRotten(String name) {
        return images.get(name).fate() == Fate.ROTTEN;
    }

    Path file(String name) {
        return images.get(name).file();
    }

    NaiveImage naive(String name) {
        return images.get(name).naive();
    }

    Set<String> names() {
        return new TreeSet<>(images.keySet());
    }

    Set<String> rotten() {
        Set<String> rotten = names();
        rotten.removeIf(name -> !isRotten(name));
        return rotten;
    }

    /** One of those that are whole and not in use, at random. */
    Optional<String> anyWhole(SplittableRandom random, Set<String> inUse) {
        List<String> whole = images.entrySet().stream()
                .filter(image -> image.getValue().fate() == Fate.READY)
                .map(Map.Entry::getKey)
                .filter(name -> !inUse.contains(name))
                .toList();
        return whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(random.nextInt(whole.size())));
    }

    /** After a start: fails unless the agent knows just the images it must. What was only possible is then settled. */
    void settle(ImageClient client) throws IOException {
        Set<String> present = new TreeSet<>();
        for (JsonNode image : client.list()) {
            String name = image.path("name").asText();
            present.add(name);
            assertThat(images).as("expected, while there is %s", image).containsKey(name);
            assertThat(image.path("state").asText())
                    .as("state of %s", image)
                    .isIn(isRotten(name) ? List.of("ready", "quarantined") : List.of("ready"));
            assertThat(image.path("contentDigest").asText())
                    .as("content of %s", image)
                    .isEqualTo(naive(name).contentDigest());
            if (!isRotten(name)) {
                ready(name);
            }
        }
        for (String name : new ArrayList<>(images.keySet())) {
            if (!present.contains(name)) {
                assertThat(images.get(name).fate())
                        .as("what is known of image %s, which is not there", name)
                        .isEqualTo(Fate.POSSIBLE);
                gone(name);
            }
        }
    }
}

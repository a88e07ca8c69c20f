// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The volumes and snapshots there must be, with their bytes. What is asked for is one after the other, and a write that
 * a kill cut off is sent again, so that each byte is known. Confined to one thread.
 */
final class SoakVolumes {
    /** One volume or snapshot. Confined to one thread. */
    static final class Content {
        private final byte[] bytes;
        private final Set<String> ancestors;

        /**
         * Takes the bytes over.
         *
         * @param ancestors paths of all it may stand on: {@code images/a}, {@code snapshots/b}
         */
        Content(byte[] bytes, Set<String> ancestors) {
            this.bytes = bytes;
            this.ancestors = Set.copyOf(ancestors);
        }

        /** Changed by writes. */
        byte[] bytes() {
            return bytes;
        }

        /** The same as a child of this. */
        Content child(String path, int sizeBytes) {
            Set<String> more = new TreeSet<>(ancestors);
            more.add(path);
            return new Content(Arrays.copyOf(bytes, sizeBytes), more);
        }
    }

    /** By path: {@code volumes/a}, {@code snapshots/b}. */
    private final Map<String, Content> contents = new TreeMap<>();

    void add(String path, Content content) {
        contents.put(path, content);
    }

    void remove(String path) {
        contents.remove(path);
    }

    Content get(String path) {
        return contents.get(path);
    }

    Optional<String> any(String kind, SplittableRandom random) {
        List<String> paths =
                contents.keySet().stream().filter(path -> path.startsWith(kind)).toList();
        return paths.isEmpty() ? Optional.empty() : Optional.of(paths.get(random.nextInt(paths.size())));
    }

    int count(String kind) {
        return (int)
                contents.keySet().stream().filter(path -> path.startsWith(kind)).count();
    }

    /** Whether anything may stand on it, so that the agent may refuse to delete it. */
    boolean mayStandOn(String path) {
        return contents.values().stream().anyMatch(content -> content.ancestors.contains(path));
    }

    /** The names of the images that anything may stand on. */
    Set<String> imagesInUse() {
        Set<String> names = new TreeSet<>();
        contents.values()
                .forEach(content -> content.ancestors.stream()
                        .filter(path -> path.startsWith("images/"))
                        .forEach(path -> names.add(path.substring("images/".length()))));
        return names;
    }

    /** Fails unless the agent knows just these. */
    void requireNames(AgentProcess agent) {
        for (String kind : List.of("volumes", "snapshots")) {
            Set<String> present = new TreeSet<>();
            VolumeScenarios.get(agent, "/v1/" + kind)
                    .forEach(one -> present.add(kind + "/" + one.path("name").asText()));
            Set<String> expected = new TreeSet<>(contents.keySet());
            expected.removeIf(path -> !path.startsWith(kind));
            assertThat(present).as(kind).isEqualTo(expected);
        }
    }

    /** Fails unless each of them holds its bytes. */
    void requireBytes(AgentProcess agent) throws IOException {
        for (Map.Entry<String, Content> one : contents.entrySet()) {
            byte[] actual = Files.readAllBytes(VolumeScenarios.content(agent, "/v1/" + one.getKey()));
            assertThat(Arrays.mismatch(actual, one.getValue().bytes()))
                    .as("the first byte of %s that differs", one.getKey())
                    .isEqualTo(-1);
        }
    }

    /** What can be deleted first comes first. */
    Optional<String> anyLeaf() {
        return contents.keySet().stream().filter(path -> !mayStandOn(path)).findFirst();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A file pool as it lies in its directory, behind the agent's back. Immutable.
 *
 * @param root the pool directory
 */
record PoolFiles(Path root) {
    /** The names of all volumes. */
    Set<String> volumes() {
        return names("volumes");
    }

    /** Where the bytes of an image lie; offsets are the image's. */
    Path data(JsonNode image) {
        return root.resolve("volumes").resolve("image-" + hex(image)).resolve("data");
    }

    /** Where the manifest of an image lies. */
    Path manifest(JsonNode image) {
        return root.resolve("volumes").resolve("manifest-" + hex(image)).resolve("data");
    }

    /** Fails unless the pool holds exactly what these images need. */
    void requireOnly(Collection<JsonNode> images) {
        Set<String> expected = new TreeSet<>();
        for (JsonNode image : images) {
            expected.add("image-" + hex(image));
            expected.add("manifest-" + hex(image));
        }
        assertThat(volumes()).as("the volumes in %s", root).isEqualTo(expected);
        requireNothingHalfMade();
    }

    /** Fails unless the pool holds exactly these volumes, and nothing on its way in or out. */
    void requireOnlyVolumes(Set<String> expected) {
        assertThat(volumes()).as("the volumes in %s", root).isEqualTo(expected);
        requireNothingHalfMade();
    }

    /** Fails if the pool holds anything of this image. */
    void requireNothingOf(JsonNode image) {
        assertThat(volumes()).as("the volumes in %s", root).noneMatch(volume -> volume.endsWith(hex(image)));
        requireNothingHalfMade();
    }

    private void requireNothingHalfMade() {
        assertThat(names("staging")).as("what is staged in %s", root).isEmpty();
        assertThat(names("trash")).as("the trash of %s", root).isEmpty();
    }

    private static String hex(JsonNode image) {
        return image.path("id").asText().replace("-", "");
    }

    private Set<String> names(String directory) {
        try (Stream<Path> entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class SeparatePlacesTest {
    @TempDir
    Path directory;

    @BeforeEach
    void makeSome() throws IOException {
        Files.createDirectories(directory.resolve("disk/pool"));
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("disk/pool"));
    }

    @ParameterizedTest
    @CsvSource({
        "disk/pool, disk/pool/state",
        "disk/pool, disk/pool/a/b/state",
        "disk/pool, disk/pool",
        "disk/pool, disk/pool/.",
        "disk/pool, disk/other/../pool/state",
        "disk/pool, link/state",
        "disk/pool, link",
        "link, disk/pool/state",
        "disk/pool, disk",
        "missing/pool, missing",
        "missing, missing/state",
        "missing, missing"
    })
    void oneInsideTheOtherIsRefused(String pool, String state) {
        assertThat(SeparatePlaces.problem(directory.resolve(pool), directory.resolve(state)))
                .get()
                .asString()
                .contains(
                        "scrubjay.pool.path=" + directory.resolve(pool),
                        "scrubjay.state.path=" + directory.resolve(state));
    }

    @ParameterizedTest
    @CsvSource({
        "disk/pool, disk/state",
        "disk/pool, disk/pool-state",
        "disk/pool, disk/pool/../state",
        "link, disk/state",
        "missing/pool, missing/state"
    })
    void oneBesideTheOtherIsRight(String pool, String state) {
        assertThat(SeparatePlaces.problem(directory.resolve(pool), directory.resolve(state)))
                .isEmpty();
    }

    /** The start is refused later; the pool must not have been touched by then. */
    @ParameterizedTest
    @CsvSource({"file, false", "FILE, false", "spdk, true", "memory, true"})
    void stateDirectoryIsNotMadeInsideThePool(String engine, boolean isMade) {
        // Given
        Path state = directory.resolve("disk/pool/state");

        // When
        var unused = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "scrubjay.engine", engine,
                                "scrubjay.pool.path",
                                        directory.resolve("disk/pool").toString(),
                                "scrubjay.state.path", state.toString()),
                        "configured",
                        100))
                .withInterceptors(new DependentDefaults())
                .build()
                .getConfigValue("quarkus.vertx.cache-directory");

        // Then
        assertThat(Files.exists(state)).isEqualTo(isMade);
    }

    @Test
    void defaultsAreApart() {
        assertThat(SeparatePlaces.problem(Path.of("data/pool"), Path.of("data/state")))
                .isEmpty();
    }
}

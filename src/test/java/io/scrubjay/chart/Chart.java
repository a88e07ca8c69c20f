// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import com.marcnuri.helm.Helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The chart of this repository. Thread-safe: what was rendered once is kept, and nobody changes it. */
final class Chart {
    static final Path DIRECTORY = Path.of("helm", "scrubjay");

    private static final String RELEASE = "test";
    private static final String NAMESPACE = "storage";
    private static final String OLDEST_KUBERNETES = "1.26.0";

    /** Lets the chart render, and nothing else. */
    static final String TOKENS = "auth: {tokensSecret: {name: scrubjay-tokens}}\n";

    private static final Map<Path, Rendered> SET_UPS = new ConcurrentHashMap<>();

    private Chart() {}

    /** All set-ups, by file. */
    static List<Path> setUps() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.sorted().toList();
        }
    }

    /** What a set-up becomes. */
    static Rendered setUp(String name) {
        return setUp(DIRECTORY.resolve("ci").resolve(name + "-values.yaml"));
    }

    /** What a set-up becomes. */
    static Rendered setUp(Path file) {
        return SET_UPS.computeIfAbsent(file, values -> render(RELEASE, NAMESPACE, values));
    }

    /**
     * What the chart's own values become with others laid over them.
     *
     * @param yaml the others
     * @throws IllegalStateException when Helm refuses them; its message is Helm's
     */
    static Rendered with(String yaml) {
        return with(RELEASE, NAMESPACE, yaml);
    }

    /** The same for a release and a namespace of other names. */
    static Rendered with(String release, String namespace, String yaml) {
        try {
            Path values = Files.createTempFile("scrubjay-values-", ".yaml");
            try {
                Files.writeString(values, yaml);
                return render(release, namespace, values);
            } finally {
                Files.delete(values);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Rendered render(String release, String namespace, Path values) {
        return Rendered.parse(new Helm(DIRECTORY)
                .template()
                .withName(release)
                .withNamespace(namespace)
                .withKubeVersion(OLDEST_KUBERNETES)
                .withValuesFile(values)
                .call());
    }

    /** A copy to change. */
    static void copyTo(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(DIRECTORY)) {
            for (Path path : all.toList()) {
                Files.copy(path, directory.resolve(DIRECTORY.relativize(path).toString()));
            }
        }
    }
}

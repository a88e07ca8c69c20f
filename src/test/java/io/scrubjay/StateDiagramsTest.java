// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import io.scrubjay.image.ImageState;
import io.scrubjay.scrub.ScrubRunState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** The transitions that the Javadoc of a life cycle lists are the ones that its states have methods for. */
class StateDiagramsTest {
    private static final Pattern DIAGRAM = Pattern.compile("<pre>\n(.*?) \\* </pre>", Pattern.DOTALL);
    private static final Pattern LINE = Pattern.compile(" \\*   (\\w+) *(?:──▶ (.*))?");

    @ParameterizedTest
    @ValueSource(classes = {ImageState.class, ScrubRunState.class})
    void theDiagramListsTheTransitionsThereAre(Class<?> states) throws IOException {
        Path source = Path.of("src/main/java", states.getName().replace('.', '/') + ".java");

        Map<String, Set<String>> drawn = drawn(Files.readString(source));

        assertThat(drawn).isEqualTo(written(states)).isNotEmpty();
    }

    private static Map<String, Set<String>> drawn(String source) {
        Matcher diagram = DIAGRAM.matcher(source);
        assertThat(diagram.find()).as("there is a diagram").isTrue();
        return diagram.group(1)
                .lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(
                        line -> line.group(1), StateDiagramsTest::targets, StateDiagramsTest::both, TreeMap::new));
    }

    private static Set<String> targets(Matcher line) {
        return line.group(2) == null
                ? Set.of()
                : Arrays.stream(line.group(2).split("\\|", -1))
                        .map(String::strip)
                        .collect(Collectors.toSet());
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        Set<String> both = new TreeSet<>(one);
        both.addAll(other);
        return both;
    }

    /** What each state's methods lead to. */
    private static Map<String, Set<String>> written(Class<?> states) {
        Map<String, Set<String>> written = new TreeMap<>();
        for (Class<?> state : states.getDeclaredClasses()) {
            if (state.isRecord() && states.isAssignableFrom(state)) {
                written.put(
                        word(state),
                        Arrays.stream(state.getMethods())
                                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                                .filter(method -> !method.isBridge())
                                .map(Method::getReturnType)
                                .filter(states::isAssignableFrom)
                                .map(StateDiagramsTest::word)
                                .collect(Collectors.toSet()));
            }
        }
        return written;
    }

    private static String word(Class<?> state) {
        return state.getSimpleName().toLowerCase(Locale.ROOT);
    }
}

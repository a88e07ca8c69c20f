// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** What the build has made: a jar, or a native executable. Immutable. */
sealed interface BuiltAgent {
    /** Set, and not empty, when it was an executable. */
    String EXECUTABLE_PROPERTY = "scrubjay.test.executable";

    /** The one under test. */
    static BuiltAgent current() {
        return Optional.ofNullable(System.getProperty(EXECUTABLE_PROPERTY))
                .filter(path -> !path.isBlank())
                .<BuiltAgent>map(path -> new Executable(Path.of(path)))
                .orElseGet(() -> new Jar(
                        Path.of(System.getProperty("scrubjay.test.jar", "target/quarkus-app/quarkus-run.jar"))));
    }

    /** What starts it with options that Java takes. */
    List<String> command(Workspace workspace, List<String> options);

    /** Run by the Java that runs the tests. */
    record Jar(Path file) implements BuiltAgent {
        @Override
        public List<String> command(Workspace workspace, List<String> options) {
            assertThat(file).as("the jar comes from mvn package").exists();
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:ErrorFile=" + workspace.file("hs_err_%p"));
            command.addAll(options);
            command.add("-jar");
            command.add(file.toAbsolutePath().toString());
            return command;
        }
    }

    /** Run by itself. */
    record Executable(Path file) implements BuiltAgent {
        @Override
        public List<String> command(Workspace workspace, List<String> options) {
            assertThat(file).as("the executable comes from ./dev native").exists();
            List<String> command = new ArrayList<>();
            command.add(file.toAbsolutePath().toString());
            options.stream().filter(Executable::knows).forEach(command::add);
            return command;
        }

        /** Assertions are compiled in or not, and what HotSpot takes besides has no meaning here. */
        private static boolean knows(String option) {
            return option.startsWith("-D")
                    || option.equals("-XX:+ExitOnOutOfMemoryError")
                    || (option.startsWith("-X") && !option.startsWith("-XX:"));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.tools;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** What the scripts tell whoever waits for them. Other programs stand in for Maven and Java. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ScriptsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath();

    @TempDir
    Path directory;

    private record Ended(int status, String output) {}

    @BeforeEach
    void copyTools() throws IOException, InterruptedException {
        assertThat(run(ROOT, List.of("cp", "-r", "tools", directory.toString())).status())
                .isZero();
        Files.createDirectory(directory.resolve("bin"));
    }

    @Test
    void whatTakesLongIsToldOfWhileItDoes() throws Exception {
        // When: the script goes on only once it has been told something
        Ended ended = run("""
                . tools/telling.sh
                mkfifo told
                exec 3<>told
                start_telling 0.1 echo "still at it" 2>&3
                read -r line <&3
                stop_telling
                echo "read: $line"
                """);

        // Then
        assertThat(ended.status()).isZero();
        assertThat(ended.output()).contains("read: still at it (");
    }

    @Test
    void stageOfABuildIsNamed() throws Exception {
        // Given
        Files.writeString(directory.resolve("log"), """
                [INFO] --- compiler:3.14.1:compile (default-compile) @ scrubjay ---
                [INFO] --- maven-surefire-plugin:3.5.4:test (default-test) @ scrubjay ---
                [INFO] Running io.scrubjay.block.ByteRangeTest
                """);

        // When
        Ended ended = run(". tools/telling.sh\n. tools/build.sh\nmaven_stage log\n");

        // Then
        assertThat(ended.output()).isEqualTo("dev: running the unit tests, ByteRangeTest\n");
    }

    @Test
    void failedBuildShowsItsLog() throws Exception {
        // Given
        program("mvn", "echo '[ERROR] it broke'; exit 1");

        // When
        Ended ended = run(". tools/telling.sh\n. tools/build.sh\npackage_agent\necho never\n");

        // Then
        assertThat(ended.status()).isNotZero();
        assertThat(ended.output()).contains("[ERROR] it broke").doesNotContain("never");
    }

    @Test
    void outputOfTheTestRunnerStaysTheLast() throws Exception {
        // Given
        program("mvn", "echo '[INFO] BUILD SUCCESS'; echo '[INFO] Finished'");

        // When
        Ended ended = run(". tools/telling.sh\n. tools/build.sh\ntell_seconds=0.05\nmaven verify\n");

        // Then
        assertThat(ended.status()).isZero();
        assertThat(ended.output()).endsWith("[INFO] BUILD SUCCESS\n[INFO] Finished\n");
    }

    @Test
    void eachClassWithSkippedTestsIsToldOfWithTheReasonBehindWhatTheTestRunnerSays() throws Exception {
        // Given
        program("mvn", """
                mkdir -p target/surefire-reports target/failsafe-reports
                cat >target/surefire-reports/TEST-io.scrubjay.engine.file.FileEngineTest.xml <<'XML'
                <testsuite name="io.scrubjay.engine.file.FileEngineTest" tests="3" errors="0" skipped="2" failures="0">
                  <testcase name="runs" classname="io.scrubjay.engine.file.FileEngineTest" time="0.0"/>
                  <testcase name="one" classname="io.scrubjay.engine.file.FileEngineTest" time="0.0">
                    <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: needs root & a mount
                	at io.scrubjay.engine.CapacityContract.assumeLimited(CapacityContract.java:17)
                ]]></skipped>
                  </testcase>
                  <testcase name="two" classname="io.scrubjay.engine.file.FileEngineTest" time="0.0">
                    <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: needs root & a mount
                ]]></skipped>
                  </testcase>
                </testsuite>
                XML
                cat >target/failsafe-reports/TEST-io.scrubjay.it.SpdkKillIT.xml <<'XML'
                <testsuite name="io.scrubjay.it.SpdkKillIT" tests="1" errors="0" skipped="1" failures="0">
                  <testcase name="" classname="io.scrubjay.it.SpdkKillIT" time="0.0">
                    <skipped message="&quot;pkg-config&quot; knows no SPDK"/>
                  </testcase>
                </testsuite>
                XML
                echo '[INFO] BUILD SUCCESS'
                exit "$(cat status)"
                """);
        program("make", "true");
        program("promtool", "true");
        Files.createDirectories(directory.resolve("target/surefire-reports"));
        Files.writeString(
                directory.resolve("target/surefire-reports/TEST-io.scrubjay.OldTest.xml"),
                "<testcase name=\"a\" classname=\"io.scrubjay.OldTest\"><skipped message=\"of another run\"/></testcase>");
        // There is no C code here to look at.
        String run = ". tools/telling.sh\n. tools/build.sh\ncheck_c_layout() { :; }\nrun_tests\n";

        for (int status : List.of(0, 1)) {
            // When
            Files.writeString(directory.resolve("status"), Integer.toString(status));
            Ended ended = run("touch -d '1 hour ago' target/surefire-reports/TEST-io.scrubjay.OldTest.xml\n" + run);

            // Then
            assertThat(ended.status()).isEqualTo(status);
            assertThat(ended.output()).endsWith("""
                    [INFO] BUILD SUCCESS
                    dev: skipped 2 of FileEngineTest: needs root & a mount
                    dev: skipped 1 of SpdkKillIT: "pkg-config" knows no SPDK
                    """);
        }
    }

    @Test
    void agentThatDoesNotStartShowsItsLogAtOnce() throws Exception {
        // Given
        Files.createFile(
                Files.createDirectories(directory.resolve("target/quarkus-app")).resolve("quarkus-run.jar"));
        program("java", "echo 'the agent does not start: no reason'; exit 78");

        // When
        Ended ended = run("JAVA_HOME=$PWD\n. tools/telling.sh\n. tools/agent.sh\nmake_workspace x\nstart_agent\n");

        // Then
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output()).contains("FAILED: the agent ended", "the agent does not start: no reason");
        assertThat(directory.resolve("target")).isDirectoryNotContaining("glob:**x.*");
    }

    @Test
    void shellcheckFindsNothing() throws Exception {
        assumeThat(run("command -v shellcheck").status())
                .as("shellcheck is not installed: './dev test' installs it")
                .isZero();
        List<String> command = new ArrayList<>(List.of("shellcheck", "-x", "dev", ".ci/run", "src/main/c/acyclic.sh"));
        try (Stream<Path> scripts = Files.list(ROOT.resolve("tools"))) {
            scripts.map(script -> "tools/" + script.getFileName()).forEach(command::add);
        }
        assertThat(run(ROOT, command)).isEqualTo(new Ended(0, ""));
    }

    private void program(String name, String script) throws IOException {
        Files.createFile(
                directory.resolve("bin").resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(directory.resolve("bin").resolve(name), "#!/bin/sh\n" + script + "\n");
    }

    private Ended run(String script) throws IOException, InterruptedException {
        return run(directory, List.of("bash", "-c", "set -euo pipefail\nPATH=$PWD/bin:$PATH\n" + script));
    }

    private static Ended run(Path where, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), text);
        }
    }
}

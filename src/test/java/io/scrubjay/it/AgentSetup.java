// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How an agent is started. Immutable.
 *
 * @param name what its logs are called
 * @param pool the pool directory
 * @param state the state directory
 * @param jvmOptions for the virtual machine
 * @param properties the agent's configuration
 * @param launcher what runs it: a program and its arguments; empty for nothing but the system
 */
record AgentSetup(
        Workspace workspace,
        String name,
        Path pool,
        Path state,
        List<String> jvmOptions,
        Map<String, String> properties,
        List<String> launcher) {
    /** How the images start it. */
    private static final List<String> AS_IN_THE_IMAGES =
            List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-ea:io.scrubjay...");

    /** The first compiler alone: most agents of tests live for a few seconds, in which the second only takes time. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    AgentSetup {
        jvmOptions = List.copyOf(jvmOptions);
        launcher = List.copyOf(launcher);
        properties = Map.copyOf(properties);
    }

    static AgentSetup of(Workspace workspace, String name) {
        return plain(workspace, name).withJvm(ClassArchive.options().toArray(String[]::new));
    }

    /** The same agent, which loads its classes from the jar. */
    static AgentSetup plain(Workspace workspace, String name) {
        return new AgentSetup(
                workspace,
                name,
                workspace.file(name + "-pool"),
                workspace.file(name + "-state"),
                Stream.concat(AS_IN_THE_IMAGES.stream(), QUICK.stream()).toList(),
                // Nothing starts by itself while tests look.
                Map.of(
                        "scrubjay.scrub.deep-cron", "off",
                        "scrubjay.scrub.light-cron", "off",
                        "scrubjay.scrub.rate-limit", "0"),
                List.of());
    }

    /** The same agent with all compilers and the collector that the virtual machine chooses, as the images start it. */
    AgentSetup asInTheImages() {
        return new AgentSetup(workspace, name, pool, state, AS_IN_THE_IMAGES, properties, launcher);
    }

    AgentSetup withPool(Path path) {
        return new AgentSetup(workspace, name, path, state, jvmOptions, properties, launcher);
    }

    AgentSetup withState(Path path) {
        return new AgentSetup(workspace, name, pool, path, jvmOptions, properties, launcher);
    }

    /** The same agent with an SPDK pool on a file, which it makes there if need be. */
    AgentSetup onDevice(Path device) {
        return with("scrubjay.engine", "spdk")
                .with("scrubjay.spdk.device", "aio:" + device)
                .with("scrubjay.spdk.reserve", "0")
                .with("scrubjay.pool.format", "if-blank");
    }

    AgentSetup with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(key, value);
        return new AgentSetup(workspace, name, pool, state, jvmOptions, more, launcher);
    }

    AgentSetup withJvm(String... options) {
        List<String> more = new ArrayList<>(jvmOptions);
        more.addAll(List.of(options));
        return new AgentSetup(workspace, name, pool, state, more, properties, launcher);
    }

    /** The same agent, which may have so many files and connections open. */
    AgentSetup withFilesMax(int files) {
        return launchedBy("prlimit", "--nofile=" + files + ":" + files);
    }

    /** The same agent, run by this program with these arguments. */
    AgentSetup launchedBy(String... words) {
        return new AgentSetup(workspace, name, pool, state, jvmOptions, properties, List.of(words));
    }

    /** Starts an agent, and waits until it is ready. */
    AgentProcess start() {
        AgentProcess agent = launch();
        agent.awaitReady();
        return agent;
    }

    /** Starts an agent, and does not wait. */
    AgentProcess launch() {
        return workspace.closing(AgentProcess.launch(this));
    }

    /** Whether the pool's files are there to be looked at. */
    boolean hasFiles() {
        return !properties.containsKey("scrubjay.engine");
    }

    PoolFiles files() {
        return new PoolFiles(pool);
    }
}

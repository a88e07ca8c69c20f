// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The agent's classes as the virtual machine lays them out in memory (class data sharing): an agent that maps them
 * needs a quarter less processor time to start. Made once for each jar, by the first process of tests that needs it,
 * while the others wait. An agent that cannot use it starts without.
 */
final class ClassArchive {
    /** Nothing is said of an archive that does not fit, such as for an agent with another collector. */
    private static final String SILENT = "-Xlog:cds=off,cds+dynamic=off,class+path=off";

    private ClassArchive() {}

    /** What makes a virtual machine use it; nothing for an executable. */
    static List<String> options() {
        return Options.ALL;
    }

    /** Made when first needed, once in a process. */
    private static final class Options {
        private static final List<String> ALL =
                BuiltAgent.current() instanceof BuiltAgent.Jar jar ? using(madeFor(jar)) : List.of();
    }

    private static List<String> using(Path archive) {
        return List.of("-XX:SharedArchiveFile=" + archive, SILENT);
    }

    private static Path madeFor(BuiltAgent.Jar jar) {
        Workspace workspace = Workspace.of(ClassArchive.class);
        try {
            Files.createDirectories(workspace.directory());
            // The virtual machine refuses an archive of a jar that was written again since.
            long version = Files.getLastModifiedTime(jar.file()).toMillis();
            Path archive = workspace.file("agent-" + version + ".jsa");
            Path lock = workspace.file("lock");
            try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = file.lock()) {
                assert held.isValid();
                if (!Files.exists(archive)) {
                    make(workspace, archive);
                }
            }
            return archive;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Has an agent start, take an image, and leave its classes behind when it ends. */
    private static void make(Workspace workspace, Path archive) throws IOException {
        Path unfinished = workspace.fresh("unfinished");
        Path image = workspace.fresh("image");
        Files.write(image, new byte[100_000]);
        AgentSetup setup = AgentSetup.plain(workspace, "archived").withJvm("-XX:ArchiveClassesAtExit=" + unfinished);
        try (AgentProcess agent = setup.start()) {
            agent.images().upload("image", image);
            agent.images().delete("image");
            agent.terminate();
        }
        Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.NativeLibrary;
import io.scrubjay.scrub.StateDatabase;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Prepares the state directory: only the agent's user can access its files. Files that libraries unpack for the
 * lifetime of a process are put there instead of into {@code /tmp}, and the next start removes them, however this
 * process ends.
 *
 * <p>Thread-safe: prepared once, guarded by the class.
 */
final class StateDirectory {
    private static final String UNPACKED = "unpacked";
    private static final String LOCK = "unpacked.lock";
    private static final String BALLAST = "ballast";
    /** Twice the size of the libraries, including SQLite's, and of the files that Vert.x unpacks. */
    private static final int UNPACKED_BYTES = 16 << 20;

    private static final String SQLITE_DIRECTORY = "org.sqlite.tmpdir";

    private static final Set<PosixFilePermission> OWN_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWN_FILE = PosixFilePermissions.fromString("rw-------");

    /** The lock file, open as long as the process lives: the process with the lock owns the directory. */
    private static FileChannel held;

    private StateDirectory() {}

    /**
     * Claims the directory for this agent, and makes native libraries be unpacked there.
     *
     * @return where to put files that are needed until the process ends; empty if none can be put there, or they do not
     *     fit: the agent then starts without its state and uses {@code /tmp}
     */
    static synchronized Optional<Path> prepare(Path state) {
        try {
            Path directory = state.toAbsolutePath();
            makeOwn(directory);
            restrictFiles(directory);
            Optional<Path> unpacked = emptied(directory).filter(StateDirectory::hasRoom);
            // No library can be loaded from a file system without permission to execute: /tmp is used for libraries.
            unpacked.filter(place -> !Mounts.now().forbidLibrariesIn(place))
                    .ifPresent(StateDirectory::haveLibrariesUnpacked);
            return unpacked;
        } catch (IOException | UnsupportedOperationException unusable) {
            // The code that opens the database there reports it: there is no log yet.
            return Optional.empty();
        }
    }

    private static void haveLibrariesUnpacked(Path directory) {
        NativeLibrary.unpackInto(directory);
        if (System.getProperty(SQLITE_DIRECTORY) == null) {
            System.setProperty(SQLITE_DIRECTORY, directory.toString());
        }
        ZstdLibrary.unpackInto(directory);
    }

    /** The directory after its old files were removed; a second agent does not touch the files of the first one. */
    private static Optional<Path> emptied(Path directory) throws IOException {
        Path unpacked = directory.resolve(UNPACKED);
        if (held == null) {
            FileChannel channel = FileChannel.open(
                    directory.resolve(LOCK),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    own(OWN_FILE));
            if (!locked(channel)) {
                channel.close();
                return Optional.empty();
            }
            held = channel;
            remove(unpacked);
        }
        makeOwn(unpacked);
        return Optional.of(unpacked);
    }

    /** Whether there is room for all unpacked files. Only writing shows that: bytes, inodes and quotas count. */
    private static boolean hasRoom(Path directory) {
        try (FileChannel ballast = FileChannel.open(
                directory.resolve(BALLAST),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer zeroes = ByteBuffer.allocate(UNPACKED_BYTES / 16);
            while (ballast.size() < UNPACKED_BYTES) {
                ballast.write(zeroes.rewind(), ballast.size());
            }
            return true;
        } catch (IOException full) {
            return false;
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    private static void makeOwn(Path directory) throws IOException {
        Files.createDirectories(directory, own(OWN_DIRECTORY));
        restrict(directory, OWN_DIRECTORY);
    }

    /** Restricts access to the files. SQLite gives the files next to a database the mode of the database. */
    private static void restrictFiles(Path directory) throws IOException {
        Path database = directory.resolve(StateDatabase.FILE_NAME);
        if (Files.notExists(database)) {
            Files.createFile(database, own(OWN_FILE));
        }
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(Files::isRegularFile).forEach(file -> restrict(file, OWN_FILE));
        }
    }

    /** Restricts access. A mounted directory may belong to somebody else, who then decides who may access it. */
    private static void restrict(Path path, Set<PosixFilePermission> permissions) {
        try {
            Files.setPosixFilePermissions(path, permissions);
        } catch (IOException notOurs) {
            return;
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> own(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    private static void remove(Path tree) throws IOException {
        if (Files.notExists(tree)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> walk = Files.walk(tree)) {
            entries = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }
}

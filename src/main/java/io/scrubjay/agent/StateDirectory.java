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
 * The state directory as a place for files: nobody but the agent's user gets at them, and what libraries unpack for the
 * time of a process lies there instead of in {@code /tmp}, to be removed by the next start however this one ends.
 *
 * <p>Thread-safe: prepared once, guarded by the class.
 */
final class StateDirectory {
    private static final String UNPACKED = "unpacked";
    private static final String LOCK = "unpacked.lock";
    private static final String BALLAST = "ballast";
    /** The libraries, SQLite's too, and what Vert.x unpacks, twice over. */
    private static final int UNPACKED_BYTES = 16 << 20;

    private static final String SQLITE_DIRECTORY = "org.sqlite.tmpdir";

    private static final Set<PosixFilePermission> OWN_DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWN_FILE = PosixFilePermissions.fromString("rw-------");

    /** Kept open for as long as the process lives: the directory's owner is whoever has the lock. */
    private static FileChannel held;

    private StateDirectory() {}

    /**
     * Makes the directory the agent's own, and has native libraries unpacked there.
     *
     * @return where files may be put that are needed until the process ends; nothing where none can be, or do not fit: the agent
     *     starts without its state, and {@code /tmp} has to do
     */
    static synchronized Optional<Path> prepare(Path state) {
        try {
            Path directory = state.toAbsolutePath();
            makeOwn(directory);
            restrictFiles(directory);
            Optional<Path> unpacked = emptied(directory).filter(StateDirectory::hasRoom);
            // Where nothing may be executed no library can be loaded from: /tmp has to do for these.
            unpacked.filter(place -> !Mounts.now().forbidLibrariesIn(place))
                    .ifPresent(StateDirectory::haveLibrariesUnpacked);
            return unpacked;
        } catch (IOException | UnsupportedOperationException unusable) {
            // Whoever opens the database there says so: there is no log yet.
            return Optional.empty();
        }
    }

    private static void haveLibrariesUnpacked(Path directory) {
        NativeLibrary.unpackInto(directory);
        if (System.getProperty(SQLITE_DIRECTORY) == null) {
            System.setProperty(SQLITE_DIRECTORY, directory.toString());
        }
    }

    /** A second agent leaves the first one's files alone. */
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

    /** Whether there is room for all that is unpacked. Only writing it shows that: bytes, inodes and quotas count. */
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

    /** SQLite gives the files beside a database the mode of the database. */
    private static void restrictFiles(Path directory) throws IOException {
        Path database = directory.resolve(StateDatabase.FILE_NAME);
        if (Files.notExists(database)) {
            Files.createFile(database, own(OWN_FILE));
        }
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(Files::isRegularFile).forEach(file -> restrict(file, OWN_FILE));
        }
    }

    /** A directory that is mounted may be somebody else's, who then says who gets at it. */
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

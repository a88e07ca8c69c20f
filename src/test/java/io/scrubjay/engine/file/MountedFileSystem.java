// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small file system of a chosen kind, mounted until it is closed. Whoever may not mount, or has no such {@code mkfs},
 * gets a skipped test that says so.
 */
public final class MountedFileSystem implements AutoCloseable {
    private final Path mountPoint;
    private final List<String> mount;

    private MountedFileSystem(Path mountPoint, List<String> mount) {
        this.mountPoint = mountPoint;
        this.mount = mount;
    }

    /** In a file inside this directory, with loop device. */
    public static MountedFileSystem inFile(Path directory, long sizeBytes, String... mkfs) {
        return inFile(directory, sizeBytes, List.of(), mkfs);
    }

    private static MountedFileSystem inFile(Path directory, long sizeBytes, List<String> type, String... mkfs) {
        Path image = directory.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(sizeBytes);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        List<String> make = new ArrayList<>(List.of(mkfs));
        make.add(image.toString());
        require(make);
        List<String> mount = new ArrayList<>(type);
        mount.addAll(List.of("-o", "loop", image.toString()));
        return mounted(directory, mount.toArray(String[]::new));
    }

    /** NTFS by way of {@code ntfs-3g}, which does not tell holes from data. */
    public static MountedFileSystem ntfs3g(Path directory, long sizeBytes) {
        return inFile(directory, sizeBytes, List.of("-t", "ntfs-3g"), "mkfs.ntfs", "-q", "-Q", "-F");
    }

    /** In memory: {@code tmpfs}, {@code ramfs}. */
    public static MountedFileSystem inMemory(Path directory, String type, String options) {
        return mounted(directory, "-t", type, "-o", options, type);
    }

    /** In memory, over a directory that is there. */
    public static MountedFileSystem over(Path directory, String type) {
        return mountedOn(directory, "-t", type, type);
    }

    /** Unmounts it under all who use it, as {@code umount -l} does. */
    public void detach() {
        require(List.of("umount", "-l", mountPoint.toString()));
    }

    /** Mounts it where it was. */
    public void attach() {
        require(mount);
    }

    /** Lets all who write to it wait, until it is thawed. */
    public void freeze() {
        require(List.of("fsfreeze", "-f", mountPoint.toString()));
    }

    /** Ends {@link #freeze}. */
    public void thaw() {
        require(List.of("fsfreeze", "-u", mountPoint.toString()));
    }

    /** Makes an ext4 read-only, as a failed write of its journal does. */
    public void abort() {
        require(List.of("mount", "-o", "remount,abort", mountPoint.toString()));
    }

    /** Makes it read-only; nobody has a file of it open for writing. */
    public void makeReadOnly() {
        require(List.of("mount", "-o", "remount,ro", mountPoint.toString()));
    }

    /** Has an ext4 refuse all writes to one of its files, also to whoever has it open; it can be read. */
    public static void refuseWrites(Path file) {
        require(List.of("chattr", "+i", file.toString()));
    }

    /** Ends {@link #refuseWrites}. */
    public static void takeWrites(Path file) {
        require(List.of("chattr", "-i", file.toString()));
    }

    public Path path() {
        return mountPoint;
    }

    @Override
    public void close() {
        if (run(List.of("umount", mountPoint.toString())) != 0) {
            throw new AssertionError("something still uses " + mountPoint);
        }
    }

    private static MountedFileSystem mounted(Path directory, String... arguments) {
        Path mountPoint = directory.resolve("mounted");
        try {
            Files.createDirectory(mountPoint);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        return mountedOn(mountPoint, arguments);
    }

    private static MountedFileSystem mountedOn(Path mountPoint, String... arguments) {
        List<String> mount = new ArrayList<>(List.of("mount"));
        mount.addAll(List.of(arguments));
        mount.add(mountPoint.toString());
        require(mount);
        return new MountedFileSystem(mountPoint, mount);
    }

    private static void require(List<String> command) {
        Assumptions.assumeTrue(
                run(command) == 0,
                () -> "cannot run '" + String.join(" ", command)
                        + "': run the tests as root; 'unshare --map-root-user --mount' is enough for one in memory");
    }

    private static int run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                System.err.println(String.join(" ", command) + ": " + output.strip());
            }
            return status;
        } catch (IOException absent) {
            return -1;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}

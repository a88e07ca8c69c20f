// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A file system of its own, small enough to be filled, and within reach below. Only root can have one. Closing unmounts
 * it; whoever uses it has ended by then.
 */
final class SmallDisk implements AutoCloseable {
    /** What a small file system is made of. */
    enum Kind {
        /** A file with ext4 in it: there is a medium below the page cache. */
        EXT4_ON_LOOP,
        /** Memory: there is no way around the page cache. */
        TMPFS
    }

    private final Path mountPoint;
    private final Path medium;

    private SmallDisk(Path mountPoint, Path medium) {
        this.mountPoint = mountPoint;
        this.medium = medium;
    }

    /** Makes and mounts one, or says in one line why that cannot be. */
    static Optional<SmallDisk> mount(Workspace workspace, Kind kind, int mebibytes) {
        Path mountPoint = workspace.fresh("mnt");
        Path medium = Path.of(mountPoint + ".img");
        Command.run("mkdir", mountPoint.toString());
        Command.Result result = switch (kind) {
            case EXT4_ON_LOOP -> mountLoop(mountPoint, medium, mebibytes);
            case TMPFS ->
                Command.attempt(
                        "mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mountPoint.toString());
        };
        if (result.status() != 0) {
            System.out.println("skipped: " + kind + " cannot be mounted here: "
                    + result.output().strip());
            return Optional.empty();
        }
        return Optional.of(workspace.closing(new SmallDisk(mountPoint, medium)));
    }

    private static Command.Result mountLoop(Path mountPoint, Path medium, int mebibytes) {
        Command.run("truncate", "-s", mebibytes + "M", medium.toString());
        Command.run("mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", medium.toString());
        return Command.attempt("mount", "-o", "loop", medium.toString(), mountPoint.toString());
    }

    /** Makes an ext4 of a medium that is there, and mounts it; or says in one line why that cannot be. */
    static Optional<SmallDisk> onMedium(Workspace workspace, Path medium, String... mkfs) {
        Path mountPoint = workspace.fresh("mnt");
        Command.run("mkdir", mountPoint.toString());
        List<String> make = new ArrayList<>(List.of("mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-b", "4096"));
        make.addAll(List.of(mkfs));
        make.add(medium.toString());
        Command.run(make.toArray(String[]::new));
        SmallDisk disk = new SmallDisk(mountPoint, medium);
        Command.Result result = disk.attemptMount();
        if (result.status() != 0) {
            System.out.println("skipped: " + medium + " cannot be mounted here: "
                    + result.output().strip());
            return Optional.empty();
        }
        return Optional.of(workspace.closing(disk));
    }

    private Command.Result attemptMount() {
        Command.Result mounted =
                Command.attempt("mount", "-o", "loop,errors=continue", medium.toString(), mountPoint.toString());
        if (mounted.status() != 0) {
            return mounted;
        }
        // Or the loop device answers for the medium, out of the page cache.
        String device = Command.run("findmnt", "-n", "-o", "SOURCE", mountPoint.toString());
        Command.Result direct = Command.attempt("losetup", "--direct-io=on", device.strip());
        if (direct.status() != 0) {
            close();
        }
        return direct;
    }

    /** What an administrator does after errors: nobody uses it meanwhile. */
    void checkAndMountAgain() {
        close();
        Command.Result check = Command.attempt("e2fsck", "-f", "-y", medium.toString());
        // 1: errors were found, and mended.
        assertThat(check.status()).as(check.output()).isLessThanOrEqualTo(1);
        Command.Result mounted = attemptMount();
        assertThat(mounted.status()).as(mounted.output()).isZero();
    }

    /** A directory on it. */
    Path directory(String name) {
        return mountPoint.resolve(name);
    }

    /** The file that is its medium. */
    Path medium() {
        return medium;
    }

    /** Takes all of its room but this. */
    Path fillLeaving(long bytes) {
        Path ballast = directory("ballast");
        long free = mountPoint.toFile().getUsableSpace();
        Command.run("fallocate", "-l", Long.toString(free - bytes), ballast.toString());
        return ballast;
    }

    /** Takes all of its room, to the last block. */
    Path fillUp() {
        Path ballast = directory("ballast");
        Command.Result full = Command.attempt("dd", "if=/dev/zero", "of=" + ballast, "bs=4096");
        assertThat(full.status()).as("dd into a disk that becomes full").isNotZero();
        return ballast;
    }

    /** Makes it read-only; nobody has a file of it open for writing. */
    void makeReadOnly() {
        Command.run("mount", "-o", "remount,ro", mountPoint.toString());
    }

    /** Where on the medium the byte of a file lies that is at this offset, a multiple of 4096. */
    long placeOnMedium(Path file, long offsetBytes) {
        String blocks = Command.run("filefrag", "-b4096", "-v", "-s", file.toString());
        long block = offsetBytes / 4096;
        for (String line : blocks.lines().toList()) {
            String[] fields = line.strip().split("[ :.]+", -1);
            if (fields.length > 5 && fields[0].matches("\\d+")) {
                long first = Long.parseLong(fields[1]);
                long last = Long.parseLong(fields[2]);
                if (first <= block && block <= last) {
                    return (Long.parseLong(fields[3]) + block - first) * 4096 + offsetBytes % 4096;
                }
            }
        }
        throw new AssertionError("no block of " + file + " holds byte " + offsetBytes + ":\n" + blocks);
    }

    @Override
    public void close() {
        Command.Result result = Command.attempt("umount", mountPoint.toString());
        assertThat(result.status()).as(result.output()).isZero();
    }
}

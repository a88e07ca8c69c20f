// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Restricts a pool's directory to the agent's user: the files in it belong to tenants, and anybody who can write there
 * can remove volumes. Stateless.
 */
final class OwnDirectory {
    private static final System.Logger LOG = System.getLogger(OwnDirectory.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private OwnDirectory() {}

    /**
     * The real path of a directory. Creates the directory if it is absent, with access for this user only, and its
     * missing parents with the usual mode.
     *
     * @throws EngineException.PoolUnusable when it cannot be created or opened
     */
    static Path existing(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                if (path.getParent() != null) {
                    Files.createDirectories(path.getParent());
                }
                Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            return path.toRealPath();
        } catch (IOException failed) {
            throw new EngineException.PoolUnusable(
                    "the pool directory " + path + " cannot be made or opened: " + trouble(failed),
                    "name a directory that the agent's user may write",
                    Optional.of(failed));
        }
    }

    /**
     * Sets the mode of a directory to 0700. If that is impossible, such as when another user owns it, logs a warning
     * with its mode; the files below it are accessible to this user only in any case.
     */
    static void restrict(Path directory) {
        try {
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(directory);
            if (OWNER_ONLY.containsAll(before)) {
                return;
            }
            setOwnerOnly(directory);
            Set<PosixFilePermission> after = Files.getPosixFilePermissions(directory);
            if (OWNER_ONLY.containsAll(after)) {
                LOG.log(
                        Level.INFO,
                        "the agent changed the mode of the pool directory {0} from {1} to {2}, so that only its own"
                                + " user has access",
                        directory,
                        PosixFilePermissions.toString(before),
                        PosixFilePermissions.toString(after));
            } else {
                LOG.log(
                        Level.WARNING,
                        "other users have access to the pool directory {0} ({1}), and the agent cannot change that:"
                                + " set its mode to 0700, or make the agent''s user its owner",
                        directory,
                        PosixFilePermissions.toString(after));
            }
        } catch (IOException failed) {
            throw new EngineException.DeviceFailed("reading the permissions of " + directory, 0, failed);
        }
    }

    private static void setOwnerOnly(Path directory) {
        try {
            Files.setPosixFilePermissions(directory, OWNER_ONLY);
        } catch (IOException notOurs) {
            LOG.log(Level.DEBUG, "the permissions of {0} stay as they are: {1}", directory, notOurs);
        }
    }

    /**
     * The reason for people: the message of such an exception may be just a path, with the reason in the name of its
     * class.
     */
    private static String trouble(IOException failed) {
        if (failed instanceof AccessDeniedException denied) {
            return "the agent's user has no access to " + denied.getFile();
        }
        if (failed instanceof FileAlreadyExistsException taken) {
            return taken.getFile() + " is no directory";
        }
        return failed instanceof FileSystemException known && known.getReason() != null
                ? known.getFile() + ": " + known.getReason()
                : failed.getMessage();
    }
}

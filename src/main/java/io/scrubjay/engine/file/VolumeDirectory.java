// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.VolumeName;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The directory of one volume. Immutable.
 *
 * <p>Besides {@code data} and {@code meta} there may be a file {@code meta@<name>}: it replaces {@code meta} as soon as
 * the directory has that name. Renaming and sealing need this: one rename of the directory changes the name, the kind,
 * and the meta file that contains both.
 *
 * @param path {@code volumes/<name>}, or a place in {@code staging}
 */
record VolumeDirectory(Path path) {
    private static final System.Logger LOG = System.getLogger(VolumeDirectory.class.getName());

    private static final String META = "meta";
    // Neither of the two characters is legal in a volume's name.
    private static final String BOUND = META + "@";

    Path data() {
        return path.resolve("data");
    }

    Path meta() {
        return path.resolve(META);
    }

    /** The meta file for when this directory has another name. */
    Path metaFor(VolumeName name) {
        return path.resolve(BOUND + name);
    }

    /**
     * Reads the meta file that is in force, and checks the name and the data file. Changes nothing.
     *
     * @throws DamagedException when the meta or data file is damaged or cannot be read, or somebody else has moved or
     *     copied the directory here
     * @throws EngineException.DeviceFailed when the directory cannot be listed
     */
    VolumeMeta.Written read() throws DamagedException {
        VolumeMeta.Written written = written();
        if (written.name().filter(name -> !name.equals(name())).isPresent()) {
            throw new DamagedException(
                    "it was created as '" + written.name().get() + "', and somebody else moved or copied it here");
        }
        requireData(written.meta().sizeBytes());
        return written;
    }

    /**
     * Reads the meta file that is in force.
     *
     * @throws DamagedException when it is damaged or cannot be read
     * @throws EngineException.DeviceFailed when the directory cannot be listed
     */
    VolumeMeta.Written written() throws DamagedException {
        return VolumeMeta.decode(SmallFile.read(isBound() ? metaFor(name()) : meta()));
    }

    /**
     * Requires the file to be at least as long as the volume, as it is even after a crash: it grows before meta has the
     * new size.
     */
    private void requireData(long sizeBytes) throws DamagedException {
        requireLength(ReadableFile.lengthBytes(data()), sizeBytes);
    }

    /**
     * Checks the length of the data file without opening it. A length that cannot be found out now is not an error.
     *
     * @throws DamagedException when the file is absent, is not a regular file, or was truncated
     */
    void requireDataSeen(long sizeBytes) throws DamagedException {
        OptionalLong lengthBytes = ReadableFile.seenBytes(data());
        if (lengthBytes.isPresent()) {
            requireLength(lengthBytes.getAsLong(), sizeBytes);
        }
    }

    private static void requireLength(long lengthBytes, long sizeBytes) throws DamagedException {
        if (lengthBytes < sizeBytes) {
            throw new DamagedException(
                    "its file 'data' was truncated: it has " + lengthBytes + " bytes of " + sizeBytes);
        }
    }

    /**
     * Removes everything that a crash has left of changes to the volume. Leaves to the next opening whatever cannot be
     * removed now.
     */
    void settle(DurableFiles files) {
        try {
            if (isBound()) {
                files.rename(metaFor(name()), meta());
                files.syncDirectory(path);
            }
            for (Path entry : PoolDirectory.entries(path)) {
                String file = entry.getFileName().toString();
                if (file.startsWith(BOUND) || file.equals(META + "~")) {
                    files.discard(entry);
                }
            }
        } catch (EngineException later) {
            LOG.log(Level.DEBUG, "the meta file of " + path + " stays where it is", later);
        }
    }

    /** The meta file that is in force, which a new meta replaces. */
    Path current() {
        return DurableFiles.exists(metaFor(name())) ? metaFor(name()) : meta();
    }

    // Uses the directory's list: it shows that the file is missing only if the directory could be read.
    private boolean isBound() {
        return PoolDirectory.entries(path).contains(metaFor(name()));
    }

    private VolumeName name() {
        return new VolumeName(path.getFileName().toString());
    }
}

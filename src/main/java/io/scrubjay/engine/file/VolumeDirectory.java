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
 * <p>Besides {@code data} and {@code meta} there may be a file {@code meta@<name>}: what {@code meta} shall be once the
 * directory is called so. Renaming and sealing need that: one rename of the directory changes the name, the kind and
 * what the meta file says of both.
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
     * What the volume is. Changes nothing.
     *
     * @throws DamagedException when that cannot be told, or the directory was moved or copied by somebody else
     * @throws EngineException.DeviceFailed when the directory cannot be listed
     */
    VolumeMeta.Written read() throws DamagedException {
        VolumeMeta.Written written = written();
        if (written.name().filter(name -> !name.equals(name())).isPresent()) {
            throw new DamagedException(
                    "it was made as '" + written.name().get() + "', and somebody else moved or copied it here");
        }
        requireData(written.meta().sizeBytes());
        return written;
    }

    /**
     * What the meta file says that counts.
     *
     * @throws DamagedException when that cannot be told
     * @throws EngineException.DeviceFailed when the directory cannot be listed
     */
    VolumeMeta.Written written() throws DamagedException {
        return VolumeMeta.decode(SmallFile.read(isBound() ? metaFor(name()) : meta()));
    }

    /** Whatever a crash leaves, the file is as long as the volume or longer: it gets its length before meta tells of it. */
    private void requireData(long sizeBytes) throws DamagedException {
        requireLength(ReadableFile.lengthBytes(data()), sizeBytes);
    }

    /**
     * Looks at the data file once, without opening it. Where that tells nothing, nothing is wrong.
     *
     * @throws DamagedException when it is absent, no file, or was cut
     */
    void requireDataSeen(long sizeBytes) throws DamagedException {
        OptionalLong lengthBytes = ReadableFile.seenBytes(data());
        if (lengthBytes.isPresent()) {
            requireLength(lengthBytes.getAsLong(), sizeBytes);
        }
    }

    private static void requireLength(long lengthBytes, long sizeBytes) throws DamagedException {
        if (lengthBytes < sizeBytes) {
            throw new DamagedException("its file 'data' was cut: it has " + lengthBytes + " bytes of " + sizeBytes);
        }
    }

    /** Removes what a crash has left of changes to the volume. What cannot be removed is left to the next opening. */
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

    /** The file that counts: another meta replaces this one. */
    Path current() {
        return DurableFiles.exists(metaFor(name())) ? metaFor(name()) : meta();
    }

    // By the directory's list, which says that there is none only if it could be read.
    private boolean isBound() {
        return PoolDirectory.entries(path).contains(metaFor(name()));
    }

    private VolumeName name() {
        return new VolumeName(path.getFileName().toString());
    }
}

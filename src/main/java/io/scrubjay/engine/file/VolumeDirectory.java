package io.scrubjay.engine.file;

import io.scrubjay.engine.VolumeName;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory of one volume. Immutable.
 *
 * <p>Besides {@code data} and {@code meta} there may be a file {@code meta@<name>}: what {@code meta} shall be once the
 * directory is called so. Sealing needs that: one rename changes both the name and the kind.
 *
 * @param path {@code volumes/<name>}, or a place in {@code staging}
 */
record VolumeDirectory(Path path) {
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
     * What the volume is, and removes what a crash has left of changes to it.
     *
     * @throws DamagedException when that cannot be told
     */
    VolumeMeta recover(DurableFiles files) throws DamagedException {
        VolumeName name = new VolumeName(path.getFileName().toString());
        Path bound = metaFor(name);
        if (DurableFiles.exists(bound)) {
            VolumeMeta meta = read(bound);
            files.rename(bound, meta());
            files.syncDirectory(path);
            return meta;
        }
        VolumeMeta meta = read(meta());
        for (Path entry : PoolDirectory.entries(path)) {
            String file = entry.getFileName().toString();
            if (file.startsWith(BOUND) || file.equals(META + "~")) {
                files.discard(entry);
            }
        }
        return meta;
    }

    private static VolumeMeta read(Path file) throws DamagedException {
        try {
            return VolumeMeta.decode(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new DamagedException(
                    "its file '" + file.getFileName() + "' cannot be read: " + unreadable, unreadable);
        }
    }
}

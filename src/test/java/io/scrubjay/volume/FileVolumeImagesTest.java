// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.volume;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.StrictEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Images that are made from volumes and snapshots of a pool in files. */
class FileVolumeImagesTest extends VolumeImagesContract {
    @TempDir
    Path directory;

    @Override
    StorageEngine newPool() {
        return new StrictEngine(
                FileEngine.open(FilePool.at(directory.resolve("pool")).withClusterSize(ClusterSize.parse("64K"))));
    }
}

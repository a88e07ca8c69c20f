// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.engine.SteppedProcess;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.PoolName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that is killed while it has a spool leaves it in the pool; the next start removes it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledSpoolTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 6})
    void spoolOfAKilledProcessIsRemoved(int mebibytes) throws IOException {
        // Given
        Path pool = directory.resolve("pool");
        try (SteppedProcess process = SteppedProcess.start(
                directory.resolve("log"), KilledSpoolMain.class, pool.toString(), Integer.toString(mebibytes))) {
            process.await(KilledSpoolMain.KEPT);
        }
        try (StorageEngine engine = FileEngine.open(FilePool.at(pool))) {
            assertThat(engine.list())
                    .extracting(VolumeSummary::name)
                    .singleElement()
                    .satisfies(name -> assertThat(
                                    PoolName.parse(name).orElseThrow().kind())
                            .isEqualTo(PoolName.Kind.SPOOL));
            // When
            new ManifestStore(engine).removeLeftovers();
            // Then
            assertThat(engine.list()).isEmpty();
            assertThat(engine.usage().usedBytes()).isZero();
        }
    }
}

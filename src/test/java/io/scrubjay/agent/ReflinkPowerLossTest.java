// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.file.MountedFileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** Where files can share blocks, on an XFS made for this: the steps that have them share, or end that. */
class ReflinkPowerLossTest extends PowerLossContract {
    private static final long XFS_BYTES = 512L << 20;
    private static final Set<String> STEPS = Set.of(
            "a snapshot",
            "a clone",
            "a second snapshot",
            "an inflation",
            "a separation",
            "the deletion of a snapshot",
            "the deletion of a volume",
            "a snapshot of it");

    private Optional<MountedFileSystem> xfs = Optional.empty();

    @Override
    Path root(Path directory) {
        MountedFileSystem mounted = MountedFileSystem.inFile(directory, XFS_BYTES, "mkfs.xfs", "-q", "-m", "reflink=1");
        xfs = Optional.of(mounted);
        return mounted.path().resolve("recorded");
    }

    @AfterAll
    void unmount() {
        xfs.ifPresent(MountedFileSystem::close);
    }

    @Override
    boolean concerns(PowerLossMain.Step step) {
        return STEPS.contains(step.name());
    }

    @Test
    void blocksAreShared() {
        assertThat(calls())
                .anyMatch(call -> call.name().equals("reflink") && call.path().endsWith("/data"));
    }
}

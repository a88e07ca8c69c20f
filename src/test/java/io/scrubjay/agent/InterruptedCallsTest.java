// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every second system call on the pool that a signal may interrupt is interrupted, and every read and write moves half of
 * what it was asked for: whatever an agent does on the file engine comes out the same.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class InterruptedCallsTest {
    @Test
    void interruptedAndPartialCallsChangeNothing(@TempDir Path temporary) throws Exception {
        // Given
        Path directory = temporary.toRealPath();
        Path undisturbed = Files.createDirectory(directory.resolve("undisturbed"));
        PowerLossMain.main(new String[] {directory.resolve("pool").toString(), undisturbed.toString()});
        LifeProcess life = LifeProcess.in(directory);
        Path root = Files.createDirectory(directory.resolve("root"));

        // When
        life.run("pool-interrupt.so", root, root.resolve("pool"));

        // Then
        assertThat(life.control().resolve("interrupted")).exists();
        assertThat(life.control().resolve("shortened")).exists();
        assertThat(LifeProcess.seen(life.answers())).isEqualTo(LifeProcess.seen(undisturbed));
        for (int step = 0; step < PowerLossMain.STEPS.size(); step++) {
            if (!PowerLossMain.STEPS.get(step).writes().isEmpty()) {
                String bytes = PowerLossMain.bytesFile(step, "after");
                assertThat(life.answers().resolve(bytes)).hasSameBinaryContentAs(undisturbed.resolve(bytes));
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that opens a pool, and ends: as an agent does that cannot start, if it cannot. */
final class FailedLoadMain {
    static final int TRY_AGAIN = 75;
    private static final int CONFIGURATION = 78;

    private FailedLoadMain() {}

    public static void main(String[] arguments) {
        try {
            SpdkEngine.open(SpdkPool.on(SpdkDevice.parse(arguments[0]))).close();
        } catch (EngineException refused) {
            System.out.println(refused.getMessage());
            System.exit(refused.isRetryable() ? TRY_AGAIN : CONFIGURATION);
        }
    }

    /**
     * What one exits with; fails if it does not.
     *
     * @param log gets what it says
     */
    static int statusOf(SpdkDevice device, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + log + ".hs_err",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FailedLoadMain.class.getName(),
                        device.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("the process ends: %s", Files.readString(log))
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}

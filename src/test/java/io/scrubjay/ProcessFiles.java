// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import java.nio.file.Path;

/**
 * Where tests that run the whole agent leave their files: the build runs several processes of tests at once, and each has
 * a directory of its own.
 */
public final class ProcessFiles {
    private ProcessFiles() {}

    /** A path that no other process of tests uses, relative to where the tests run. */
    public static Path of(String name) {
        return Path.of("target", System.getProperty("scrubjay.test.process", "process-1"), name);
    }
}

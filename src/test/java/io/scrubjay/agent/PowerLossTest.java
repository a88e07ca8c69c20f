// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.nio.file.Path;

/** On whatever file system the directory for temporary files has. */
class PowerLossTest extends PowerLossContract {
    @Override
    Path root(Path directory) {
        return directory.resolve("recorded");
    }

    @Override
    boolean concerns(PowerLossMain.Step step) {
        return true;
    }
}

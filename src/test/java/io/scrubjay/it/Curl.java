// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A curl that is about to run. Immutable. */
final class Curl {
    private final Workspace workspace;
    private final URI address;
    private final List<String> options;

    Curl(Workspace workspace, URI address) {
        this(workspace, address, List.of());
    }

    private Curl(Workspace workspace, URI address, List<String> options) {
        this.workspace = workspace;
        this.address = address;
        this.options = options;
    }

    /** With these options of curl, too. */
    Curl with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new Curl(workspace, address, List.copyOf(all));
    }

    Curl sending(Path file) {
        return with("-T", file.toString());
    }

    CurlAnswer run() {
        return start().await();
    }

    CurlRun start() {
        Path scratch = workspace.fresh("curl");
        List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--max-time", "300"));
        command.addAll(List.of("-D", scratch + ".head", "-o", scratch + ".body"));
        command.addAll(List.of("-w", "%{http_code} %{size_upload}"));
        command.addAll(options);
        command.add(address.toString());
        try {
            return workspace.closing(new CurlRun(new ProcessBuilder(command).start(), scratch));
        } catch (IOException failed) {
            throw new UncheckedIOException("curl does not run", failed);
        }
    }
}

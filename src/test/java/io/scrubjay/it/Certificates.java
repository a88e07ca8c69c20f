// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Makes keys and certificates by openssl, in one directory. Immutable. */
public record Certificates(Path directory) {
    public Path certificate(String name) {
        return directory.resolve(name + ".crt");
    }

    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** One that nobody but itself has signed, for 127.0.0.1. */
    public void selfSigned(String name) {
        request(
                name,
                "-x509",
                "-out",
                certificate(name).toString(),
                "-subj",
                "/CN=" + name,
                "-days",
                "2",
                "-addext",
                "subjectAltName=IP:127.0.0.1");
    }

    /** Makes a key, and asks for a certificate for it. */
    private void request(String name, String... more) {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-newkey", "ec", "-noenc"));
        command.addAll(List.of(
                "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", key(name).toString()));
        command.addAll(List.of(more));
        Command.run(command.toArray(String[]::new));
    }

    /** One that an authority has signed. */
    void signedBy(String authority, String name, String commonName) {
        Path request = directory.resolve(name + ".csr");
        request(name, "-out", request.toString(), "-subj", "/O=tests/CN=" + commonName);
        Command.run(
                "openssl",
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-days",
                "2",
                "-CA",
                certificate(authority).toString(),
                "-CAkey",
                key(authority).toString(),
                "-CAcreateserial",
                "-out",
                certificate(name).toString());
    }

    /** Puts one in another's place, as Kubernetes replaces what it has mounted: the new files come in one step each. */
    void replace(String old, String name) throws IOException {
        Files.copy(certificate(name), directory.resolve("tmp.crt"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(key(name), directory.resolve("tmp.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(directory.resolve("tmp.key"), key(old), StandardCopyOption.REPLACE_EXISTING);
        Files.move(directory.resolve("tmp.crt"), certificate(old), StandardCopyOption.REPLACE_EXISTING);
    }
}

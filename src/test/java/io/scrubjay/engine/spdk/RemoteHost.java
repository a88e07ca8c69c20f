// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.spdk.process.JsonRpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Another host that connects to an export, copies, and goes: SPDK's own copying tool, an NVMe/TCP initiator in a process
 * of its own. Immutable.
 *
 * @param nqn who it says it is
 * @param key the DH-HMAC-CHAP key it proves that with
 * @param controllerKey the key it wants proven by the target
 */
public record RemoteHost(String nqn, Optional<Path> key, Optional<Path> controllerKey) {
    private static final int PATIENCE_MINUTES = 3;

    /** How it went. */
    public record Outcome(int status, String log) {}

    /** One without keys. */
    public static RemoteHost named(String nqn) {
        return new RemoteHost(nqn, Optional.empty(), Optional.empty());
    }

    public RemoteHost withKey(Path file) {
        return new RemoteHost(nqn, Optional.of(file), controllerKey);
    }

    public RemoteHost withControllerKey(Path file) {
        return new RemoteHost(nqn, key, Optional.of(file));
    }

    /** Copies all of the namespace into a new file. */
    public Outcome read(Export export, Path into) throws IOException, InterruptedException {
        return copy(export, into, List.of("--ib", "remoten1", "--of", into.toString()));
    }

    /** Copies a file over the beginning of the namespace. */
    public Outcome write(Export export, Path from) throws IOException, InterruptedException {
        return copy(export, from, List.of("--if", from.toString(), "--ob", "remoten1"));
    }

    private Outcome copy(Export export, Path file, List<String> ends) throws IOException, InterruptedException {
        Path configuration = Files.writeString(Path.of(file + ".json"), configuration(export));
        Path log = Path.of(file + ".log");
        List<String> command = new ArrayList<>(List.of(
                SpdkTool.require("spdk_dd").toString(),
                "--no-huge",
                "-s",
                "512",
                "-m",
                SpdkTool.coreMask(),
                "--disable-cpumask-locks",
                "--qd",
                "4"));
        command.addAll(List.of("--bs", "65536", "--json", configuration.toString()));
        command.addAll(ends);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
            return new Outcome(ended ? process.exitValue() : -1, Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Both subsystems are set up in the order in which they are named. */
    private String configuration(Export export) {
        ObjectNode attach = JsonRpc.parameters()
                .put("name", "remote")
                .put("trtype", "TCP")
                .put("adrfam", "IPv4")
                .put("traddr", export.address())
                .put("trsvcid", Integer.toString(export.port()))
                .put("subnqn", export.nqn())
                .put("hostnqn", nqn);
        Map<String, Path> files = new TreeMap<>();
        key.ifPresent(file -> files.put("dhchap_key", file));
        controllerKey.ifPresent(file -> files.put("dhchap_ctrlr_key", file));
        ObjectNode all = JsonRpc.parameters();
        ArrayNode subsystems = all.putArray("subsystems");
        ArrayNode keys = subsystems.addObject().put("subsystem", "keyring").putArray("config");
        files.forEach((name, file) -> {
            keys.addObject()
                    .put("method", "keyring_file_add_key")
                    .set("params", JsonRpc.parameters().put("name", name).put("path", file.toString()));
            attach.put(name, name);
        });
        subsystems
                .addObject()
                .put("subsystem", "bdev")
                .putArray("config")
                .addObject()
                .put("method", "bdev_nvme_attach_controller")
                .set("params", attach);
        return all.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.spdk.process.FrameworkConfig;
import io.scrubjay.engine.spdk.process.JsonRpc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The typed control calls of SPDK's NVMe/TCP target: each exported volume has its own subsystem. The transport belongs
 * to the process and stays; the keys belong to this object. Thread-safe; every call blocks for some milliseconds and
 * may throw {@link RpcFailed}.
 */
final class NvmeTcpTarget {
    static final int NAMESPACE_ID = 1;

    /** SPDK's key ring knows only names: a name used again would still mean the key of an earlier pool. */
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final JsonRpc rpc;
    private final ExportOptions options;
    private final String hostKey;
    private final String controllerKey;
    private final List<String> keys = new ArrayList<>();
    private boolean prepared;

    NvmeTcpTarget(JsonRpc rpc, ExportOptions options) {
        this.rpc = rpc;
        this.options = options;
        int number = NUMBER.incrementAndGet();
        this.hostKey = "scrubjay-host-" + number;
        this.controllerKey = "scrubjay-controller-" + number;
    }

    ExportOptions options() {
        return options;
    }

    /**
     * Makes a subsystem with one namespace, and admits the configured hosts. When that fails, nothing of it remains.
     */
    void add(String nqn, String device) {
        prepare();
        rpc.call(
                "nvmf_create_subsystem",
                JsonRpc.parameters()
                        .put("nqn", nqn)
                        .put("model_number", "Scrubjay")
                        .put("allow_any_host", false)
                        .put("max_namespaces", NAMESPACE_ID));
        try {
            addNamespace(nqn, device);
            options.hosts().forEach(host -> addHost(nqn, host));
            addListener(nqn);
        } catch (RuntimeException failed) {
            try {
                remove(nqn);
            } catch (RuntimeException stays) {
                failed.addSuppressed(stays);
            }
            throw failed;
        }
    }

    void remove(String nqn) {
        rpc.call("nvmf_delete_subsystem", JsonRpc.parameters().put("nqn", nqn));
    }

    /** Removes the keys, after the subsystems have been removed. */
    synchronized void forgetKeys() {
        prepared = false;
        while (!keys.isEmpty()) {
            rpc.call("keyring_file_remove_key", JsonRpc.parameters().put("name", keys.remove(keys.size() - 1)));
        }
    }

    private synchronized void prepare() {
        if (prepared) {
            return;
        }
        if (!isPresent("nvmf_get_transports", "trtype", "TCP")) {
            rpc.call(
                    "nvmf_create_transport",
                    JsonRpc.parameters()
                            .put("trtype", "TCP")
                            .put("iobuf_small_cache_size", FrameworkConfig.SMALL_BUFFERS_CACHED)
                            .put("iobuf_large_cache_size", FrameworkConfig.LARGE_BUFFERS_CACHED));
        }
        // The files may have changed since the start.
        ExportPlace.requireKeys(options);
        addKey(hostKey, options.hostKey());
        addKey(controllerKey, options.controllerKey());
        prepared = true;
    }

    private void addKey(String name, Optional<Path> file) {
        if (file.isPresent() && !keys.contains(name)) {
            rpc.call(
                    "keyring_file_add_key",
                    JsonRpc.parameters()
                            .put("name", name)
                            .put("path", file.get().toAbsolutePath().toString()));
            keys.add(name);
        }
    }

    private boolean isPresent(String list, String field, String value) {
        for (JsonNode entry : rpc.call(list)) {
            if (entry.path(field).asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private void addNamespace(String nqn, String device) {
        ObjectNode call = JsonRpc.parameters().put("nqn", nqn);
        call.putObject("namespace")
                .put("nsid", NAMESPACE_ID)
                .put("bdev_name", device)
                .put("uuid", device);
        rpc.call("nvmf_subsystem_add_ns", call);
    }

    private void addHost(String nqn, String host) {
        ObjectNode call = JsonRpc.parameters().put("nqn", nqn).put("host", host);
        if (options.hostKey().isPresent()) {
            call.put("dhchap_key", hostKey);
        }
        if (options.controllerKey().isPresent()) {
            call.put("dhchap_ctrlr_key", controllerKey);
        }
        rpc.call("nvmf_subsystem_add_host", call);
    }

    private void addListener(String nqn) {
        ObjectNode call = JsonRpc.parameters().put("nqn", nqn);
        call.putObject("listen_address")
                .put("trtype", "TCP")
                .put("adrfam", options.address().indexOf(':') >= 0 ? "IPv6" : "IPv4")
                .put("traddr", options.address())
                .put("trsvcid", Integer.toString(options.port()));
        rpc.call("nvmf_subsystem_add_listener", call);
    }
}

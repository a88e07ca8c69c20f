// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.engine.FreePort;
import io.scrubjay.engine.spdk.device.NvmeTcpAddress;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import io.scrubjay.engine.spdk.process.JsonRpc;
import org.awaitility.Awaitility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A machine with NVMe devices: SPDK's own target in a process of its own, each device a file that is reached over
 * NVMe/TCP. Confined to one thread.
 */
final class NvmeTarget implements AutoCloseable {
    /** The block size of most devices as they are sold. */
    static final int BLOCK_BYTES = 512;

    private final Process process;
    private final int port;
    private final JsonRpc rpc;
    private int devices;
    private String last = "";

    private NvmeTarget(Process process, int port, JsonRpc rpc) {
        this.process = process;
        this.port = port;
        this.rpc = rpc;
    }

    /** Starts it; its socket and its log lie in a directory. */
    static NvmeTarget start(Path directory) throws IOException {
        Path socket = directory.resolve("target.sock");
        Process process = new ProcessBuilder(
                        SpdkTool.require("nvmf_tgt").toString(),
                        "--no-huge",
                        "--no-pci",
                        "--interrupt-mode",
                        "--disable-cpumask-locks",
                        "-s",
                        "512",
                        "-m",
                        "0x2",
                        "-r",
                        socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("target.log").toFile())
                .start();
        try {
            Awaitility.await("the target's socket")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> Files.exists(socket) || !process.isAlive());
            NvmeTarget target =
                    new NvmeTarget(process, FreePort.take(), JsonRpc.connect(socket, JsonRpc.Attention.CONSTANT));
            target.rpc.call("framework_wait_init");
            target.rpc.call("nvmf_create_transport", JsonRpc.parameters().put("trtype", "TCP"));
            return target;
        } catch (RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        }
    }

    /** A controller with one namespace, which is a file. */
    SpdkDevice.Nvme add(Path file) {
        return add(file, BLOCK_BYTES);
    }

    SpdkDevice.Nvme add(Path file, int blockBytes) {
        SpdkDevice.Nvme controller = addController();
        addNamespace(controller, file, blockBytes);
        return controller;
    }

    /** A controller without namespaces. */
    SpdkDevice.Nvme addController() {
        String nqn = "nqn.2026-11.io.scrubjay:test-" + ++devices;
        rpc.call("nvmf_create_subsystem", JsonRpc.parameters().put("nqn", nqn).put("allow_any_host", true));
        ObjectNode listen = JsonRpc.parameters().put("nqn", nqn);
        listen.putObject("listen_address")
                .put("trtype", "TCP")
                .put("adrfam", "IPv4")
                .put("traddr", "127.0.0.1")
                .put("trsvcid", Integer.toString(port));
        rpc.call("nvmf_subsystem_add_listener", listen);
        return new SpdkDevice.Nvme(new NvmeTcpAddress("127.0.0.1", port, nqn));
    }

    /** The file is below a device that can be told to fail. */
    void addNamespace(SpdkDevice.Nvme controller, Path file, int blockBytes) {
        String name = "file-" + ++devices;
        rpc.call(
                "bdev_aio_create",
                JsonRpc.parameters()
                        .put("name", name)
                        .put("filename", file.toString())
                        .put("block_size", blockBytes)
                        .put("fallocate", true));
        rpc.call("bdev_error_create", JsonRpc.parameters().put("base_name", name));
        ObjectNode call = JsonRpc.parameters().put("nqn", nqnOf(controller));
        call.putObject("namespace").put("bdev_name", "EE_" + name);
        rpc.call("nvmf_subsystem_add_ns", call);
        last = "EE_" + name;
    }

    private static String nqnOf(SpdkDevice.Nvme controller) {
        return ((NvmeTcpAddress) controller.transport()).nqn();
    }

    /** Lets the next requests of a kind to the namespace that was made last fail. */
    void fail(String kind, int times) {
        rpc.call(
                "bdev_error_inject_error",
                JsonRpc.parameters()
                        .put("name", last)
                        .put("io_type", kind)
                        .put("error_type", "failure")
                        .put("num", times));
    }

    /** Ends it from one moment to the next. */
    @Override
    public void close() {
        rpc.close();
        process.destroyForcibly().onExit().join();
    }
}

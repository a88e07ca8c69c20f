// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.block.AlignedBuffer;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.NativeHandle;
import io.scrubjay.engine.spdk.process.Reactor;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * SPDK's block device below a pool, with an {@link OrderedDevice} on it unless it is memory. Made when the pool is
 * opened, and deleted when it is closed, which unloads the store cleanly; only memory stays, because its content could
 * not be read back from anywhere. Confined to the thread that opens the pool, and then to the one that closes it.
 */
public final class BaseDevice {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final JsonRpc rpc;
    private final SpdkDevice device;
    private final String given;
    private final String below;
    private Optional<OrderedDevice> ordered = Optional.empty();
    private Optional<NativeHandle> kept = Optional.empty();

    private BaseDevice(JsonRpc rpc, SpdkDevice device, String given, String below) {
        this.rpc = rpc;
        this.device = device;
        this.given = given;
        this.below = below;
    }

    /**
     * Makes the device.
     *
     * @throws RpcFailed when SPDK cannot open it
     */
    public static BaseDevice attach(Reactor reactor, SpdkDevice device) {
        JsonRpc rpc = reactor.rpc();
        String given = nameOf(device);
        BaseDevice base = new BaseDevice(rpc, device, given, isPresent(rpc, given) ? given : make(rpc, device, given));
        try {
            base.putInOrder(reactor);
            return base;
        } catch (RuntimeException failed) {
            base.detach();
            throw failed;
        }
    }

    private void putInOrder(Reactor reactor) {
        if (device instanceof SpdkDevice.Aio aio) {
            ordered = Optional.of(OrderedDevice.on(reactor, below, Optional.of(aio.path())));
        } else if (device instanceof SpdkDevice.Uring uring) {
            ordered = Optional.of(OrderedDevice.on(reactor, below, Optional.of(uring.path())));
        } else if (device instanceof SpdkDevice.Nvme) {
            ordered = Optional.of(OrderedDevice.on(reactor, below, Optional.empty()));
        }
    }

    /**
     * Keeps the device open on the I/O thread until it is detached. Otherwise, whenever a volume is opened while no
     * other is open, the kernel would create a context for asynchronous I/O and destroy it again, which takes 30 ms
     * each time.
     */
    public void keepOpen(Reactor reactor) {
        kept = Optional.of(NativeHandle.openRead(reactor, name()));
    }

    /** Memory keeps its name, so that whoever opens the same memory again finds its content. */
    private static String nameOf(SpdkDevice device) {
        return device instanceof SpdkDevice.Malloc malloc
                ? "scrubjay-memory-" + malloc.size().bytes()
                : "scrubjay-device-" + NUMBER.incrementAndGet();
    }

    private static boolean isPresent(JsonRpc rpc, String name) {
        for (JsonNode bdev : rpc.call("bdev_get_bdevs")) {
            if (bdev.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Makes the device and returns its name, which is not always the given one. */
    private static String make(JsonRpc rpc, SpdkDevice device, String name) {
        if (device instanceof SpdkDevice.Nvme nvme) {
            return NvmeController.attach(rpc, name, nvme);
        }
        ObjectNode call = JsonRpc.parameters().put("name", name).put("block_size", AlignedBuffer.ALIGNMENT_BYTES);
        if (device instanceof SpdkDevice.Aio aio) {
            rpc.call(
                    "bdev_aio_create",
                    call.put("filename", aio.path().toAbsolutePath().toString()).put("fallocate", aio.fallocates()));
        } else if (device instanceof SpdkDevice.Uring uring) {
            IoUring.require();
            rpc.call(
                    "bdev_uring_create",
                    call.put("filename", uring.path().toAbsolutePath().toString()));
        } else if (device instanceof SpdkDevice.Malloc malloc) {
            rpc.call(
                    "bdev_malloc_create",
                    call.put("num_blocks", malloc.size().bytes() / AlignedBuffer.ALIGNMENT_BYTES));
        }
        return name;
    }

    /** SPDK's name of the block device that the store is on. */
    public String name() {
        return ordered.map(OrderedDevice::name).orElse(below);
    }

    /** The device that keeps the store's writes in order; none for memory. */
    public Optional<OrderedDevice> ordered() {
        return ordered;
    }

    /** Removes the device from SPDK. This unloads a store on it without changing the store. */
    public void detach() {
        kept.ifPresent(NativeHandle::close);
        kept = Optional.empty();
        try {
            ordered.ifPresent(OrderedDevice::end);
        } finally {
            deleteBelow();
        }
    }

    private void deleteBelow() {
        if (device instanceof SpdkDevice.Aio) {
            rpc.call("bdev_aio_delete", JsonRpc.parameters().put("name", below));
        } else if (device instanceof SpdkDevice.Uring) {
            rpc.call("bdev_uring_delete", JsonRpc.parameters().put("name", below));
        } else if (device instanceof SpdkDevice.Nvme) {
            NvmeController.detach(rpc, given);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.device.SpdkDevice;

/**
 * How this pool makes freed clusters unreadable, and why in this way.
 *
 * @param unmapClears whether unmapping a cluster is enough; if not, zeroes are written first
 * @param reason the reason for it, for people
 */
record Clearing(boolean unmapClears, String reason) {
    /**
     * The way for a device. {@code AUTO} decides by the kind of the device, not by what the device reports about
     * itself.
     */
    static Clearing of(SpdkPool.ClearMode mode, SpdkDevice device) {
        return switch (mode) {
            case AUTO -> automatic(device);
            case WRITE_ZEROES -> new Clearing(false, "as configured");
            case UNMAP -> new Clearing(true, "as configured");
        };
    }

    private static Clearing automatic(SpdkDevice device) {
        if (device instanceof SpdkDevice.Aio aio) {
            return aio.fallocates()
                    ? new Clearing(true, "a hole that fallocate punches reads as zeroes")
                    : new Clearing(false, "without fallocate, an unmap does nothing");
        }
        if (device instanceof SpdkDevice.Malloc) {
            return new Clearing(true, "memory reads as zeroes after an unmap");
        }
        if (device instanceof SpdkDevice.Uring) {
            return new Clearing(false, "io_uring devices have no unmap");
        }
        return new Clearing(false, "a deallocated NVMe block may read as anything");
    }

    /** SPDK's clear method for the volumes of this pool. */
    String lvolMethod() {
        return unmapClears ? "unmap" : "none";
    }

    /** SPDK's clear method for the whole store when it is made. */
    String storeMethod() {
        return unmapClears ? "unmap" : "write_zeroes";
    }

    @Override
    public String toString() {
        return (unmapClears ? "unmap" : "write-zeroes") + ": " + reason;
    }
}

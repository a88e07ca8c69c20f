// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.device.FailedRequests;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.ControlCalls;
import io.scrubjay.engine.spdk.process.JsonRpc;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The control calls of one lvol store, typed. Volumes are addressed by UUID; sizes are multiples of a mebibyte, in which
 * SPDK counts them.
 *
 * <p>Thread-safe. Every call blocks for some milliseconds and may throw {@link RpcFailed}. The caller has to hold back
 * I/O, and to order the calls, where that is necessary.
 */
final class LvolStore {
    private static final long MIB = 1 << 20;

    /**
     * How full the store is.
     *
     * @param totalClusters all data clusters, without those for SPDK's metadata
     */
    record Fill(long totalClusters, long freeClusters) {
        long usedClusters() {
            return totalClusters - freeClusters;
        }
    }

    private final ControlCalls rpc;
    private final String uuid;
    private final String name;
    private final String device;
    private final ClusterSize clusterSize;

    private LvolStore(ControlCalls rpc, String uuid, String name, String device, ClusterSize clusterSize) {
        this.rpc = rpc;
        this.uuid = uuid;
        this.name = name;
        this.device = device;
        this.clusterSize = clusterSize;
    }

    private static LvolStore of(JsonRpc rpc, JsonNode store) {
        return new LvolStore(
                rpc,
                store.path("uuid").asText(),
                store.path("name").asText(),
                store.path("base_bdev").asText(),
                new ClusterSize(store.path("cluster_size").asInt()));
    }

    /** The same store, with its control calls made in another way. */
    LvolStore through(UnaryOperator<ControlCalls> way) {
        return new LvolStore(way.apply(rpc), uuid, name, device, clusterSize);
    }

    /** The store that SPDK has found on a device. */
    static Optional<LvolStore> on(JsonRpc rpc, String device) {
        for (JsonNode store : rpc.call("bdev_lvol_get_lvstores")) {
            if (store.path("base_bdev").asText().equals(device)) {
                return Optional.of(of(rpc, store));
            }
        }
        return Optional.empty();
    }

    /** Makes a store on a device, which loses its content. */
    static LvolStore create(JsonRpc rpc, String device, String name, ClusterSize clusterSize, String clearMethod) {
        rpc.call(
                "bdev_lvol_create_lvstore",
                JsonRpc.parameters()
                        .put("bdev_name", device)
                        .put("lvs_name", name)
                        .put("cluster_sz", clusterSize.bytes())
                        .put("clear_method", clearMethod));
        return on(rpc, device).orElseThrow();
    }

    String name() {
        return name;
    }

    String uuid() {
        return uuid;
    }

    ClusterSize clusterSize() {
        return clusterSize;
    }

    Fill fill() {
        JsonNode store = rpc.call("bdev_lvol_get_lvstores", JsonRpc.parameters().put("uuid", uuid))
                .path(0);
        return new Fill(
                store.path("total_data_clusters").asLong(),
                store.path("free_clusters").asLong());
    }

    /** How many requests, including reads, the device has failed since SPDK opened it. */
    long failedIo() {
        return FailedRequests.of(rpc, device);
    }

    /** All volumes of this store. */
    List<Lvol> all() {
        List<Lvol> found = new ArrayList<>();
        for (JsonNode bdev : rpc.call("bdev_get_bdevs")) {
            if (bdev.path("driver_specific")
                    .path("lvol")
                    .path("lvol_store_uuid")
                    .asText()
                    .equals(uuid)) {
                found.add(Lvol.of(bdev));
            }
        }
        return found;
    }

    /** The volume of this name, or empty. */
    Optional<Lvol> find(String lvolName) {
        return all().stream().filter(lvol -> lvol.name().equals(lvolName)).findFirst();
    }

    Lvol get(String lvol) {
        return Lvol.of(rpc.call("bdev_get_bdevs", JsonRpc.parameters().put("name", lvol))
                .path(0));
    }

    /**
     * Makes a volume. Does not clear its clusters.
     *
     * @param clearMethod what SPDK does with the clusters when the volume is deleted
     * @return its UUID
     */
    String create(String lvol, long sizeBytes, Provisioning provisioning, String clearMethod) {
        return rpc.call(
                        "bdev_lvol_create",
                        JsonRpc.parameters()
                                .put("uuid", uuid)
                                .put("lvol_name", lvol)
                                .put("size_in_mib", sizeBytes / MIB)
                                .put("thin_provision", provisioning == Provisioning.THIN)
                                .put("clear_method", clearMethod))
                .asText();
    }

    String snapshot(String lvol, String snapshot) {
        return rpc.call(
                        "bdev_lvol_snapshot",
                        JsonRpc.parameters().put("lvol_name", lvol).put("snapshot_name", snapshot))
                .asText();
    }

    /**
     * Makes a volume without clusters, and deletes it: a test that does no harm even when it fails because no metadata
     * page is left, or because the device refuses to write one.
     */
    void tryMetadata() {
        delete(create(PrivateName.NEW.fresh(), MIB, Provisioning.THIN, "none"));
    }

    /**
     * Makes a clone. If no metadata page is left for a clone, SPDK crashes; it only refuses to make an ordinary volume,
     * so that is tried first. A gap remains: between the two, a first write to another volume may take the page.
     */
    String cloneOf(String snapshot, String clone) {
        tryMetadata();
        return rpc.call(
                        "bdev_lvol_clone",
                        JsonRpc.parameters().put("snapshot_name", snapshot).put("clone_name", clone))
                .asText();
    }

    void rename(String lvol, String to) {
        rpc.call("bdev_lvol_rename", JsonRpc.parameters().put("old_name", lvol).put("new_name", to));
    }

    void resize(String lvol, long sizeBytes) {
        rpc.call("bdev_lvol_resize", named(lvol).put("size_in_mib", sizeBytes / MIB));
    }

    void inflate(String lvol) {
        rpc.call("bdev_lvol_inflate", named(lvol));
    }

    void decoupleParent(String lvol) {
        rpc.call("bdev_lvol_decouple_parent", named(lvol));
    }

    /** Deletes a volume; a snapshot with one clone is merged into the clone. */
    void delete(String lvol) {
        rpc.call("bdev_lvol_delete", named(lvol));
    }

    private static ObjectNode named(String lvol) {
        return JsonRpc.parameters().put("name", lvol);
    }
}

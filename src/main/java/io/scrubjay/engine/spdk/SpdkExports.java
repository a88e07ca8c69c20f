// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Export;
import io.scrubjay.engine.VolumeExports;
import io.scrubjay.engine.VolumeName;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The exports of an open pool. Thread-safe: guarded by itself, so calls for different volumes wait for each other. */
final class SpdkExports implements VolumeExports {
    private static final System.Logger LOG = System.getLogger(SpdkExports.class.getName());
    /** The beginning of a new subsystem's name; the UUIDs of the pool and the volume follow. */
    private static final String NQN_PREFIX = "nqn.2026-11.io.scrubjay:";

    private final OpenPool pool;
    private final LvolCatalog catalog;
    private final NvmeTcpTarget target;
    private final Map<StoredLvol, Export> exports = new HashMap<>();
    private volatile boolean hadWriters;

    SpdkExports(OpenPool pool, LvolCatalog catalog, ExportOptions options) {
        this.pool = pool;
        this.catalog = catalog;
        this.target = new NvmeTcpTarget(pool.reactor().rpc(), options);
    }

    @Override
    public Export export(VolumeName volume) {
        StoredLvol stored = catalog.get(volume);
        // INVARIANT I-6: a client may write a part of a new cluster, and then read all of it.
        if (!stored.isSnapshot() && !pool.freeSpace().awaitClean(FreeSpace.PATIENCE)) {
            throw new EngineException.DeviceStalled("clearing the free clusters", FreeSpace.PATIENCE);
        }
        synchronized (this) {
            Export present = exports.get(stored);
            if (present != null) {
                return present;
            }
            if (!stored.isSnapshot() && !pool.freeSpace().isClean()) {
                // A merge began in between.
                throw new EngineException.DeviceStalled("clearing the free clusters", Duration.ZERO);
            }
            return begin(stored);
        }
    }

    private Export begin(StoredLvol stored) {
        Access access = stored.isSnapshot() ? Access.READ : Access.WRITE;
        stored.enter(access);
        try {
            if (access == Access.WRITE) {
                hadWriters = true;
                // ORDER: before the target claims the volume.
                stored.exported(pool.openWrite(stored.uuid()));
            }
            String nqn = NQN_PREFIX + pool.store().uuid() + ":" + stored.uuid();
            target.add(nqn, stored.uuid());
            ExportOptions options = target.options();
            Export export = new Export(
                    stored.name(), nqn, options.address(), options.port(), NvmeTcpTarget.NAMESPACE_ID, access);
            exports.put(stored, export);
            return export;
        } catch (RpcFailed refused) {
            leave(stored, access);
            throw refused.asEngineException();
        } catch (RuntimeException failed) {
            leave(stored, access);
            throw failed;
        }
    }

    private static void leave(StoredLvol stored, Access access) {
        stored.endExport();
        stored.leave(access);
    }

    @Override
    public synchronized Optional<Export> find(VolumeName volume) {
        return catalog.find(volume).map(exports::get);
    }

    @Override
    public void end(VolumeName volume) {
        StoredLvol stored = catalog.get(volume);
        synchronized (this) {
            if (exports.containsKey(stored)) {
                end(stored);
            }
        }
    }

    private void end(StoredLvol stored) {
        Export export = exports.get(stored);
        try {
            target.remove(export.nqn());
        } catch (RpcFailed refused) {
            throw refused.asEngineException();
        }
        // ORDER: only now: an export that the target did not end is still in use, and the caller can try again.
        exports.remove(stored);
        try {
            lookAfterMetadata(stored, export);
        } catch (EngineException | RpcFailed unknown) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not find out whether the device failed while a client wrote to an export; see the kernel"
                            + " log",
                    unknown);
        } finally {
            leave(stored, export.access());
        }
    }

    /**
     * Makes a merge. It gets the volumes that a client may be writing to; none if the clusters that it frees are clear
     * at once. No export begins or ends meanwhile.
     */
    synchronized void merging(Consumer<List<StoredLvol>> merge) {
        List<StoredLvol> writers = pool.clearing().unmapClears()
                ? List.of()
                : exports.values().stream()
                        .filter(export -> export.access() == Access.WRITE)
                        .map(export -> catalog.get(export.volume()))
                        .toList();
        try {
            merge.accept(writers);
        } finally {
            if (!writers.isEmpty() && !pool.freeSpace().isClean()) {
                disconnect(writers);
            }
        }
    }

    /** INVARIANT I-6: while free clusters hold old bytes, nobody may write a part of one and read the rest. */
    private void disconnect(List<StoredLvol> writers) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the agent ends the exports of {0}: free clusters could not be cleared of a deleted snapshot''s"
                        + " data, which their clients could otherwise read. Export them again",
                writers.stream().map(StoredLvol::name).toList());
        writers.forEach(this::endOrWarn);
    }

    private void endOrWarn(StoredLvol stored) {
        try {
            end(stored);
        } catch (EngineException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the export of '" + stored.name() + "' could not be ended; a restart of the agent ends it",
                    failed);
        }
    }

    /**
     * Writes metadata again that the device refused while a client wrote: neither the client nor anybody else gets an
     * error for that.
     */
    synchronized void lookAfterMetadata() {
        exports.forEach(this::lookAfterMetadata);
    }

    private void lookAfterMetadata(StoredLvol stored, Export export) {
        if (export.access() == Access.WRITE) {
            boolean unused = pool.extents().areWritten(stored);
        }
    }

    /** Whether a client has been able to write to a volume at any time since the pool was opened. Waits for nobody. */
    boolean haveHadWriters() {
        return hadWriters;
    }

    /** Ends all exports, and removes their keys. */
    synchronized void endAll() {
        List.copyOf(exports.keySet()).forEach(this::endOrWarn);
        try {
            target.forgetKeys();
        } catch (RpcFailed kept) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SPDK did not remove an export key from its memory; it goes when the agent ends",
                    kept);
        }
    }
}

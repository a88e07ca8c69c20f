// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.Errno;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.spdk.ondisk.PrivateName;
import io.scrubjay.engine.spdk.process.RpcFailed;

import java.util.List;
import java.util.Optional;

/**
 * Grows a volume by one cluster and shrinks it again at once, which makes SPDK (26.05) write the page that lists the
 * last of its clusters. Nobody has the volume open meanwhile. If the process is killed between the two steps, the
 * volume would stay too large; therefore a private volume without clusters has the right size in its name until both
 * steps are done, and the next start shrinks the volume to it.
 *
 * @param uuid the UUID of the volume
 * @param sizeBytes the size of the volume before and afterwards
 */
public record BriefGrowth(String uuid, long sizeBytes) {
    private static final System.Logger LOG = System.getLogger(BriefGrowth.class.getName());
    private static final char SEPARATOR = '-';

    /** Grows and shrinks a volume. Blocks for the device. */
    static void of(Lvol lvol, OpenPool pool) {
        LvolStore store = pool.store();
        long cluster = store.clusterSize().bytes();
        String note = store.create(
                new BriefGrowth(lvol.uuid(), lvol.sizeBytes()).noted(), cluster, Provisioning.THIN, "none");
        // ORDER: the note with the old size is on the medium before the size changes, and the note is deleted before
        // anybody can change the size again.
        pool.sync();
        store.resize(lvol.uuid(), lvol.sizeBytes() + cluster);
        store.resize(lvol.uuid(), lvol.sizeBytes());
        pool.sync();
        store.delete(note);
    }

    /** The name of the private volume that notes the UUID and the size. */
    private String noted() {
        return PrivateName.GROWN.single() + uuid + SEPARATOR + Long.toHexString(sizeBytes);
    }

    private static Optional<BriefGrowth> of(Lvol lvol) {
        if (!PrivateName.GROWN.matches(lvol.name())) {
            return Optional.empty();
        }
        String said = lvol.name().substring(PrivateName.GROWN.single().length());
        int at = said.lastIndexOf(SEPARATOR);
        return Optional.of(new BriefGrowth(said.substring(0, at), Long.parseLong(said.substring(at + 1), 16)));
    }

    /**
     * Shrinks the volumes that a kill has left one cluster too large, before anybody can see them. A volume of any
     * other size has been resized since, and keeps its size.
     *
     * @param found all volumes of the pool
     * @return all volumes of the pool afterwards
     * @throws RpcFailed when SPDK refuses a step: with the note still there, a later start could undo a resize that
     *     somebody makes in the meantime
     * @throws EngineException.DeviceFailed when the device has failed meanwhile, for the same reason: SPDK may report
     *     success for a deletion that was not written
     */
    static List<Lvol> endAll(OpenPool pool, List<Lvol> found) {
        List<Lvol> notes = found.stream().filter(lvol -> of(lvol).isPresent()).toList();
        for (Lvol note : notes) {
            BriefGrowth begun = of(note).orElseThrow();
            for (Lvol lvol : found) {
                if (lvol.uuid().equals(begun.uuid())
                        && lvol.sizeBytes()
                                == begun.sizeBytes() + pool.clusterSize().bytes()) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "''{0}'' is cut back to {1} bytes: the agent was killed while it was a cluster larger;"
                                    + " nothing has to be done",
                            lvol.name(),
                            begun.sizeBytes());
                    pool.store().resize(lvol.uuid(), begun.sizeBytes());
                }
            }
            pool.sync();
            pool.store().delete(note.uuid());
        }
        if (!notes.isEmpty()) {
            pool.sync();
            requireGone(pool);
        }
        return notes.isEmpty() ? found : pool.store().all();
    }

    private static void requireGone(OpenPool pool) {
        if (pool.failures().hasFailed()) {
            throw Errno.failed(-Errno.EIO, "removal of what says which size a volume had");
        }
    }
}

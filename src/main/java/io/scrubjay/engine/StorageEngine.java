// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;

import java.util.List;
import java.util.Optional;

/**
 * One pool of thin volumes, snapshots and clones. Each kind has a factory that opens it and locks the pool: opening it
 * a second time, in this process or another, fails with {@link EngineException.PoolUnusable}.
 *
 * <p>Thread-safe. Every call here may block for the device and must come from a worker. A call that changes the pool is
 * atomic unless its own Javadoc says otherwise: after a failure or a crash at any moment, the pool is as before the
 * call or as after it, and once the call has returned, the change is durable. When an engine cannot tell after a
 * failure which of the two is the case, it fails calls that depend on it with {@link EngineException.DeviceFailed}
 * until it can. Calls about different volumes run in parallel; two calls that change the same volume run one after the
 * other.
 *
 * <p>Every method may throw {@link EngineException.DeviceFailed}; only further exceptions are listed. Arguments that no
 * caller should ever pass (a length that is not aligned, a closed handle) are {@link IllegalArgumentException} or
 * {@link IllegalStateException}.
 */
public interface StorageEngine extends AutoCloseable {
    /** The traits of this engine: its kind and its capabilities. Does no I/O. */
    EngineTraits traits();

    /** How full the pool is now. */
    PoolUsage usage();

    /**
     * Proves that the pool is there and accepts writes: writes some data of the engine's own, which no other call
     * shows, and waits until it is durable. Only the first proof may need free space.
     *
     * <p>Costs a small write and a flush, and takes as long as the device does.
     *
     * @throws EngineException.NoSpace when there is no free space for it; writes to allocated clusters may still
     *     succeed
     */
    void proveWritable();

    /**
     * All volumes and snapshots that could be read, in the order of their names. A volume that is missing in this list
     * may still exist, unless {@link #unreadable} is empty.
     */
    List<VolumeSummary> list();

    /**
     * Everything that could not be read when the pool was opened. It may be anything, and callers may not conclude from
     * its absence in {@link #list} that it does not exist. The list stays the same while the engine is open. Does no
     * I/O.
     *
     * <p>Every call that names such a volume fails with {@link EngineException.VolumeUnreadable}, and its name stays taken.
     */
    List<Unreadable> unreadable();

    /**
     * The volumes whose data somebody else has removed or truncated since the pool was opened, as far as that can be
     * seen without opening the volumes. Checks each volume. This default is for engines whose volumes nobody else can
     * access.
     */
    default List<Unreadable> incomplete() {
        return List.of();
    }

    /**
     * Where an administrator finds the volume of this name, whether it exists or not, in the form of
     * {@link Unreadable#place}. Does no I/O.
     */
    default String place(VolumeName name) {
        return name.value();
    }

    /**
     * The volume or snapshot of this name, or empty when there is none.
     *
     * @throws EngineException.VolumeUnreadable when this cannot be known, because the name is in {@link #unreadable}
     */
    Optional<VolumeSummary> find(VolumeName name);

    /**
     * Creates a volume that reads as zeroes.
     *
     * @param sizeBytes positive; rounded up to whole clusters
     * @return the volume, its size rounded
     * @throws EngineException.VolumeExists when the name is taken; nothing changes
     * @throws EngineException.NoSpace when a thick volume does not fit; nothing remains
     */
    VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning);

    /**
     * Opens a volume. Any number of handles may be open for reading, but only one for writing. While a handle for
     * writing is open, only its owner may open others for reading or verifying.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name, or all of its data is missing
     * @throws EngineException.VolumeInUse when {@code WRITE} is asked for and a write handle is already open
     * @throws IllegalArgumentException when {@code WRITE} is asked for of a snapshot
     */
    Volume open(VolumeName name, Access access);

    /**
     * Which clusters the volume itself holds, without those of its parent. Reads no data.
     *
     * <p>For a volume whose data is damaged or missing, the answer has the clusters that are left.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name
     */
    ClusterMap allocated(VolumeName name);

    /**
     * Which clusters of a volume may differ from those of another, such as an earlier snapshot of it. A cluster that is
     * not in the answer reads the same in both, byte for byte, where both have it; a cluster in the answer may read the
     * same, too. Reads no data.
     *
     * <p>An engine that cannot tell returns all clusters that either of them holds. This default needs nothing but
     * {@link #find} and {@link #allocated}.
     *
     * @param earlier any other volume or snapshot; the answer is short only if it is a parent, or a parent's parent,
     *     and so on
     * @throws EngineException.VolumeNotFound when there is none of either name
     * @throws EngineException.DeviceFailed also when the data of either is known to be incomplete
     */
    default ClusterMap differing(VolumeName later, VolumeName earlier) {
        return ClusterChain.differing(this, later, earlier);
    }

    /**
     * Grows a volume; the new part reads as zeroes. Never shrinks.
     *
     * @param sizeBytes at least the present size; rounded up to whole clusters
     * @throws EngineException.VolumeNotFound when there is none of this name
     * @throws EngineException.NoSpace when a thick volume cannot grow
     * @throws IllegalArgumentException for a snapshot, or a smaller size
     */
    VolumeSummary resize(VolumeName name, long sizeBytes);

    /**
     * Makes a volume smaller that nobody has open. The clusters beyond the new size become free, and when the volume
     * grows again, the new part reads as zeroes.
     *
     * <p>After a crash or a failure the volume has the old size or the new one. If it has the old size, the part that
     * was to be removed may read as zeroes.
     *
     * @param sizeBytes positive, at most the present size; rounded up to whole clusters. No parent may have a cluster
     *     beyond it
     * @throws EngineException.VolumeNotFound when there is none of this name
     * @throws EngineException.VolumeInUse while any handle is open
     * @throws IllegalArgumentException for a snapshot, or a larger size; nothing changes
     */
    VolumeSummary cut(VolumeName name, long sizeBytes);

    /**
     * Makes a snapshot of a volume as it is now, with every write that completed before the call. Handles stay open and
     * writes go on; the snapshot becomes the volume's parent where the engine shares data.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.VolumeExists when the snapshot's name is taken
     * @throws EngineException.NoSpace when data must be copied and does not fit
     * @throws IllegalArgumentException when the source is a snapshot
     */
    VolumeSummary snapshot(VolumeName volume, VolumeName snapshot);

    /**
     * Turns a volume into a snapshot of itself under another name: afterwards the snapshot exists and the volume does
     * not, and no byte is copied. The snapshot and all its data are durable when this returns.
     *
     * <p>Where the engine needs two steps (snapshot, then delete), a crash between them may leave both; the snapshot is
     * then complete, and the volume may be deleted.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.VolumeExists when the snapshot's name is taken; the volume stays as it is
     * @throws EngineException.VolumeInUse while any handle is open
     */
    VolumeSummary seal(VolumeName volume, VolumeName snapshot);

    /**
     * Makes a writable volume that starts with the bytes of a snapshot. {@link EngineTraits#cloneCost} says what this
     * costs.
     *
     * @throws EngineException.VolumeNotFound when there is no such snapshot
     * @throws EngineException.VolumeExists when the clone's name is taken
     * @throws EngineException.NoSpace when data must be copied and does not fit; nothing remains
     * @throws IllegalArgumentException when the source is not a snapshot
     */
    VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone);

    /**
     * Gives a volume every cluster of its size and makes it thick; it has no parent afterwards. Not atomic: a failure
     * leaves a correct volume with some more clusters.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.NoSpace when the clusters do not fit; where the engine can know that beforehand, it
     *     allocates none
     * @throws IllegalArgumentException for a snapshot
     */
    VolumeSummary inflate(VolumeName name);

    /**
     * Gives a volume its own copy of every cluster its parent holds, and no more; it has no parent afterwards. Like
     * {@link #inflate}, this is not atomic: after a failure the volume may be the child of an older ancestor, and the
     * call can be repeated. Nothing happens to a volume without a parent.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.NoSpace when the clusters do not fit; where the engine can know that beforehand, it
     *     allocates none
     * @throws IllegalArgumentException for a snapshot
     */
    VolumeSummary decouple(VolumeName name);

    /**
     * Renames a volume atomically: at any moment, also after a crash, exactly one of the names exists. Handles stay
     * open.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.VolumeExists when the new name is taken; nothing changes
     * @throws IllegalArgumentException for a snapshot: it has its final name from the start
     */
    VolumeSummary rename(VolumeName from, VolumeName to);

    /**
     * Deletes a volume or snapshot and frees its clusters; afterwards none of its bytes can be read from any volume,
     * except those that a child shares.
     *
     * <p>A snapshot that is the parent of exactly one volume is merged into it: the child's bytes stay the same, and
     * its parent is then the deleted snapshot's parent. A snapshot with more children is not deleted. Whether an image
     * may be deleted while it has any clone at all is decided by the callers of this interface, with
     * {@link VolumeSummary#parent}.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name
     * @throws EngineException.VolumeInUse while a handle is open (no children named), or while it is the parent of two
     *     or more (which are named)
     */
    void delete(VolumeName name);

    /** Exports over the network, or empty when this engine has none, or none is configured. */
    default Optional<VolumeExports> exports() {
        return Optional.empty();
    }

    /**
     * Ends all I/O and unlocks the pool. Open handles cannot be used afterwards. Closing a second time does nothing.
     */
    @Override
    void close();
}

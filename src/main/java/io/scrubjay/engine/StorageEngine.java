// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;

import java.util.List;
import java.util.Optional;

/**
 * One pool of thin volumes, snapshots and clones. Opened by the factory of each kind, which takes the pool for itself:
 * a second opening, in this process or another, is refused with {@link EngineException.PoolUnusable}.
 *
 * <p>Thread-safe. Every call here may block for the device and must come from a worker. A call that changes the pool is
 * atomic unless its own words say otherwise: after a failure or a crash at any moment the pool is as before or as after,
 * and once the call has returned, the change is durable. An engine that cannot tell which of the two it is after a failure
 * fails calls that depend on it with {@link EngineException.DeviceFailed}, until it can. Calls about different volumes run side by side; two that
 * change the same one run one after the other.
 *
 * <p>Every method may throw {@link EngineException.DeviceFailed}; only further exceptions are listed. Arguments that no
 * caller should ever pass (a length that is not aligned, a closed handle) are {@link IllegalArgumentException} or
 * {@link IllegalStateException}.
 */
public interface StorageEngine extends AutoCloseable {
    /** The traits of this engine: its kind and its capabilities. Does no I/O. */
    EngineTraits traits();

    /** How full the pool is at this moment. */
    PoolUsage usage();

    /**
     * Proves that the pool is there and takes writes: writes something of the engine's own, which no other call tells of,
     * and waits until it is durable. Only the first proof may need room.
     *
     * <p>Costs a small write and a flush, and takes as long as the device does.
     *
     * @throws EngineException.NoSpace when there is no room for that; writes to what is allocated may still succeed
     */
    void proveWritable();

    /**
     * All volumes and snapshots that could be read, in the order of their names. What is missing here does not exist only
     * if {@link #unreadable} is empty.
     */
    List<VolumeSummary> list();

    /**
     * What could not be read when the pool was opened: it may be anything, and nobody may conclude from its absence in
     * {@link #list} that it is gone. The same for as long as the engine is open. Does no I/O.
     *
     * <p>Every call that names such a volume fails with {@link EngineException.VolumeUnreadable}, and its name stays taken.
     */
    List<Unreadable> unreadable();

    /**
     * The volumes whose data somebody else has removed or cut since the pool was opened, as far as that can be seen without
     * opening them. Costs a look at each. This default is for engines whose volumes nobody else can reach.
     */
    default List<Unreadable> incomplete() {
        return List.of();
    }

    /**
     * Where an administrator finds the volume of this name, whether there is one or not: what {@link Unreadable#place} says of it.
     * Does no I/O.
     */
    default String place(VolumeName name) {
        return name.value();
    }

    /**
     * One volume or snapshot, or empty when there is none of this name.
     *
     * @throws EngineException.VolumeUnreadable when that cannot be told: the name is one of {@link #unreadable}
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
     * Opens a volume. Any number of handles may read; one at a time may write, and there is none that verifies or
     * reads while one writes unless its owner opened both.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name, or its data are gone as a whole
     * @throws EngineException.VolumeInUse when {@code WRITE} is asked for and a write handle is already open
     * @throws IllegalArgumentException when {@code WRITE} is asked for of a snapshot
     */
    Volume open(VolumeName name, Access access);

    /**
     * Which clusters hold bytes of the volume's own, its parent's not counted. No byte of data is read.
     *
     * <p>A volume whose data are damaged or gone answers with what is left.
     *
     * @throws EngineException.VolumeNotFound when there is none of this name
     */
    ClusterMap allocated(VolumeName name);

    /**
     * Which clusters of a volume may read otherwise than another's, such as a snapshot's that was taken of it before.
     * A cluster that is missing here reads the same in both, byte for byte, where both have it; one that is here may
     * still do so. No byte of data is read.
     *
     * <p>An engine that cannot tell answers with all that either holds. This default needs nothing but {@link #find} and
     * {@link #allocated}.
     *
     * @param earlier any other volume or snapshot; a parent, or a parent's parent, is what makes the answer short
     * @throws EngineException.VolumeNotFound when there is none of either name
     * @throws EngineException.DeviceFailed also when the data of either are known to be incomplete
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
     * Takes the end off a volume that nobody has open. The clusters that lay there are free, and when the volume grows again
     * the new part reads as zeroes.
     *
     * <p>A crash or a failure leaves the volume at the old size or at the new one. At the old one, what was to be cut off may read
     * as zeroes.
     *
     * @param sizeBytes positive, at most the present size; rounded up to whole clusters. No parent has a cluster behind
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
     * @throws EngineException.NoSpace when data have to be copied and do not fit
     * @throws IllegalArgumentException when the source is a snapshot
     */
    VolumeSummary snapshot(VolumeName volume, VolumeName snapshot);

    /**
     * Turns a volume into a snapshot of itself under another name: the volume is gone, the snapshot is there, and no
     * byte was copied. Durable with all its data when it returns.
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
     * Makes a writable volume that starts out with a snapshot's bytes. Costs what {@link EngineTraits#cloneCost} says.
     *
     * @throws EngineException.VolumeNotFound when there is no such snapshot
     * @throws EngineException.VolumeExists when the clone's name is taken
     * @throws EngineException.NoSpace when data have to be copied and do not fit; nothing remains
     * @throws IllegalArgumentException when the source is not a snapshot
     */
    VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone);

    /**
     * Gives a volume every cluster of its size and makes it thick; it has no parent afterwards. Not atomic: a failure
     * leaves a correct volume with some clusters more.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.NoSpace when the clusters do not fit; where that can be told before, none is taken
     * @throws IllegalArgumentException for a snapshot
     */
    VolumeSummary inflate(VolumeName name);

    /**
     * Gives a volume its own copy of every cluster its parent holds, and no more; it has no parent afterwards. Not
     * atomic, as {@link #inflate}: left on the way, it may be the child of an older ancestor, and can be done again. Nothing
     * happens to a volume without a parent.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.NoSpace when the clusters do not fit; where that can be told before, none is taken
     * @throws IllegalArgumentException for a snapshot
     */
    VolumeSummary decouple(VolumeName name);

    /**
     * Renames a volume, in one step: at any moment, also after a crash, exactly one of the names exists. Handles stay
     * open.
     *
     * @throws EngineException.VolumeNotFound when there is no such volume
     * @throws EngineException.VolumeExists when the new name is taken; nothing changes
     * @throws IllegalArgumentException for a snapshot: it has its final name from the start
     */
    VolumeSummary rename(VolumeName from, VolumeName to);

    /**
     * Deletes a volume or snapshot and frees its clusters; none of its bytes can be read from any volume afterwards
     * but those that a child shares.
     *
     * <p>A snapshot that is the parent of exactly one volume is merged into it: the child keeps reading what it read,
     * and its parent is then the deleted snapshot's parent. With more children it is refused. Whether an image may go
     * while it has any clone at all is decided above this interface, by {@link VolumeSummary#parent}.
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
     * Ends all I/O and gives the pool back. Open handles are of no further use. Closing twice does nothing.
     */
    @Override
    void close();
}

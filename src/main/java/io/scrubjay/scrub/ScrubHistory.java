// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.LastScrub;
import io.scrubjay.manifest.ImageId;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of scrubs over restarts: soft state, which may be lost.
 *
 * <p>Thread-safe. Calls may block for the disk. None fails because the history cannot be written or read: the kind that
 * uses a disk says so in the log and goes on without.
 */
public interface ScrubHistory {
    /** The most runs that are remembered; the oldest go first. */
    int RUNS_MAX = 1000;
    /** The most events that are remembered; the oldest go first. */
    int EVENTS_MAX = 1000;

    /** Remembers a run as it stands now, with those of its findings that were not remembered yet. */
    void save(RunReport run);

    /** The remembered runs, the one ordered last first, whatever the clock said; without their findings. */
    List<RunReport> runs();

    /** One run with its findings, or empty when it is not remembered. */
    Optional<RunReport> find(RunId id);

    /** Says of all runs that have not ended that they failed: for start-up. */
    void failUnfinished(Instant at, String message);

    /** Remembers how the latest scrub of an image ended. */
    void scrubbed(ImageId image, LastScrub verdict);

    /** How the latest scrub of each image ended. */
    Map<ImageId, LastScrub> lastScrubs();

    /** Forgets the latest scrub of an image that is no more. */
    void forget(ImageId image);

    /**
     * Remembers what an administrator has set, in place of what was set of the same before.
     *
     * @return whether it outlives the agent
     */
    boolean keep(ScrubSetting setting);

    /** What administrators have set. */
    List<ScrubSetting> settings();

    /** Whether the next agent would find all of these; of none, whether it would find what is kept from now on. */
    boolean keeps(List<ScrubSetting> settings);

    /** Remembers an event. */
    void note(ScrubEvent event);

    /** The remembered events, the latest first. */
    List<ScrubEvent> events();
}

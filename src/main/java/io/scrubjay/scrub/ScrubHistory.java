// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import io.scrubjay.image.LastScrub;
import io.scrubjay.manifest.ImageId;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The record of scrubs that survives restarts. It may be lost without harm to any image.
 *
 * <p>Thread-safe. Calls may block for the disk. No call fails because the history cannot be written or read: the kind
 * that uses a disk logs that and goes on without it.
 */
public interface ScrubHistory {
    /** The most runs that are remembered; the oldest are forgotten first. */
    int RUNS_MAX = 1000;
    /** The most events that are remembered; the oldest are forgotten first. */
    int EVENTS_MAX = 1000;

    /** Remembers the present state of a run, and those of its findings that were not remembered yet. */
    void save(RunReport run);

    /** The remembered runs without their findings, the latest request first, independently of the clock. */
    List<RunReport> runs();

    /** One run with its findings, or empty when it is not remembered. */
    Optional<RunReport> find(RunId id);

    /** Marks all runs that have not ended as failed; called at startup. */
    void failUnfinished(Instant at, String message);

    /** Remembers the result of the latest scrub of an image. */
    void scrubbed(ImageId image, LastScrub verdict);

    /** The result of the latest scrub of each image. */
    Map<ImageId, LastScrub> lastScrubs();

    /** Forgets the latest scrub of an image that no longer exists. */
    void forget(ImageId image);

    /**
     * Remembers a setting of an administrator, in place of its previous value.
     *
     * @return whether it survives a restart of the agent
     */
    boolean keep(ScrubSetting setting);

    /** The settings of administrators. */
    List<ScrubSetting> settings();

    /**
     * Whether all of these settings would survive a restart; for an empty list, whether settings that are kept from now
     * on would.
     */
    boolean keeps(List<ScrubSetting> settings);

    /** Remembers an event. */
    void note(ScrubEvent event);

    /** The remembered events, the latest first. */
    List<ScrubEvent> events();
}

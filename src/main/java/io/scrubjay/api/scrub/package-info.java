// SPDX-License-Identifier: Apache-2.0
/**
 * Scrubs: the schedule, runs on demand, and what runs found.
 *
 * <p>Runs on workers, since the history of runs is on a disk.
 */
package io.scrubjay.api.scrub;

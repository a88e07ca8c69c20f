// SPDX-License-Identifier: Apache-2.0
/**
 * Scrubs: the schedule, runs on demand, and what runs found.
 *
 * <p>On workers: the history lies on a disk.
 */
package io.scrubjay.api.scrub;

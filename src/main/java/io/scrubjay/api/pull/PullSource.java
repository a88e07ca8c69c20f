// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import io.scrubjay.fetch.FetchSource;

/** Where an ordered image comes from. Immutable. */
sealed interface PullSource {
    /** A file on another server. */
    record Url(FetchSource file) implements PullSource {}

    /** A volume of this agent, by its name. */
    record Volume(String name) implements PullSource {}

    /** A snapshot of this agent, by its name. */
    record Snapshot(String name) implements PullSource {}
}

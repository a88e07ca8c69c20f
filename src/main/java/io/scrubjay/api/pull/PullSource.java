// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import io.scrubjay.fetch.FetchSource;

/** Where an ordered image comes from. Immutable. */
sealed interface PullSource {
    /** A file on another server. */
    record Url(FetchSource file) implements PullSource {}
}

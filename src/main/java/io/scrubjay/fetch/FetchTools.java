// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.time.Duration;

/**
 * What all fetches share.
 *
 * @param retryFor how long a fetch may make no progress in all
 * @param idleTimeout how long a server may send nothing
 */
record FetchTools(UrlGuard guard, SourceClient client, FetchTimer timer, Duration retryFor, Duration idleTimeout) {}

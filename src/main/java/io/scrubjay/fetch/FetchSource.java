// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import java.util.Objects;

/**
 * What to fetch.
 *
 * @param url where the file is
 * @param headers what to send to the server of this URL, and to no other
 */
public record FetchSource(SourceUrl url, SourceHeaders headers) {
    public FetchSource {
        Objects.requireNonNull(url);
        Objects.requireNonNull(headers);
    }
}

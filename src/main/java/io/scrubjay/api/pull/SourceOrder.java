// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.scrubjay.fetch.FetchSource;
import io.scrubjay.fetch.SourceHeaders;
import io.scrubjay.fetch.SourceUrl;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The source of an image in the JSON body of an order. */
@RegisterForReflection
@Schema(name = "ImageSourceOrder")
record SourceOrder(
        @Schema(
                implementation = String.class,
                required = true,
                enumeration = {"url"})
        Optional<String> type,

        @Schema(
                implementation = String.class,
                description = "of a `url`: where the file is, with http or https",
                examples = "https://images.example.org/debian-12.qcow2")
        Optional<String> url,

        @Schema(
                description = "of a `url`: header fields to send to its server, such as `Authorization`; neither stored"
                        + " nor shown, and not sent to another server")
        Optional<Map<String, String>> headers) {
    private static final String URL = "url";
    private static final List<String> TYPES = List.of(URL);

    /**
     * The source, checked as far as can be without asking anybody.
     *
     * @throws RefusedException {@code invalid-request}
     */
    PullSource parsed() {
        String known = type.filter(TYPES::contains)
                .orElseThrow(() -> invalid("'source.type' must be one of: " + String.join(", ", TYPES)));
        assert known.equals(URL) : known;
        SourceUrl where = SourceUrl.parse(url.orElseThrow(() -> invalid("'source.url' is missing")));
        return new PullSource.Url(
                new FetchSource(where, headers.map(SourceHeaders::of).orElse(SourceHeaders.NONE)));
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }

    /** Without the URL and the headers, which may have secrets. */
    @Override
    public String toString() {
        return "source of type " + type.orElse("?");
    }
}

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
                enumeration = {"url", "volume", "snapshot"})
        Optional<String> type,

        @Schema(
                implementation = String.class,
                description = "of a `url`: where the file is, with http or https",
                examples = "https://images.example.org/debian-12.qcow2")
        Optional<String> url,

        @Schema(
                description = "of a `url`: header fields to send to its server, such as `Authorization`; neither stored"
                        + " nor shown, and not sent to another server")
        Optional<Map<String, String>> headers,

        @Schema(implementation = String.class, description = "of a `volume`: its name")
        Optional<String> volume,

        @Schema(implementation = String.class, description = "of a `snapshot`: its name")
        Optional<String> snapshot) {
    private static final String URL = "url";
    private static final String VOLUME = "volume";
    private static final String SNAPSHOT = "snapshot";
    private static final List<String> TYPES = List.of(URL, VOLUME, SNAPSHOT);

    /**
     * The source, checked as far as can be without asking anybody.
     *
     * @throws RefusedException {@code invalid-request}
     */
    PullSource parsed() {
        String known = type.filter(TYPES::contains)
                .orElseThrow(() -> invalid("'source.type' must be one of: " + String.join(", ", TYPES)));
        requireOnlyOwnFields(known);
        return switch (known) {
            case VOLUME -> new PullSource.Volume(volume.orElseThrow(() -> invalid("'source.volume' is missing")));
            case SNAPSHOT ->
                new PullSource.Snapshot(snapshot.orElseThrow(() -> invalid("'source.snapshot' is missing")));
            default -> parsedUrl();
        };
    }

    private PullSource parsedUrl() {
        SourceUrl where = SourceUrl.parse(url.orElseThrow(() -> invalid("'source.url' is missing")));
        return new PullSource.Url(
                new FetchSource(where, headers.map(SourceHeaders::of).orElse(SourceHeaders.NONE)));
    }

    private void requireOnlyOwnFields(String known) {
        requireOwn(known, URL, "url", url);
        requireOwn(known, URL, "headers", headers);
        requireOwn(known, VOLUME, "volume", volume);
        requireOwn(known, SNAPSHOT, "snapshot", snapshot);
    }

    private static void requireOwn(String known, String owner, String field, Optional<?> value) {
        if (value.isPresent() && !known.equals(owner)) {
            throw invalid("'source." + field + "' belongs to a source of type '" + owner + "', not '" + known
                    + "'; leave it out, or change 'source.type'");
        }
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

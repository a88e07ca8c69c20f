// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.inject.Singleton;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps texts that clients choose out of the metrics of requests. The framework tags requests with the method as it was
 * sent, and also with the path if no resource was found or the caller had no permission: that would create a series for
 * every word that anybody sends, and show names of images to everybody who may read metrics. INVARIANT I-7. Immutable.
 */
@Singleton
final class RequestTags implements MeterFilter {
    private static final String METERS = "http.server.";
    private static final String REQUESTS = METERS + "requests";
    /** 10 ms, 100 ms, 1 s, 10 s, 60 s. */
    private static final double[] BUCKETS_NANOS = {1e7, 1e8, 1e9, 1e10, 6e10};

    private static final String OTHER = "OTHER";

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Words that the framework uses in place of a path. */
    private static final Set<String> OUTCOMES = Set.of("NOT_FOUND", "REDIRECTION", "UNKNOWN", "root");

    private static final Pattern NAMED = Pattern.compile("/v1/(images|volumes|snapshots)/[^/]+"
            + "(/(?:content|manifest|clusters|events|export|snapshots|inflate|decouple))?");
    private static final Pattern RUN = Pattern.compile("/v1/scrub/runs/[^/]+");
    private static final Pattern SESSION = Pattern.compile("/v1/uploads/[^/]+");
    private static final Set<String> UNNAMED = Set.of(
            "/v1/images",
            "/v1/volumes",
            "/v1/snapshots",
            "/v1/pool",
            "/v1/scrub",
            "/v1/scrub/runs",
            "/v1/uploads",
            "/v1/upload-urls");

    @Override
    public Meter.Id map(Meter.Id id) {
        if (!id.getName().startsWith(METERS)) {
            return id;
        }
        List<Tag> tags = id.getTags().stream().map(RequestTags::bounded).toList();
        return id.replaceTags(tags);
    }

    /** Adds a histogram to requests, since users notice how long nine out of ten requests take at most. */
    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(REQUESTS)
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(BUCKETS_NANOS)
                        .build()
                        .merge(config)
                : config;
    }

    private static Tag bounded(Tag tag) {
        return switch (tag.getKey()) {
            case "method" -> METHODS.contains(tag.getValue()) ? tag : Tag.of("method", OTHER);
            case "uri" -> Tag.of("uri", template(tag.getValue()));
            default -> tag;
        };
    }

    /** The path in the form of the API's description, whether it is given in that form or with names in it. */
    static String template(String path) {
        if (UNNAMED.contains(path) || OUTCOMES.contains(path)) {
            return path;
        }
        Matcher named = NAMED.matcher(path);
        if (named.matches()) {
            String part = named.group(2) == null ? "" : named.group(2);
            return "/v1/" + named.group(1) + "/{name}" + part;
        }
        if (SESSION.matcher(path).matches()) {
            return "/v1/uploads/{upload}";
        }
        return RUN.matcher(path).matches() ? "/v1/scrub/runs/{id}" : OTHER;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The durable record that an image has a confirmed finding and is not to be served. It survives restarts and the loss
 * of everything outside the pool.
 *
 * @param id the image
 * @param name the name of the image
 * @param reason a stable code: 1 to 32 lower-case letters, digits and dashes
 * @param message for people, at most {@link #MESSAGE_LENGTH_MAX} characters
 * @param at when the image was quarantined, in whole milliseconds
 * @param findingCount how many findings there were
 * @param findings the first of them, at most {@link #FINDINGS_MAX}
 */
public record QuarantineMarker(
        ImageId id,
        ResourceName name,
        String reason,
        String message,
        Instant at,
        long findingCount,
        List<FindingLine> findings)
        implements Quarantine {
    public static final int MESSAGE_LENGTH_MAX = 1000;
    public static final int FINDINGS_MAX = 1000;

    private static final Pattern REASON = Pattern.compile("[a-z0-9-]{1,32}");

    public QuarantineMarker {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        if (!REASON.matcher(reason).matches()) {
            throw new IllegalArgumentException("not a reason code: '" + reason + "'");
        }
        // Half of a surrogate pair, which UTF-8 cannot encode, becomes a question mark now, rather than when the marker
        // is stored.
        message = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        if (message.length() > MESSAGE_LENGTH_MAX) {
            throw new IllegalArgumentException("a message of " + message.length() + " characters is too long");
        }
        at = at.truncatedTo(ChronoUnit.MILLIS);
        findings = List.copyOf(findings);
        if (findings.size() > FINDINGS_MAX || findings.size() > findingCount) {
            throw new IllegalArgumentException(findings.size() + " lines for " + findingCount + " findings");
        }
    }

    /** The same marker with only the first of its findings listed; the count still includes all. */
    QuarantineMarker listing(int findingsMax) {
        return new QuarantineMarker(
                id,
                name,
                reason,
                message,
                at,
                findingCount,
                findings.subList(0, Math.min(findings.size(), findingsMax)));
    }

    /**
     * The marker for these findings. A message or list that is too long is cut off; the count still includes all
     * findings.
     */
    public static QuarantineMarker of(
            ManifestHeader image, String reason, String message, Instant at, List<FindingLine> findings) {
        return new QuarantineMarker(
                image.id(),
                image.name(),
                reason,
                message.substring(0, Math.min(message.length(), MESSAGE_LENGTH_MAX)),
                at,
                findings.size(),
                findings.subList(0, Math.min(findings.size(), FINDINGS_MAX)));
    }
}

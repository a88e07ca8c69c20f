// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.manifest;

import java.util.regex.Pattern;

/**
 * One finding, as a quarantine marker stores it.
 *
 * @param chunk the chunk it is about
 * @param kind the finding's code: 1 to 16 lower-case letters, digits and dashes
 */
public record FindingLine(long chunk, String kind) {
    private static final Pattern KIND = Pattern.compile("[a-z0-9-]{1,16}");

    public FindingLine {
        if (chunk < 0) {
            throw new IllegalArgumentException("negative chunk: " + chunk);
        }
        if (!KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("not the code of a finding: '" + kind + "'");
        }
    }
}

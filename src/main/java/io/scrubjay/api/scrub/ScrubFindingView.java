// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import io.scrubjay.scrub.Finding;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.Optional;
import java.util.OptionalLong;

/** One finding in the API. {@code chunk} is null when it is about the manifest. */
@Schema(name = "ScrubFinding")
record ScrubFindingView(
        String target,
        OptionalLong chunk,
        long offsetBytes,
        long lengthBytes,
        String finding,
        Optional<String> expected,
        Optional<String> actual) {
    static ScrubFindingView of(Finding finding) {
        return new ScrubFindingView(
                finding.target(),
                finding.chunk(),
                finding.range().offset(),
                finding.range().length(),
                finding.kind().wireName(),
                finding.expected(),
                finding.actual());
    }
}

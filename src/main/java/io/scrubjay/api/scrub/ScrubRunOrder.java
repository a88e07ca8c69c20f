// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import io.scrubjay.image.ScrubLevel;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.RunOrigin;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubTarget;

/** The request for a run. Fields that a client left out are null. */
record ScrubRunOrder(String target, String level) {
    /** @throws RefusedException {@code invalid-request}, {@code invalid-name}, {@code image-not-found} */
    RunReport.Order order() {
        if (target == null || level == null) {
            throw new RefusedException(Refusal.INVALID_REQUEST, "a scrub run needs 'target' and 'level'");
        }
        ScrubLevel known = ScrubLevel.ofWireName(level)
                .orElseThrow(() -> new RefusedException(Refusal.INVALID_REQUEST, "'level' must be 'light' or 'deep'"));
        return new RunReport.Order(ScrubTarget.parse(target), known, RunOrigin.REQUEST);
    }
}

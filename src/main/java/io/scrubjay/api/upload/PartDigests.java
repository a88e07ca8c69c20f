// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.form.PartHead;
import io.vertx.core.MultiMap;

/** The head of a part of a form, for the check of the digests in it. Stateless. */
final class PartDigests {
    private PartDigests() {}

    /** All fields of the head. */
    static MultiMap fields(PartHead head) {
        MultiMap fields = MultiMap.caseInsensitiveMultiMap();
        head.fields().forEach(field -> fields.add(field.name(), field.value()));
        return fields;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.function.Function;

/** The one place where the name of an image, snapshot or volume out of a request is parsed. */
public final class ResourceNames {
    private ResourceNames() {}

    /** A name for something new. */
    public static ResourceName parse(String text) {
        return parse(text, ResourceName::parse);
    }

    /** The name of something that may be there already; the agent may have named it. */
    public static ResourceName known(String text) {
        return parse(text, ResourceName::parseKnown);
    }

    private static ResourceName parse(String text, Function<String, ResourceName> form) {
        try {
            return form.apply(text);
        } catch (IllegalArgumentException nonsense) {
            throw new RefusedException(Refusal.INVALID_NAME, nonsense.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import java.util.List;

/**
 * The settings of one mapping, without those of mappings inside it. Immutable.
 *
 * @param prefix what the names of its keys begin with
 * @param meaning in Markdown; empty when nobody has written it down
 */
record ConfigSection(String prefix, String meaning, List<ConfigKey> keys) {
    ConfigSection {
        keys = List.copyOf(keys);
    }
}

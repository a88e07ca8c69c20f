// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.scrub;

import java.io.Serial;

/** SQLite can open a database, but finds it inconsistent. */
final class DatabaseDamaged extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    DatabaseDamaged(String verdict) {
        super("quick_check: " + verdict);
    }
}

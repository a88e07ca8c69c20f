// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.security.SecureRandom;

/** What whoever runs the tests may choose. */
final class TestChoice {
    private TestChoice() {}

    /** By how much rounds and sizes are multiplied; 1 in the ordinary build. */
    static int scale() {
        return Integer.getInteger("scrubjay.test.scale", 1);
    }

    /** Whether pools are to be left behind for somebody to look at. */
    static boolean keepsFiles() {
        return Boolean.getBoolean("scrubjay.test.keep");
    }

    /** The seed of random choices, printed so that a run can be repeated. */
    static long seed(Class<?> test) {
        Long given = Long.getLong("scrubjay.test.seed");
        long seed = given == null ? new SecureRandom().nextLong() : given;
        System.out.println(test.getSimpleName() + ": -Dscrubjay.test.seed=" + seed);
        return seed;
    }
}

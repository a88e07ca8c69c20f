// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.util.Map;
import java.util.TreeMap;

/** What was done how often. Confined to one thread. */
final class SoakTally {
    private final Map<String, Integer> counts = new TreeMap<>();

    void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    int of(String what) {
        return counts.getOrDefault(what, 0);
    }

    void print() {
        counts.forEach((what, count) -> System.out.printf("soak: %6d %s%n", count, what));
    }
}

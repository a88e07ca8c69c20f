// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which calls of an operation a sweep visits: the first of each kind, the last, and every third; with {@code
 * -Dscrubjay.test.scale=2} or more each.
 */
final class SweptCalls {
    private static final boolean EACH = Integer.getInteger("scrubjay.test.scale", 1) > 1;
    private static final int STRIDE = 3;

    private SweptCalls() {}

    /**
     * The places to visit, counted from 1.
     *
     * @param calls what kind each call is of
     * @param turn with another one, it is another third
     */
    static List<Integer> places(List<String> calls, int turn) {
        Set<String> kinds = new HashSet<>();
        return IntStream.rangeClosed(1, calls.size())
                .filter(n -> kinds.add(calls.get(n - 1)) || EACH || n == calls.size() || (n + turn) % STRIDE == 0)
                .boxed()
                .toList();
    }
}

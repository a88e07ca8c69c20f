// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long random sequences of everything, compared with arrays as they go on. */
public interface RandomOperationsContract extends PoolUnderTest {
    /** How many operations in a row. */
    int STEPS = 120;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    default void poolAndArraysAgree(long seed) {
        int rounds = Integer.getInteger("scrubjay.test.scale", 1);
        for (int round = 0; round < rounds; round++) {
            new RandomOperations(this, seed + 1000L * round).run(STEPS);
        }
    }
}

package io.scrubjay.engine;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long random sequences of everything, compared with arrays after each step. */
public interface RandomOperationsContract extends PoolUnderTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    default void poolAndArraysAgreeAfterEveryStep(long seed) {
        int rounds = Integer.getInteger("scrubjay.test.scale", 1);
        for (int round = 0; round < rounds; round++) {
            new RandomOperations(this, seed + 1000L * round).run(120);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.Random;

/** How much of what was never synced is on the medium when the power is lost. */
public enum Survival {
    NOTHING,
    ANYTHING,
    EVERYTHING;

    /** Whether one thing is there. */
    boolean of(Random chance) {
        return switch (this) {
            case NOTHING -> false;
            case ANYTHING -> chance.nextBoolean();
            case EVERYTHING -> true;
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Runs where the library was built, and is left out elsewhere; {@code ./dev test} says so at its end. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "io.scrubjay.engine.spdk.NeedsSpdk$Presence#isHere",
        disabledReason = "SPDK is not part of this build: install it under /opt/spdk or $SPDK_PREFIX, and build again")
@AddLifecycleHook(NeedsSpdk.Absence.class)
@ExtendWith(NeedsSpdk.MemoryGivenBack.class)
public @interface NeedsSpdk {
    /** Whether the library is part of this build. */
    final class Presence {
        private Presence() {}

        static boolean isHere() {
            return NeedsSpdk.class.getResource("/META-INF/native/libscrubjay_spdk.so") != null;
        }
    }

    /**
     * Ends the device in memory that a class has made: SPDK keeps its store loaded when the pool is closed, under the name
     * that tests give to every store, and the next class in this process could make none.
     */
    final class MemoryGivenBack implements AfterAllCallback {
        @Override
        public void afterAll(ExtensionContext context) {
            TestDevice.giveMemoryBack();
        }
    }

    /** The same for properties. */
    final class Absence implements SkipExecutionHook {
        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            return Presence.isHere()
                    ? SkipResult.doNotSkip()
                    : SkipResult.skip("SPDK is not part of this build: install it under /opt/spdk and build again");
        }

        @Override
        public PropagationMode propagateTo() {
            return PropagationMode.ALL_DESCENDANTS;
        }
    }
}

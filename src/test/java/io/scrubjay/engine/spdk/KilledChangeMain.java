// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.spdk.KilledChangeTest.Step;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.io.IOException;

/**
 * A program that opens a pool, says so, and waits for a byte; then takes one step, says so, and waits to be killed: {@code
 * KilledChangeMain <device> <step>}.
 */
final class KilledChangeMain {
    static final String OPEN = "the pool is open";
    static final String DONE = "the step is taken";

    private KilledChangeMain() {}

    public static void main(String[] arguments) throws IOException {
        SpdkEngine engine = SpdkEngine.open(TestDevice.pool(SpdkDevice.parse(arguments[0])));
        ClearedPool.await(engine);
        System.out.println(OPEN);
        if (System.in.read() < 0) {
            return;
        }
        Step.valueOf(arguments[1]).take(engine);
        System.out.println(DONE);
        System.in.read();
    }
}

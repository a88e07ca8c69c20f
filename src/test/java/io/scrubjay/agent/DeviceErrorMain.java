// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.StorageEngine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A program that reads the name of a {@link StoredOperation}, opens a pool, does it, reads an image and closes the pool, waiting for a
 * line before each of the last two; and so on, until there are no more. It numbers what it says: {@code DeviceErrorMain <device>
 * <number of the last one before>}.
 */
final class DeviceErrorMain {
    static final String OPEN = "open ";
    static final String DONE = "done ";
    static final String REFUSED = "refused ";
    static final String CLOSED = "closed ";

    private DeviceErrorMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int asked = Integer.parseInt(arguments[1]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String name = lines.readLine(); name != null; name = lines.readLine()) {
            asked++;
            try (StorageEngine engine = StoredPool.openSpdk(Path.of(arguments[0]));
                    StoredPool.Agent agent = StoredPool.Agent.started(engine)) {
                System.out.println(OPEN + asked);
                await(lines);
                boolean done = EveryDeviceErrorTest.isDone(StoredOperation.valueOf(name), agent);
                System.out.println((done ? DONE : REFUSED) + asked);
                await(lines);
                agent.download("disk");
            } catch (EngineException notInGoodOrder) {
                System.out.println(notInGoodOrder.getMessage());
            }
            System.out.println(CLOSED + asked);
        }
    }

    private static void await(BufferedReader lines) throws IOException {
        if (lines.readLine() == null) {
            throw new IOException("nobody says when to go on");
        }
    }
}

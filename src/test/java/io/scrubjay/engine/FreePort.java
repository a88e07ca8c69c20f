// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP ports for servers that have to be told their port before they start. The system gives none of them to anybody who
 * asks for any port, so what other tests do meanwhile takes none away; each process of tests has a place of its own to
 * begin at. Thread-safe.
 */
public final class FreePort {
    private static final Path GIVEN_BY_THE_SYSTEM = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int FIRST = 10_240;
    /** More than one process of tests takes. */
    private static final int PROCESS_STEP = 64;

    private static final AtomicInteger TAKEN = new AtomicInteger();

    private FreePort() {}

    /** A port below those that the system gives, which nobody listens at, and which this process has not been given yet. */
    public static int take() {
        int count = firstGivenByTheSystem() - FIRST;
        long begin = ProcessHandle.current().pid() * PROCESS_STEP;
        for (int tries = 0; tries < count; tries++) {
            int port = FIRST + Math.toIntExact((begin + TAKEN.getAndIncrement()) % count);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("all ports from " + FIRST + " on are taken");
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port)) {
            return free.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static int firstGivenByTheSystem() {
        try {
            // By lines: the kernel answers only the first read, and a read of the whole file is one of a byte first.
            String range = Files.readAllLines(GIVEN_BY_THE_SYSTEM).get(0);
            return Integer.parseInt(range.substring(0, range.indexOf('\t')));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

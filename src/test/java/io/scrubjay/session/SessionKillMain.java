// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.engine.file.FileEngine;
import io.scrubjay.engine.file.FilePool;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionStore;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * An agent's half for resumable uploads and its client in one, to be killed: {@code SessionKillMain <pool> <seed>}. It
 * goes on with the session in the pool, or begins one, and says what has been answered.
 */
final class SessionKillMain {
    static final int LENGTH = (24 << 20) + 4_711;
    static final String AT = "at ";
    static final String READY = "ready";

    private SessionKillMain() {}

    static byte[] file() {
        return SessionKit.bytes(99, LENGTH);
    }

    static StorageEngine open(Path pool) {
        return FileEngine.open(FilePool.at(pool).withClusterSize(ClusterSize.parse("64K")));
    }

    public static void main(String[] arguments) {
        byte[] file = file();
        Random random = new Random(Long.parseLong(arguments[1]));
        try (StorageEngine engine = open(Path.of(arguments[0]));
                SessionKit kit = new SessionKit(engine)) {
            kit.sessions.sweep();
            kit.awaitImages();
            List<SessionStore.Found> found = new SessionStore(engine).scan();
            if (kit.image("disk").isPresent()) {
                say(AT + LENGTH);
                say(READY);
                return;
            }
            SessionId id =
                    found.isEmpty() ? kit.create("disk", LENGTH) : found.get(0).id();
            long offset = kit.offset(id);
            say(AT + offset);
            while (offset < LENGTH) {
                long end = Math.min(LENGTH, offset + 1 + random.nextInt(2_000_000));
                offset =
                        kit.send(id, offset, SessionKit.part(file, offset, end)).offsetBytes();
                say(AT + offset);
            }
            kit.sessions.sweep();
            kit.awaitImages();
            say(READY);
        }
    }

    private static void say(String what) {
        System.out.println(what);
        System.out.flush();
    }
}

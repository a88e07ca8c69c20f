package io.scrubjay.engine.file;

import java.io.Serial;

/** A small file of the pool does not say what it must. Its message tells people why. */
final class DamagedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    DamagedException(String reason) {
        super(reason);
    }

    DamagedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}

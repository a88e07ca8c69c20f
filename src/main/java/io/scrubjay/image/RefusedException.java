package io.scrubjay.image;

import io.scrubjay.engine.EngineException;

import java.io.Serial;
import java.util.Objects;

/** A request was refused, or a running one failed, for a reason its sender should know. */
public final class RefusedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    /**
     * @param message one sentence for people; no path and no stack trace
     */
    public RefusedException(Refusal refusal, String message) {
        super(message);
        this.refusal = Objects.requireNonNull(refusal);
    }

    public RefusedException(Refusal refusal, String message, Throwable cause) {
        super(message, cause);
        this.refusal = Objects.requireNonNull(refusal);
    }

    /** What an engine's failure means to whoever asked for an image. */
    public static RefusedException because(EngineException failure) {
        Refusal refusal = switch (failure.kind()) {
            case EXHAUSTED -> Refusal.POOL_FULL;
            case CALLER ->
                failure instanceof EngineException.VolumeInUse ? Refusal.IMAGE_IN_USE : Refusal.DEVICE_FAILED;
            case DEVICE -> Refusal.DEVICE_FAILED;
        };
        return new RefusedException(refusal, failure.getMessage(), failure);
    }

    public Refusal refusal() {
        return refusal;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.refusal;

import io.scrubjay.engine.EngineException;

import java.io.Serial;
import java.util.List;
import java.util.Objects;

/** A request was refused, or failed while it was running, for a reason that the client is told. */
public class RefusedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Refusal refusal;
    private final transient List<String> children;

    /**
     * @param message one sentence for people; no path and no stack trace
     */
    public RefusedException(Refusal refusal, String message) {
        this(refusal, message, List.of());
    }

    /**
     * @param children the names of the volumes and snapshots that depend on the requested one
     */
    public RefusedException(Refusal refusal, String message, List<String> children) {
        super(message);
        this.refusal = Objects.requireNonNull(refusal);
        this.children = List.copyOf(children);
    }

    public RefusedException(Refusal refusal, String message, Throwable cause) {
        super(message, cause);
        this.refusal = Objects.requireNonNull(refusal);
        this.children = List.of();
    }

    /** The refusal for an engine's failure, in terms of the API. */
    public static RefusedException because(EngineException failure) {
        if (failure instanceof EngineException.VolumeUnreadable unreadable) {
            return new RefusedException(
                    Refusal.UNREADABLE,
                    "the request depends on something in the pool that the agent cannot read: " + unreadable.what()
                            + ". Nothing was changed. Repair or remove it, and everything else that GET /v1/pool"
                            + " lists under 'unreadable', and restart the agent",
                    failure);
        }
        if (failure instanceof EngineException.VolumeNotFound missing) {
            return new RefusedException(
                    Refusal.UNREADABLE,
                    "the request needs '" + missing.name()
                            + "', which is missing from the pool or has lost its data. Nothing was changed. Restore"
                            + " it and restart the agent",
                    failure);
        }
        Refusal refusal = switch (failure.kind()) {
            case EXHAUSTED -> Refusal.POOL_FULL;
            case CALLER ->
                failure instanceof EngineException.VolumeInUse ? Refusal.IMAGE_IN_USE : Refusal.DEVICE_FAILED;
            case DEVICE -> Refusal.DEVICE_FAILED;
        };
        return new RefusedException(refusal, failure.getMessage(), failure);
    }

    public final Refusal refusal() {
        return refusal;
    }

    /** The names of the volumes and snapshots that depend on the requested one and must be deleted first. */
    public final List<String> children() {
        return children;
    }
}

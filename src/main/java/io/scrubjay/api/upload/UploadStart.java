// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.image.NameTakenException;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;

/**
 * Begins an ingest, also where the same client has just lost the connection of its first attempt: then the name is free
 * as soon as that attempt has been cleaned up, and no thread waits for it. Stateless.
 */
final class UploadStart {
    /** As often as a name may be taken and lost again by others while one waits for it. */
    private static final int TRIES_MAX = 5;

    private UploadStart() {}

    /** The ingest, begun by a worker; or its refusal. In any thread. */
    static Uni<Ingest> of(Ingests ingests, IngestOrder order) {
        return begin(ingests, order, TRIES_MAX);
    }

    private static Uni<Ingest> begin(Ingests ingests, IngestOrder order, int triesLeft) {
        Uni<Ingest> begun = Uni.createFrom()
                .item(() -> ingests.begin(order))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
        return triesLeft == 1
                ? begun
                : begun.onFailure(UploadStart::isTaken)
                        .recoverWithUni(taken -> Uni.createFrom()
                                .completionStage(() -> ingests.released((NameTakenException) taken))
                                .chain(() -> begin(ingests, order, triesLeft - 1)));
    }

    private static boolean isTaken(Throwable failure) {
        return failure instanceof NameTakenException;
    }
}

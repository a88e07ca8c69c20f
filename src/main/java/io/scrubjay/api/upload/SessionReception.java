// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.BodyTarget;
import io.scrubjay.api.body.PatientTarget;
import io.scrubjay.api.body.UnreadBody;
import io.scrubjay.api.body.UploadBody;
import io.scrubjay.manifest.SessionId;
import io.scrubjay.manifest.SessionRecord;
import io.scrubjay.session.OffsetMismatchException;
import io.scrubjay.session.SessionConfig;
import io.scrubjay.session.Sessions;
import io.scrubjay.session.Transfer;
import io.scrubjay.session.TransferOrder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Receives the bodies of requests into sessions. Runs on the request's event loop and stays there for as long as bytes
 * come; the workers of the sessions access the device, and a body is read only once its transfer has begun. Stateless.
 */
@Singleton
class SessionReception {
    private final Sessions sessions;
    private final SessionConfig config;

    SessionReception(Sessions sessions, SessionConfig config) {
        this.sessions = sessions;
        this.config = config;
    }

    /** A request that creates a session, as it was read from its headers. */
    private record Creation(SessionRecord.Announced announced, OptionalLong length, Optional<TransferOrder> piece) {}

    /** Creates a session, and receives the beginning of its file if the request has it; returns the session's record. */
    Uni<SessionRecord> create(RoutingContext routing) {
        Context loop = Vertx.currentContext();
        TusHeaders headers = new TusHeaders(routing.request());
        return ended(
                Uni.createFrom()
                        .item(() -> creation(headers))
                        .chain(creation -> Uni.createFrom()
                                .completionStage(() -> sessions.create(creation.announced(), creation.length()))
                                .chain(record -> creation.piece()
                                        .map(piece -> receive(record.id(), piece, routing, loop))
                                        .orElseGet(() -> Uni.createFrom().item(record)))),
                routing,
                loop);
    }

    private static Creation creation(TusHeaders headers) {
        headers.requireVersion();
        Optional<TransferOrder> piece = headers.hasPiece() ? Optional.of(headers.firstPiece()) : Optional.empty();
        return new Creation(headers.announced(), headers.lengthToCreate(), piece);
    }

    /** Receives a piece of the file of a session; returns the session's record when the piece is durable. */
    Uni<SessionRecord> receive(String session, RoutingContext routing) {
        Context loop = Vertx.currentContext();
        TusHeaders headers = new TusHeaders(routing.request());
        return ended(
                Uni.createFrom()
                        .item(() -> {
                            headers.requireVersion();
                            return headers.piece();
                        })
                        .chain(piece -> receive(TusHeaders.session(session), piece, routing, loop)),
                routing,
                loop);
    }

    private Uni<SessionRecord> receive(SessionId session, TransferOrder piece, RoutingContext routing, Context loop) {
        return Uni.createFrom()
                .completionStage(() -> sessions.begin(session, piece))
                .emitOn(task -> loop.runOnContext(now -> task.run()))
                .chain(transfer -> body(transfer, routing, loop));
    }

    private Uni<SessionRecord> body(Transfer transfer, RoutingContext routing, Context loop) {
        BodyTarget target = PatientTarget.over(new TransferBody(transfer), loop, config.idleTimeout());
        new UploadBody(routing, target, loop).start();
        if (new TusHeaders(routing.request()).expectsContinue()) {
            routing.response().writeContinue();
        }
        return Uni.createFrom().completionStage(transfer::done);
    }

    private static <T> Uni<T> ended(Uni<T> work, RoutingContext routing, Context loop) {
        HttpServerRequest request = routing.request();
        return work.emitOn(task -> loop.runOnContext(now -> task.run()))
                .onFailure()
                .invoke(refused -> {
                    if (refused instanceof OffsetMismatchException elsewhere) {
                        request.response().putHeader(TusProtocol.OFFSET, Long.toString(elsewhere.offsetBytes()));
                    }
                    UnreadBody.discard(request, loop);
                });
    }
}

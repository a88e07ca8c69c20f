// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.BodyTarget;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.session.Transfer;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A body that becomes a piece of a session's file. */
final class TransferBody implements BodyTarget {
    private final Transfer transfer;

    TransferBody(Transfer transfer) {
        this.transfer = transfer;
    }

    @Override
    public void receive(ByteBuffer bytes) {
        transfer.receive(bytes);
    }

    @Override
    public CompletableFuture<Void> room() {
        return transfer.room();
    }

    @Override
    public void complete() {
        transfer.complete();
    }

    @Override
    public void cut(RefusedException why) {
        transfer.cut(why);
    }

    @Override
    public CompletionStage<Void> useless() {
        return transfer.broken();
    }

    @Override
    public long receivedBytes() {
        return transfer.receivedBytes();
    }
}

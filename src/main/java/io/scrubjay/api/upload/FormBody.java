// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.upload;

import io.scrubjay.api.body.BodyTarget;
import io.scrubjay.api.form.Boundary;
import io.scrubjay.api.form.FormParser;
import io.scrubjay.api.form.FormSink;
import io.scrubjay.api.form.PartHead;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A body that is a form: it collects the fields, begins an ingest when the file comes, and passes the file on to it no
 * faster than it is taken. The ingest learns that the file is complete when the whole form is; until then the form may
 * still turn out to be cut, or to have more parts than it may.
 *
 * <p>Confined to the request's event loop.
 */
final class FormBody implements BodyTarget, FormSink {
    /** INVARIANT I-7: how many bytes all fields together may have. */
    private static final int FIELD_BYTES_MAX = 16 << 10;

    private final FormOrder order;
    private final FormParser parser;
    private final Context loop;
    private final long timer;
    private final CompletableFuture<Ingest> begun = new CompletableFuture<>();
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private Optional<Ingest> ingest;
    private String part = "";
    private int fieldBytes;
    private long fileBytes;
    private boolean fileCame;
    private boolean over;

    /**
     * @param patience how long it may take until the file comes
     */
    FormBody(FormOrder order, Boundary boundary, Context loop, Duration patience) {
        this.order = order;
        this.parser = new FormParser(boundary, this);
        this.loop = loop;
        this.ingest = order.begun();
        ingest.ifPresent(begun::complete);
        this.timer = loop.owner()
                .setTimer(
                        Math.max(1, patience.toMillis()),
                        late -> cut(new RefusedException(
                                Refusal.UPLOAD_IDLE,
                                "the file '" + order.file() + "' of the form did not come within "
                                        + patience.toSeconds() + " seconds")));
    }

    /**
     * Completes when the ingest has begun, which it does when the file comes; fails with the
     * {@link RefusedException} if the form is refused before. On the event loop.
     */
    CompletionStage<Ingest> begun() {
        return begun;
    }

    @Override
    public void receive(ByteBuffer bytes) {
        if (!over) {
            try {
                parser.take(bytes);
                return;
            } catch (RefusedException why) {
                cut(why);
            }
        }
        bytes.position(bytes.limit());
    }

    @Override
    public CompletableFuture<Void> room() {
        return ingest.map(Ingest::room).orElseGet(() -> begun.handle((known, refused) -> null));
    }

    @Override
    public void complete() {
        if (over) {
            return;
        }
        try {
            parser.finish();
            requireFile();
        } catch (RefusedException why) {
            cut(why);
            return;
        }
        over = true;
        CompletionStage<?> unused = begun.thenAccept(Ingest::complete);
    }

    @Override
    public void cut(RefusedException why) {
        if (over) {
            return;
        }
        over = true;
        boolean unusedTimer = loop.owner().cancelTimer(timer);
        if (fileCame || ingest.isPresent()) {
            CompletionStage<?> unused = begun.thenAccept(known -> known.cut(why));
        } else {
            begun.completeExceptionally(why);
        }
    }

    @Override
    public CompletionStage<Void> useless() {
        CompletableFuture<Void> useless = new CompletableFuture<>();
        CompletionStage<?> unused = begun.thenCompose(Ingest::done).whenComplete((image, refused) -> {
            if (refused != null) {
                useless.complete(null);
            }
        });
        return useless;
    }

    @Override
    public long receivedBytes() {
        return fileBytes;
    }

    @Override
    public void partBegins(PartHead head) {
        boolean isFile = head.name().equals(order.file());
        if (fileCame) {
            throw invalid(
                    isFile
                            ? "the form has a second file '" + order.file() + "'; send one file in each form"
                            : "the form has " + quoted(head.name()) + " behind the file '" + order.file()
                                    + "'; send all fields before the file");
        }
        if (isFile) {
            Cancellable unused = order.begin(head)
                    .subscribe()
                    .with(
                            known -> loop.runOnContext(now -> begin(known)),
                            refused -> loop.runOnContext(now -> refuse(refused)));
            fileCame = true;
            boolean unusedTimer = loop.owner().cancelTimer(timer);
        } else {
            order.requireField(head);
            part = head.name();
        }
    }

    private void begin(Ingest known) {
        ingest = Optional.of(known);
        begun.complete(known);
    }

    private void refuse(Throwable refused) {
        over = true;
        begun.completeExceptionally(refused);
    }

    @Override
    public void partBytes(ByteBuffer bytes) {
        if (!fileCame) {
            collect(bytes);
        } else if (ingest.isPresent()) {
            int before = bytes.remaining();
            ingest.get().receive(bytes);
            fileBytes += before - bytes.remaining();
        }
    }

    private void collect(ByteBuffer bytes) {
        fieldBytes += bytes.remaining();
        if (fieldBytes > FIELD_BYTES_MAX) {
            throw new RefusedException(
                    Refusal.TOO_LARGE,
                    "the fields of the form have more than " + FIELD_BYTES_MAX + " bytes, the last one being "
                            + quoted(part) + "; send the file as '" + order.file() + "'");
        }
        while (bytes.hasRemaining()) {
            value.write(bytes.get());
        }
    }

    @Override
    public void partEnds() {
        if (fileCame) {
            order.requireLength(fileBytes);
        } else {
            order.field(part, value.toString(StandardCharsets.UTF_8));
            value.reset();
        }
    }

    private void requireFile() {
        if (!fileCame) {
            throw invalid("the form has no file; send it as '" + order.file() + "', behind all fields");
        }
    }

    /** A name that the sender chose, for a message: short, and without what a terminal would obey. */
    static String quoted(String name) {
        String shown = name.replaceAll("\\p{Cntrl}", "?");
        return "'" + (shown.length() <= 60 ? shown : shown.substring(0, 60) + "…") + "'";
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.scrubjay.image.Image;
import io.scrubjay.ingest.IngestObserver;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.SealStep;
import jakarta.inject.Singleton;

import java.util.Locale;

/**
 * Traces of ingests: a span {@code ingest} below the request that began it, and below that span one for each stage.
 * Costs nothing while {@code quarkus.otel.sdk.disabled} is true, which is the default. Thread-safe.
 */
@Singleton
final class IngestTraces implements IngestObserver {
    private final Tracer tracer;

    IngestTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public Course begun(Image image) {
        Span whole = tracer.spanBuilder("ingest")
                .setParent(Context.current())
                .setAttribute("scrubjay.image.name", image.name().toString())
                .setAttribute("scrubjay.image.id", image.id().toString())
                .startSpan();
        return new TracedCourse(image, whole);
    }

    /** Used by one thread at a time. */
    private final class TracedCourse implements Course {
        private final Image image;
        private final Span whole;
        private Span stage = Span.getInvalid();

        TracedCourse(Image image, Span whole) {
            this.image = image;
            this.whole = whole;
        }

        @Override
        public void receiving() {
            enter("receive");
        }

        @Override
        public void sealing(SealStep step) {
            enter(step.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }

        private void enter(String name) {
            stage.end();
            stage = tracer.spanBuilder("ingest " + name)
                    .setParent(Context.root().with(whole))
                    .startSpan();
        }

        @Override
        public void failed(RefusedException why) {
            for (Span span : new Span[] {stage, whole}) {
                span.setStatus(StatusCode.ERROR, why.getMessage());
                span.setAttribute("error.type", why.refusal().code());
            }
            stage.end();
            stage = Span.getInvalid();
        }

        @Override
        public void ended() {
            stage.end();
            whole.setAttribute("scrubjay.image.received_bytes", image.receivedBytes());
            whole.end();
        }
    }
}

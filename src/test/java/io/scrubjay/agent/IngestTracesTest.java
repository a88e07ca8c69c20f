// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Stages;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.flow.WindowPool;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.ingest.Ingest;
import io.scrubjay.ingest.IngestLimits;
import io.scrubjay.ingest.IngestOrder;
import io.scrubjay.ingest.Ingests;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.TestPool;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.source.SourceForm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The spans of an ingest, as an exporter gets them. */
class IngestTracesTest {
    private static final ClusterSize CLUSTER_SIZE = ClusterSize.parse("64K");
    private static final List<String> STAGES = List.of(
            "ingest receive",
            "ingest flush",
            "ingest prove-head",
            "ingest snapshot",
            "ingest prove-snapshot",
            "ingest commit");

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();
    private final Tracer tracer = provider.get("test");
    private final StorageEngine engine = TestPool.open(CLUSTER_SIZE, 32L << 20);
    private final Ingests ingests = new Ingests(
            new IngestLimits(
                    1, 3, WindowPool.windowBytesFor(CLUSTER_SIZE), 2, Duration.ofSeconds(60), ByteSize.parse("1G")),
            engine,
            new ManifestStore(engine),
            new ImageCatalog(),
            InstantSource.system(),
            System::nanoTime,
            new IngestTraces(tracer));

    @AfterEach
    void close() {
        ingests.close();
        engine.close();
        provider.close();
    }

    private Ingest begin() {
        return ingests.begin(new IngestOrder(
                ResourceName.parse("disk"),
                SourceForm.AUTO,
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                Optional.empty()));
    }

    private List<SpanData> spans() {
        return exporter.getFinishedSpanItems();
    }

    private SpanData span(String name) {
        return spans().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aStageIsASpanBelowTheIngestAndThatBelowItsRequest() {
        // Given
        Span request = tracer.spanBuilder("PUT").startSpan();
        Ingest ingest =
                Context.current().with(request).wrapSupplier(this::begin).get();
        // When
        ingest.receive(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        ingest.complete();
        Image image = Stages.await(ingest.done());
        // Then
        SpanData whole = span("ingest");
        assertThat(whole.getParentSpanContext()).isEqualTo(request.getSpanContext());
        assertThat(whole.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(whole.getAttributes().asMap())
                .containsEntry(AttributeKey.stringKey("scrubjay.image.name"), "disk")
                .containsEntry(
                        AttributeKey.stringKey("scrubjay.image.id"), image.id().toString())
                .containsEntry(AttributeKey.longKey("scrubjay.image.received_bytes"), 3L);
        assertThat(spans()).extracting(SpanData::getName).containsSubsequence(STAGES);
        for (String stage : STAGES) {
            SpanData span = span(stage);
            assertThat(span.getParentSpanId()).isEqualTo(whole.getSpanId());
            assertThat(span.getTraceId()).isEqualTo(whole.getTraceId());
            assertThat(span.getStartEpochNanos()).isBetween(whole.getStartEpochNanos(), whole.getEndEpochNanos());
            assertThat(span.getEndEpochNanos()).isBetween(span.getStartEpochNanos(), whole.getEndEpochNanos());
        }
    }

    @Test
    void theStageThatFailedSaysWhyAndNoneFollows() {
        // Given
        Ingest ingest = begin();
        ingest.receive(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        // When
        ingest.cut(new RefusedException(Refusal.UPLOAD_CUT, "the connection ended"));
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Stages.await(ingest.done()));
        // Then
        assertThat(spans()).extracting(SpanData::getName).containsExactly("ingest receive", "ingest");
        assertThat(spans()).allSatisfy(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).isEqualTo("the connection ended");
            assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                    .isEqualTo("upload-cut");
        });
    }
}

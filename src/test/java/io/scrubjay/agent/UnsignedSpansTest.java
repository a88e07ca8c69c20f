// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What of a request's query an exporter gets: nothing. */
class UnsignedSpansTest {
    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(new UnsignedSpans())
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build();

    @AfterEach
    void close() {
        provider.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expires=1&by=ci&signature=c2VjcmV0",
                "expires=1&by=ci&SIGNATURE=c2VjcmV0",
                "expires=1&by=ci&Signature=c2VjcmV0",
                "expires=1&by=ci&%73ignature=c2VjcmV0",
                "sig%6Eature=c2VjcmV0",
                "token=c2VjcmV0"
            })
    void noQueryIsToldWhateverItsKeys(String query) {
        // When
        provider.get("test")
                .spanBuilder("PUT")
                .setAttribute(QUERY, query)
                .startSpan()
                .end();

        // Then
        assertThat(exporter.getFinishedSpanItems())
                .singleElement()
                .extracting(span -> span.getAttributes().get(QUERY))
                .isEqualTo(UnsignedSpans.LEFT_OUT);
    }

    @Test
    void requestWithoutAQueryIsToldAsItIs() {
        // When
        provider.get("test").spanBuilder("GET").startSpan().end();

        // Then
        assertThat(exporter.getFinishedSpanItems())
                .singleElement()
                .extracting(SpanData::getAttributes)
                .satisfies(attributes -> assertThat(attributes.isEmpty()).isTrue());
    }
}

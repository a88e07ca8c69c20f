package io.scrubjay.agent;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.scrubjay.api.UploadUrlKeys;
import jakarta.inject.Singleton;

/** Keeps the signature of an upload URL, which is as good as a token, out of the span of its request. Stateless. */
@Singleton
final class UnsignedSpans implements SpanProcessor {
    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        String query = span.getAttribute(QUERY);
        if (query != null && query.contains(UploadUrlKeys.SIGNATURE)) {
            span.setAttribute(QUERY, "(signed)");
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
        return false;
    }
}

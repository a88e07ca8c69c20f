// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.inject.Singleton;

/**
 * Keeps queries out of the spans of requests, since a query may have the signature of an upload URL, which is as good
 * as a token. All queries are removed, because keys are accepted in upper or lower case and with escaped letters.
 * Stateless.
 */
@Singleton
final class UnsignedSpans implements SpanProcessor {
    /** The text that replaces the query in a span. */
    static final String LEFT_OUT = "(left out)";

    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        if (span.getAttribute(QUERY) != null) {
            span.setAttribute(QUERY, LEFT_OUT);
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

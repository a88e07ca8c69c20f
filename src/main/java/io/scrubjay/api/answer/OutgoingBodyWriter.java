// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import io.vertx.core.Context;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Lets a resource answer with an {@link OutgoingBody}: its bytes go straight to the Vert.x response, chunked unless it
 * is known how many there are. Stateless.
 */
@Provider
public class OutgoingBodyWriter implements ServerMessageBodyWriter<OutgoingBody> {
    /** Resolved late: writers are created when the agent is built, before there is a configuration. */
    private final Instance<DownloadConfig> config;

    @Inject
    public OutgoingBodyWriter(Instance<DownloadConfig> config) {
        this.config = config;
    }

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return OutgoingBody.class.isAssignableFrom(type);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return OutgoingBody.class.isAssignableFrom(type);
    }

    @Override
    public void writeResponse(OutgoingBody body, Type genericType, ServerRequestContext request) {
        ResteasyReactiveRequestContext context = (ResteasyReactiveRequestContext) request;
        RoutingContext routing = context.unwrap(RoutingContext.class);
        Context loop = ((HttpServerRequestInternal) routing.request()).context();
        context.suspend();
        // Vert.x wants to know before the first write; the headers of the resource's answer come only with it.
        body.lengthBytes()
                .ifPresentOrElse(
                        length -> routing.response().putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length)),
                        () -> routing.response().setChunked(true));
        new Outflow(body, routing, loop, config.get().stallTimeout(), new End(routing, context)).start();
    }

    /** Hands the exchange back to the framework, with a failure for it to make a problem of, if nothing was sent. */
    private record End(RoutingContext routing, ResteasyReactiveRequestContext context) implements Outflow.Ending {
        @Override
        public void sent() {
            context.resume();
        }

        @Override
        public void refused(RuntimeException why) {
            routing.response().headers().remove(HttpHeaders.CONTENT_LENGTH);
            routing.response().setChunked(false);
            context.resume(why);
        }
    }

    @Override
    public void writeTo(
            OutgoingBody body,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> httpHeaders,
            OutputStream stream) {
        throw new UnsupportedOperationException("a body goes to the response, not through a stream");
    }
}

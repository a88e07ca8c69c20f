// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scrubjay.api.problem.Problem;
import io.vertx.core.http.HttpHeaders;
import jakarta.inject.Inject;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;

/** Writes JSON responses, with a line break at the end, so that they can be read in a terminal. Thread-safe. */
@Provider
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
public class JsonWriter implements ServerMessageBodyWriter<Object> {
    private final ObjectMapper mapper;

    @Inject
    public JsonWriter(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return isJson(type);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return isJson(type);
    }

    /** Whether this type is written as JSON: not if it is a text already, or sends itself. */
    static boolean isJson(Class<?> type) {
        return !CharSequence.class.isAssignableFrom(type) && !OutgoingBody.class.isAssignableFrom(type);
    }

    @Override
    public void writeResponse(Object entity, Type genericType, ServerRequestContext context)
            throws JsonProcessingException {
        byte[] line = line(entity);
        context.serverResponse().setResponseHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(line.length));
        context.serverResponse().end(line);
    }

    /** For the JSON parts of an event stream: without the line break, since an event has its own. */
    @Override
    public void writeTo(
            Object entity,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> httpHeaders,
            OutputStream stream)
            throws IOException {
        stream.write(mapper.writeValueAsBytes(entity));
    }

    /** A response in the form in which it is sent. */
    byte[] line(Object entity) throws JsonProcessingException {
        byte[] json = mapper.writeValueAsBytes(entity);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}

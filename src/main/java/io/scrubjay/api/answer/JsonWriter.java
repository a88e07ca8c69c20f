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

/**
 * Writes answers of JSON: a text file, whose last line ends as all others do, so that it can be looked at in a terminal.
 * Thread-safe.
 */
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

    /** Not what is a text already, nor what sends itself. */
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

    /** For those parts of an event stream that are JSON: without the end of the line, of which an event has its own. */
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

    /** What an answer is, as it is sent. */
    byte[] line(Object entity) throws JsonProcessingException {
        byte[] json = mapper.writeValueAsBytes(entity);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}

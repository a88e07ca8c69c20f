// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.api.body.UploadDigests;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses query keys that a resource's method does not have: a misspelt key is a mistake of the client, and must not be
 * ignored ({@code ?digset=…} would be an upload that nobody checks). Also refuses two values of a key that takes one,
 * and a key without a value. A method declares its keys by annotations: {@link QueryParam}, {@link RestQuery}, or
 * {@link Parameter} in the query for keys that it reads itself, with an array as the schema if several values are
 * allowed.
 *
 * <p>Thread-safe.
 */
@Provider
public class UnknownQueryKeys implements ContainerRequestFilter {
    private final Map<Method, SortedMap<String, Key>> known = new ConcurrentHashMap<>();

    /** Injecting this makes the build keep the methods for reflection in a native executable, too. */
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        Map<String, List<String>> query = request.getUriInfo().getQueryParameters();
        if (query.isEmpty()) {
            return;
        }
        SortedMap<String, Key> allowed = known.computeIfAbsent(resource.getResourceMethod(), UnknownQueryKeys::keysOf);
        query.forEach((key, values) -> {
            if (!allowed.containsKey(key)) {
                throw invalid("unknown query key '" + key + "'; "
                        + (allowed.isEmpty()
                                ? "this request takes no query keys"
                                : "this request takes " + String.join(", ", allowed.keySet())));
            }
            if (values.stream().anyMatch(String::isBlank)) {
                throw invalid("the query key '" + key + "' has no value; its value must be "
                        + allowed.get(key).expected() + "; or leave the key out");
            }
            if (values.size() > 1 && allowed.get(key).values() == Values.ONE) {
                throw invalid("the query has '" + key + "' " + values.size() + " times; send it once");
            }
        });
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }

    /**
     * One key.
     *
     * @param expected what its value must be, for people
     */
    private record Key(Values values, String expected) {
        static Key of(Parameter said) {
            Values values = said.schema().implementation().isArray() ? Values.SEVERAL : Values.ONE;
            return new Key(values, expected(said));
        }

        private static String expected(Parameter said) {
            String[] words = said.schema().enumeration();
            if (words.length > 0) {
                return "one of " + String.join(", ", words);
            }
            String[] examples = said.schema().examples();
            return UploadDigests.expected(said.name())
                    .orElse(examples.length > 0 ? "such as " + examples[0] : "as the API says");
        }

        static Key ofList(String name) {
            return new Key(Values.ONE, ListQuery.expected(name).orElse("as the API says"));
        }
    }

    /** How many values a key may have. */
    private enum Values {
        ONE,
        SEVERAL
    }

    /** The query keys of a resource's method, in order. */
    private static SortedMap<String, Key> keysOf(Method method) {
        SortedMap<String, Key> keys = new TreeMap<>();
        for (Parameter said : method.getAnnotationsByType(Parameter.class)) {
            if (said.in() == ParameterIn.QUERY) {
                keys.put(said.name(), Key.of(said));
            }
        }
        for (java.lang.reflect.Parameter parameter : method.getParameters()) {
            QueryParam standard = parameter.getAnnotation(QueryParam.class);
            RestQuery own = parameter.getAnnotation(RestQuery.class);
            if (standard != null) {
                keys.put(standard.value(), Key.ofList(standard.value()));
            } else if (own != null) {
                keys.put(own.value().isEmpty() ? parameter.getName() : own.value(), Key.ofList(own.value()));
            }
        }
        return keys;
    }
}

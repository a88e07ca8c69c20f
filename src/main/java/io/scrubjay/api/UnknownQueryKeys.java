// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.image.Refusal;
import io.scrubjay.image.RefusedException;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses query keys that a resource's method does not have: a misspelt one is a mistake of the client's, not a wish to
 * be passed over ({@code ?digset=…} would be an upload that nobody checks). A method's keys are those that its
 * annotations say: {@link QueryParam}, {@link RestQuery}, or {@link Parameter} in the query for what it reads itself.
 *
 * <p>Thread-safe.
 */
@Provider
public class UnknownQueryKeys implements ContainerRequestFilter {
    private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

    /** Its being asked for has the build keep the methods for reflection in a native executable, too. */
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        Set<String> keys = request.getUriInfo().getQueryParameters().keySet();
        if (keys.isEmpty()) {
            return;
        }
        Set<String> allowed = known.computeIfAbsent(resource.getResourceMethod(), UnknownQueryKeys::keysOf);
        for (String key : keys) {
            if (!allowed.contains(key)) {
                throw new RefusedException(
                        Refusal.INVALID_REQUEST,
                        "the query key '" + key + "' is not known here; "
                                + (allowed.isEmpty()
                                        ? "this request has no query keys"
                                        : "known are " + String.join(", ", allowed)));
            }
        }
    }

    /** The query keys of a resource's method, in order. */
    static Set<String> keysOf(Method method) {
        Set<String> keys = new TreeSet<>();
        for (Parameter said : method.getAnnotationsByType(Parameter.class)) {
            if (said.in() == ParameterIn.QUERY) {
                keys.add(said.name());
            }
        }
        for (java.lang.reflect.Parameter parameter : method.getParameters()) {
            QueryParam standard = parameter.getAnnotation(QueryParam.class);
            RestQuery own = parameter.getAnnotation(RestQuery.class);
            if (standard != null) {
                keys.add(standard.value());
            } else if (own != null) {
                keys.add(own.value().isEmpty() ? parameter.getName() : own.value());
            }
        }
        return keys;
    }
}

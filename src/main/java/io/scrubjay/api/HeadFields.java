// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.api.body.VertxRequest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.http.HttpVersion;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Refuses requests of any kind because of their headers: a request that needs a body but announces none;
 * {@code If-Match} for something without an entity tag, since the condition would otherwise be ignored; and
 * {@code If-None-Match} with a change, since only the upload of an image respects it, which never replaces an image.
 *
 * <p>Thread-safe.
 */
@Provider
public class HeadFields implements ContainerRequestFilter {
    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        if (needsBody(resource.getResourceMethod()) && hasNone(request)) {
            throw new RefusedException(
                    Refusal.LENGTH_REQUIRED,
                    "the request has no body; send one, with Content-Length or 'Transfer-Encoding: chunked'");
        }
        List<String> tags = fields(request, HttpHeaders.IF_MATCH);
        if (!tags.isEmpty() && !tags.equals(List.of("*")) && !hasEntityTag(request)) {
            throw new RefusedException(
                    Refusal.PRECONDITION_FAILED,
                    "nothing at this path has an entity tag to compare If-Match with;"
                            + " send the request without If-Match");
        }
        List<String> otherTags = fields(request, HttpHeaders.IF_NONE_MATCH);
        if (!otherTags.isEmpty() && isChange(request) && !(otherTags.equals(List.of("*")) && isUpload(request))) {
            throw new RefusedException(
                    Refusal.PRECONDITION_FAILED,
                    "If-None-Match is supported only for reads and, as '*', for image uploads; send the request"
                            + " without it");
        }
    }

    private static List<String> fields(ContainerRequestContext request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name)).orElse(List.of());
    }

    private static boolean isChange(ContainerRequestContext request) {
        return !request.getMethod().equals(HttpMethod.GET)
                && !request.getMethod().equals(HttpMethod.HEAD)
                && !request.getMethod().equals(HttpMethod.OPTIONS);
    }

    private static boolean isUpload(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        return request.getMethod().equals(HttpMethod.PUT)
                && path.startsWith("/v1/images/")
                && path.endsWith("/content");
    }

    /**
     * Whether the request is for something with an entity tag: images and snapshots have tags, and their operations
     * check them.
     */
    private static boolean hasEntityTag(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        boolean isContent = path.endsWith("/content");
        return (path.startsWith("/v1/images/") || path.startsWith("/v1/snapshots/"))
                && (isContent || (request.getMethod().equals(HttpMethod.DELETE) && path.split("/", -1).length == 4));
    }

    private static boolean hasNone(ContainerRequestContext request) {
        return VertxRequest.of(request).version() != HttpVersion.HTTP_2
                && request.getHeaderString(HttpHeaders.CONTENT_LENGTH) == null
                && request.getHeaderString("Transfer-Encoding") == null;
    }

    /** Whether a method needs a body: it declares that, or it takes JSON as its only parameter without a name. */
    private static boolean needsBody(Method method) {
        RequestBody body = method.getAnnotation(RequestBody.class);
        return (body != null && body.required())
                || (method.isAnnotationPresent(Consumes.class)
                        && Arrays.stream(method.getParameters())
                                .anyMatch(parameter -> parameter.getAnnotations().length == 0));
    }
}

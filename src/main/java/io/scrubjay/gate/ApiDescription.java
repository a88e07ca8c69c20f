// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Serves the OpenAPI document at {@code /q/openapi}, as written by the build: nothing in it depends on the
 * configuration. The framework would read it, build a model of it and write it again, twice at each start, which takes
 * a sixth of a native executable's time until it is ready.
 *
 * <p>YAML, or JSON where the path ends in {@code .json}, or {@code Accept} or {@code ?format=json} says so. Stateless.
 */
public final class ApiDescription {
    private static final String PATH = "/q/openapi";
    /** After the framework's filters (CORS, authentication), which have negative orders, and before its own route. */
    private static final int BEFORE_THE_FRAMEWORKS = -1;

    private ApiDescription() {}

    /** Makes the framework find no document, so that it has nothing to prepare. Called before the framework starts. */
    public static void leaveAsBuilt() {
        OpenApiConstants.classLoader = new Nothing();
    }

    static void on(Router router) {
        for (String extension : new String[] {"", ".json", ".yaml", ".yml"}) {
            router.route(PATH + extension)
                    .order(BEFORE_THE_FRAMEWORKS)
                    .handler(ApiDescription::admit)
                    .blockingHandler(ApiDescription::answer, false);
        }
    }

    private static void admit(RoutingContext request) {
        if (ReadOnly.isLook(request)) {
            request.next();
        } else {
            ReadOnly.refuse(request, "the API description is read-only");
        }
    }

    private static void answer(RoutingContext request) {
        boolean json = asksForJson(request);
        try {
            Buffer document = Buffer.buffer(asBuilt(json ? "JSON" : "YAML"));
            String mediaType = json ? "application/json" : "application/yaml";
            request.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, mediaType + ";charset=UTF-8")
                    .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(document.length()))
                    .end(document);
        } catch (IOException unreadable) {
            request.fail(unreadable);
        }
    }

    private static boolean asksForJson(RoutingContext request) {
        String path = request.normalizedPath();
        if (!path.equals(PATH)) {
            return path.endsWith(".json");
        }
        String accepted = request.request().getHeader(HttpHeaders.ACCEPT);
        return (accepted != null && accepted.contains("application/json"))
                || "json".equalsIgnoreCase(request.request().getParam("format"));
    }

    private static byte[] asBuilt(String format) throws IOException {
        String name = OpenApiConstants.BASE_NAME + "." + format;
        try (InputStream document =
                Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
            if (document == null) {
                throw new FileNotFoundException(name + " was not built in");
            }
            return document.readAllBytes();
        }
    }

    /** Has no document. */
    private static final class Nothing extends ClassLoader {
        Nothing() {
            super(null);
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return null;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.api.lookup.ListStates;
import io.scrubjay.api.problem.Problem;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * Completes the OpenAPI document at build time, from which it is served: the problems of each operation, the parameters that
 * all lists have, and the header fields of answers. Confined to the build.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class ApiContract implements OASFilter {
    /** The codes of the problems of one status, for programs. */
    private static final String CODES = "x-problem-codes";

    /** What a client may send as a number of bytes, or as a text as "1G". */
    private static final Map<String, String> SIZES =
            Map.of("VolumeOrder", "sizeBytes", "VolumeChange", "sizeBytes", "ScrubChange", "rateLimitBytesPerSecond");

    private static final String PROBLEM_SCHEMA = "#/components/schemas/Problem";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        SIZES.forEach((order, size) -> document.getComponents()
                .getSchemas()
                .get(order)
                .getProperties()
                .get(size)
                .addType(Schema.SchemaType.STRING));
        document.getPaths()
                .getPathItems()
                .forEach((path, item) ->
                        item.getOperations().forEach((method, operation) -> complete(path, method, operation)));
    }

    private static void complete(String path, HttpMethod method, Operation operation) {
        operation.setSummary(KindTexts.of(path, operation.getSummary()));
        operation.setOperationId(OperationName.of(method.name(), path));
        if (operation.getParameters() != null) {
            operation.getParameters().forEach(parameter -> describe(parameter, path));
        }
        APIResponses responses = operation.getResponses();
        OperationProblems.of(method.name(), path, bodyKind(operation)).forEach((status, codes) -> {
            APIResponse problem = method == HttpMethod.HEAD ? withoutBody(codes) : problem(codes);
            if (status == 503) {
                problem.addHeader("Retry-After", header("seconds after which to try again, if known"));
            }
            responses.addAPIResponse(Integer.toString(status), problem);
        });
        if (method == HttpMethod.HEAD) {
            responses.getAPIResponse("200").setContent(null);
        }
        if (path.endsWith("/content") && method == HttpMethod.GET) {
            ContentFields.addToGet(operation, path);
        } else if (path.endsWith("/content") && method == HttpMethod.HEAD) {
            ContentFields.addToHead(operation, path);
        } else if (path.equals("/v1/images/{name}/content") && method == HttpMethod.PUT) {
            responses.getAPIResponse("202").addHeader("Preference-Applied", header("`respond-async`"));
        } else if (path.equals("/v1/images/{name}") && method == HttpMethod.POST) {
            responses.getAPIResponse("202").addHeader("Preference-Applied", header("`respond-async`"));
        } else if (path.equals("/v1/images") && method == HttpMethod.POST) {
            FormUpload.addTo(operation);
        }
        if (method == HttpMethod.GET && isListed(operation)) {
            responses
                    .getAPIResponse("200")
                    .addHeader(
                            "Link",
                            header("the URL of the next page, as `<…>; rel=\"next\"`; absent on the last page"));
        }
    }

    private static APIResponse withoutBody(SortedSet<String> codes) {
        return OASFactory.createAPIResponse()
                .description(codes.stream().map(code -> "`" + code + "`").collect(Collectors.joining(", ")))
                .addExtension(CODES, List.copyOf(codes));
    }

    private static APIResponse problem(SortedSet<String> codes) {
        Content content = OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(PROBLEM_SCHEMA)));
        return withoutBody(codes).content(content);
    }

    private static Header header(String description) {
        return OASFactory.createHeader().description(description).schema(string());
    }

    private static Schema string() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }

    private static OperationProblems.BodyKind bodyKind(Operation operation) {
        if (operation.getRequestBody() == null) {
            return OperationProblems.BodyKind.NONE;
        }
        return operation.getRequestBody().getContent().hasMediaType("application/json")
                ? OperationProblems.BodyKind.JSON
                : OperationProblems.BodyKind.BYTES;
    }

    private static boolean isListed(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getName().equals(ListQuery.LIMIT));
    }

    private static List<String> states(String path) {
        return switch (path) {
            case "/v1/images" -> ListStates.IMAGES;
            case "/v1/volumes" -> ListStates.VOLUMES;
            case "/v1/scrub/runs" -> ListStates.SCRUB_RUNS;
            default -> ListStates.SNAPSHOTS;
        };
    }

    private static void describe(Parameter parameter, String path) {
        if (parameter.getDescription() != null) {
            return;
        }
        switch (parameter.getIn() + " " + parameter.getName()) {
            case "query " + ListQuery.LIMIT ->
                parameter
                        .description("how many entries to return at most; without it, all")
                        .schema(OASFactory.createSchema()
                                .addType(Schema.SchemaType.INTEGER)
                                .minimum(BigDecimal.ONE)
                                .maximum(BigDecimal.valueOf(ListQuery.LIMIT_MAX)));
            case "query " + ListQuery.AFTER ->
                parameter.description("the last entry of the previous page: only entries after it are listed");
            case "query " + ListQuery.STATE ->
                parameter
                        .description("only entries in this state")
                        .schema(string().enumeration(List.copyOf(states(path))));
            case "query " + ListQuery.NAME -> parameter.description("only entries whose names begin with this");
            case "path name" ->
                parameter
                        .description("1 to 63 lower-case letters, digits, dots and dashes")
                        .schema(string().pattern("^([a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?|damaged@[0-9a-f]{32})$"));
            case "path id" -> parameter.description("the `id` of a run").schema(string().format("uuid"));
            default -> {
                // Whatever else there is says itself what it is.
            }
        }
    }
}

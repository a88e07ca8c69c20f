// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.api.ApiDocument.Operation;
import io.scrubjay.api.lookup.ListStates;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The OpenAPI document is whole: everything that the agent can do is in it, and how it can end. */
@QuarkusTest
@TestProfile(MemoryPoolProfile.class)
class ApiContractTest {
    private static final Pattern CODE_IN_A_TABLE = Pattern.compile("^\\| `([a-z-]+)` \\| ([0-9]{3}) \\|");
    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");
    /** What the framework makes of a class and a method that say nothing of themselves. */
    private static final Pattern MADE_UP_TAG = Pattern.compile(".* Resource");

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.scrubjay");

    @TestHTTPResource
    URI agent;

    private ApiDocument document;

    @BeforeEach
    void read() {
        document = ApiDocument.of(agent);
    }

    private Stream<DynamicTest> each(Consumer<Operation> check) {
        return document.operations().stream()
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> check.accept(operation)));
    }

    /** Methods and paths as the code has them. */
    private static Set<String> resourceMethods() {
        Set<String> methods = new TreeSet<>();
        for (JavaClass resource : OURS) {
            if (resource.isAnnotatedWith(Path.class)) {
                for (JavaMethod method : resource.getAllMethods()) {
                    verb(method).forEach(verb -> methods.add(verb + " " + path(resource, method)));
                }
            }
        }
        return methods;
    }

    private static Stream<String> verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType())
                .filter(type -> type.isAnnotatedWith(HttpMethod.class))
                .map(type -> type.getAnnotationOfType(HttpMethod.class).value());
    }

    private static String path(JavaClass resource, JavaMethod method) {
        String root = resource.getAnnotationOfType(Path.class).value();
        return method.tryGetAnnotationOfType(Path.class)
                .map(path -> root + (path.value().startsWith("/") ? "" : "/") + path.value())
                .orElse(root);
    }

    @Test
    void everyResourceMethodIsInIt() {
        Set<String> documented = new TreeSet<>();
        document.operations().forEach(operation -> documented.add(operation.toString()));
        assertThat(documented).isEqualTo(resourceMethods()).hasSizeGreaterThan(40);
    }

    @TestFactory
    Stream<DynamicTest> everyOperationSaysWhatItDoes() {
        Set<String> described = new HashSet<>();
        document.root()
                .path("tags")
                .forEach(tag -> described.add(
                        tag.path("description").isMissingNode()
                                ? ""
                                : tag.path("name").asText()));
        return each(operation -> {
            JsonNode tags = operation.description().path("tags");
            assertThat(tags).hasSize(1);
            assertThat(tags.get(0).asText()).isIn(described).doesNotMatch(MADE_UP_TAG);
            String summary = operation.description().path("summary").asText();
            assertThat(summary).as("more than the name of a method").contains(" ");
        });
    }

    @Test
    void operationsHaveNamesOfTheirOwn() {
        List<String> names = document.operations().stream()
                .map(operation -> operation.description().path("operationId").asText())
                .toList();
        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z]+[A-Z][A-Za-z]+"));
    }

    @TestFactory
    Stream<DynamicTest> everyAnswerIsDescribed() {
        return each(operation -> {
            assertThat(operation.statuses('2')).isNotEmpty();
            for (String status : operation.statuses('2')) {
                boolean hasContent = !operation.response(status).path("content").isEmpty();
                assertThat(hasContent)
                        .as("%s of %s has a body", status, operation)
                        .isEqualTo(!status.equals("204") && !operation.method().equals("HEAD"));
            }
            assertThat(operation.statuses('4')).contains("400", "401", "403", "412");
            // Uploaders accept whatever they send.
            assertThat(operation.statuses('4').contains("406"))
                    .isEqualTo(!operation.toString().equals("PUT /v1/images/{name}/content"));
            assertThat(operation.statuses('5')).contains("500", "503");
            Stream.of('4', '5')
                    .flatMap(kind -> operation.statuses(kind).stream())
                    .forEach(status -> {
                        JsonNode response = operation.response(status);
                        assertThat(response.path("x-problem-codes")).as(status).isNotEmpty();
                        if (!operation.method().equals("HEAD")) {
                            assertThat(response.at("/content/application~1problem+json/schema/$ref")
                                            .asText())
                                    .as(status)
                                    .isEqualTo("#/components/schemas/Problem");
                        }
                    });
        });
    }

    @Test
    void sizesMayBeTexts() {
        for (String size : List.of(
                "VolumeOrder/properties/sizeBytes",
                "VolumeChange/properties/sizeBytes",
                "ScrubChange/properties/rateLimitBytesPerSecond")) {
            List<String> types = new ArrayList<>();
            document.root().at("/components/schemas/" + size + "/type").forEach(type -> types.add(type.asText()));
            assertThat(types).as(size).contains("integer", "string");
        }
    }

    @TestFactory
    Stream<DynamicTest> contentSaysWhichBytesItIs() {
        return each(operation -> {
            if (!operation.path().matches("/v1/(images|snapshots)/.*/content")
                    || !operation.method().matches("GET|HEAD")) {
                return;
            }
            assertThat(operation.statuses('3')).containsExactly("304");
            for (String status : List.of("200", "304")) {
                assertThat(operation.response(status).path("headers").fieldNames())
                        .toIterable()
                        .contains("ETag", "Last-Modified", "Content-Disposition");
            }
            List<String> asked = new ArrayList<>();
            operation
                    .description()
                    .path("parameters")
                    .forEach(parameter -> asked.add(parameter.path("name").asText()));
            assertThat(asked).contains("If-Match", "If-Unmodified-Since", "If-None-Match");
        });
    }

    @Test
    void nobodyForgotWhatAnOperationRefuses() {
        Set<String> documented = new TreeSet<>();
        document.operations().forEach(operation -> documented.add(operation.toString()));
        assertThat(OperationProblems.operations()).containsAll(documented);
    }

    @TestFactory
    Stream<DynamicTest> everyParameterOfAPathIsDeclared() {
        return each(operation -> {
            Set<String> inPath = new TreeSet<>();
            for (Matcher at = PARAMETER.matcher(operation.path()); at.find(); ) {
                inPath.add(at.group(1));
            }
            Set<String> declared = new TreeSet<>();
            for (JsonNode parameter : operation.description().path("parameters")) {
                assertThat(parameter.path("description").asText())
                        .as(parameter.toString())
                        .isNotBlank();
                if (parameter.path("in").asText().equals("path")) {
                    assertThat(parameter.path("required").asBoolean()).isTrue();
                    declared.add(parameter.path("name").asText());
                }
            }
            assertThat(declared).isEqualTo(inPath);
        });
    }

    @Test
    void anUploadIsDescribedInFull() {
        Operation upload = document.find("PUT", "/v1/images/debian-12/content").orElseThrow();
        JsonNode body = upload.description().path("requestBody");
        assertThat(body.path("required").asBoolean()).isTrue();
        assertThat(body.path("content").fieldNames()).toIterable().containsExactly("application/octet-stream");
        assertThat(body.at("/content/application~1octet-stream/schema/format").asText())
                .isEqualTo("binary");
        assertThat(upload.description().path("parameters"))
                .extracting(parameter -> parameter.path("in").asText() + " "
                        + parameter.path("name").asText())
                .contains(
                        "path name",
                        "query format",
                        "query compression",
                        "query size",
                        "query digest",
                        "query contentDigest",
                        "query expires",
                        "query way",
                        "query by",
                        "query signature",
                        "header Repr-Digest",
                        "header Content-Digest",
                        "header Prefer");
        assertThat(upload.statuses('2')).containsExactly("201", "202");
        assertThat(upload.statuses('4')).contains("400", "401", "403", "408", "409", "413", "415", "422");
        assertThat(upload.statuses('5')).contains("500", "503", "507");
    }

    @Test
    void scrubsAreAcceptedNotDone() {
        assertThat(document.find("POST", "/v1/scrub/runs").orElseThrow().statuses('2'))
                .containsExactly("202");
    }

    @Test
    void onlyOurOwnTypesAppear() {
        Set<String> ours = new HashSet<>(Set.of("Instant"));
        OURS.stream()
                .filter(type -> type.getPackageName().startsWith("io.scrubjay.api"))
                .forEach(type -> ours.add(type.tryGetAnnotationOfType(Schema.class)
                        .map(Schema::name)
                        .filter(name -> !name.isEmpty())
                        .orElse(type.getSimpleName())));
        assertThat(document.root().at("/components/schemas").fieldNames())
                .toIterable()
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name).isIn(ours).doesNotEndWith("View"));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        document.root().findValues("$ref").forEach(reference -> references.add(reference.asText()));
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.root().at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    /** What a list can be asked for is what its entries can be in. */
    @TestFactory
    Stream<DynamicTest> statesOfListsAreThoseOfTheirEntries() {
        return Stream.of("Image", "Snapshot", "Volume")
                .map(kind -> DynamicTest.dynamicTest(kind, () -> {
                    List<String> shown = new ArrayList<>();
                    document.root()
                            .at("/components/schemas/" + kind + "/properties/state/enum")
                            .forEach(word -> shown.add(word.asText()));
                    // Whoever watches an image hears of its deletion; nothing lists it then.
                    shown.remove("deleted");
                    List<String> listed = switch (kind) {
                        case "Image" -> ListStates.IMAGES;
                        case "Snapshot" -> ListStates.SNAPSHOTS;
                        default -> ListStates.VOLUMES;
                    };
                    assertThat(shown).containsExactlyInAnyOrderElementsOf(listed);
                }));
    }

    /** An administrator who has a code finds out what to do about it. */
    @Test
    void everyCodeIsInTheTableForAdministrators() throws IOException {
        Set<String> explained = new HashSet<>();
        for (String line : Files.readAllLines(java.nio.file.Path.of("docs/operations.md"))) {
            Matcher row = CODE_IN_A_TABLE.matcher(line);
            if (row.find()) {
                explained.add(row.group(2) + " " + row.group(1));
            }
        }
        Set<String> answered = new TreeSet<>();
        for (Operation operation : document.operations()) {
            Stream.of('4', '5')
                    .flatMap(kind -> operation.statuses(kind).stream())
                    .forEach(status -> operation
                            .response(status)
                            .path("x-problem-codes")
                            .forEach(code -> answered.add(status + " " + code.asText())));
        }
        assertThat(answered)
                .hasSizeGreaterThan(25)
                .allSatisfy(code -> assertThat(explained).contains(code));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import io.scrubjay.engine.EngineException;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.jboss.resteasy.reactive.RestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Map;
import java.util.stream.Stream;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

class ProblemMapperTest {
    private final ProblemMapper mapper = new ProblemMapper();

    @Test
    void eachRefusalHasTheStatusOfTheApi() {
        Map<String, Integer> statuses = Stream.of(Refusal.values()).collect(toMap(Refusal::code, ProblemStatus::of));
        assertThat(statuses)
                .containsEntry("invalid-name", 400)
                .containsEntry("length-mismatch", 400)
                .containsEntry("image-not-found", 404)
                .containsEntry("image-exists", 409)
                .containsEntry("image-not-ready", 409)
                .containsEntry("image-in-use", 409)
                .containsEntry("unreadable", 409)
                .containsEntry("image-quarantined", 409)
                .containsEntry("too-large", 413)
                .containsEntry("unsupported-image", 415)
                .containsEntry("malformed-image", 422)
                .containsEntry("digest-mismatch", 422)
                .containsEntry("url-not-allowed", 422)
                .containsEntry("source-unavailable", 502)
                .containsEntry("source-changed", 502)
                .containsEntry("busy", 503)
                .containsEntry("pool-full", 507);
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void aRefusalIsAProblemWithItsCode(Refusal refusal) {
        // When
        RestResponse<Problem> response = mapper.refused(new RefusedException(refusal, "because"));
        // Then
        Problem problem = response.getEntity();
        assertThat(response.getStatus()).isEqualTo(problem.status()).isEqualTo(ProblemStatus.of(refusal));
        assertThat(response.getMediaType()).hasToString("application/problem+json");
        assertThat(problem.code()).isEqualTo(refusal.code());
        assertThat(problem.type()).isEqualTo("urn:problem-type:scrubjay:" + refusal.code());
        assertThat(problem.instance().isPresent()).isEqualTo(problem.status() == 500);
    }

    @Test
    void busySaysWhenToTryAgain() {
        RestResponse<Problem> response = mapper.refused(new RefusedException(Refusal.BUSY, "later"));
        assertThat(response.getHeaderString("Retry-After")).isEqualTo("5");
    }

    @Test
    void aDeviceFailureTellsTheClientNoPath() {
        // When
        Problem problem = mapper.failed(new EngineException.DeviceFailed("pread /var/lib/pool/x", 5))
                .getEntity();
        // Then
        assertThat(problem.code()).isEqualTo("device-failed");
        assertThat(problem.detail()).doesNotContain("/", "pread");
        assertThat(problem.instance()).isPresent();
    }

    @Test
    void aBugTellsTheClientNothingButAReference() {
        // When
        RestResponse<Problem> response = mapper.unforeseen(new IllegalStateException("secret"));
        // Then
        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(response.getEntity().toString()).doesNotContain("secret");
        assertThat(response.getEntity().instance())
                .hasValueSatisfying(reference -> assertThat(reference).startsWith("urn:uuid:"));
    }

    @Test
    void theTitleIsTheCodeForPeople() {
        assertThat(Problem.of(404, "image-not-found", "there is none").title()).isEqualTo("Image not found");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.scrubjay.access.UploadGrant;
import io.scrubjay.access.UploadKey;
import io.scrubjay.access.Way;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Each way to prove who one is, on an agent that takes all of them at once. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class CallersTest {
    @TestHTTPResource
    URI agent;

    private GateClient nobody;
    private GateClient administrator;

    @BeforeEach
    void connect() {
        nobody = new GateClient(agent);
        administrator = nobody.with(SecretFiles.ADMIN_TOKEN);
    }

    @AfterEach
    void clean() {
        SecretFiles.replaceTokens(SecretFiles.LINES);
        untilTokenIsTaken(SecretFiles.READ_TOKEN);
        GateClient uploader = nobody.with(SecretFiles.UPLOAD_TOKEN);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> order(uploader, "{\"image\":\"any\"}").body().contains("&by=ci&"));
        HttpResponse<String> images = administrator.get("/v1/images");
        assertThat(images.statusCode()).as(images.body()).isEqualTo(200);
        for (var image : GateClient.json(images)) {
            administrator.delete("/v1/images/" + image.path("name").asText());
        }
    }

    private void untilTokenIsTaken(String token) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> nobody.with(token).get("/v1/images").statusCode() == 200);
    }

    private String issued(String subject) {
        return TestIssuer.signed(TestIssuer.claims(subject));
    }

    private HttpResponse<String> order(GateClient client, String json) {
        return client.postJson("/v1/upload-urls", json);
    }

    private static String urlOf(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return GateClient.json(response).path("url").asText();
    }

    private String signedUrl(String image) {
        return urlOf(order(nobody.with(SecretFiles.UPLOAD_TOKEN), "{\"image\":\"" + image + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "canary-read-0123456789abcdeg", "canary", "a.b.c", "eyJhbGciOiJub25lIn0.e30."})
    void unknownTokenIsRefused(String token) {
        GateClient.requireProblem(nobody.with(token).get("/v1/images"), 401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/images", "/v1/images/x/content", "/v1/pool", "/v1/nowhere"})
    void askingWhatIsPossibleNeedsACallerThatIsKnown(String path) {
        GateClient.requireProblem(nobody.send("OPTIONS", path, ""), 401, "unauthorized");
        GateClient.requireProblem(nobody.with("canary").send("OPTIONS", path, ""), 401, "unauthorized");
        HttpResponse<String> told = nobody.with(SecretFiles.READ_TOKEN).send("OPTIONS", path, "");
        assertThat(told.statusCode()).isEqualTo(path.equals("/v1/nowhere") ? 404 : 204);
        assertThat(told.headers().firstValue("Allow").isPresent()).isEqualTo(told.statusCode() == 204);
    }

    @Test
    void otherSchemesAreNoWayIn() {
        HttpResponse<String> response = nobody.send("GET", "/v1/images", "", "Authorization", "Basic b3BzOmNhbmFyeQ==");
        GateClient.requireProblem(response, 401, "unauthorized");
    }

    @Test
    void nameOfTheSchemeIsReadInAnyCase() {
        HttpResponse<String> response =
                nobody.send("GET", "/v1/images", "", "Authorization", "bEARER  " + SecretFiles.READ_TOKEN);
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void changedFileHoldsWithoutARestart() {
        // Given
        String newToken = "canary-new-0123456789abcdef";

        // When
        SecretFiles.replaceTokens(SecretFiles.LINES.replace(SecretFiles.READ_TOKEN, newToken));

        // Then
        untilTokenIsTaken(newToken);
        GateClient.requireProblem(nobody.with(SecretFiles.READ_TOKEN).get("/v1/images"), 401, "unauthorized");
    }

    @Test
    void emptiedFileTakesEveryTokenBack() {
        // When
        SecretFiles.replaceTokens("");

        // Then
        await().atMost(Duration.ofSeconds(30))
                .until(() -> administrator.get("/v1/images").statusCode() == 401);
        GateClient.requireProblem(nobody.with(SecretFiles.READ_TOKEN).get("/v1/images"), 401, "unauthorized");
        GateClient.requireProblem(nobody.get("/v1/images"), 401, "unauthorized");
    }

    @Test
    void subjectHasTheRoleItIsGiven() {
        // Given
        GateClient uploader = nobody.with(issued(TestIssuer.UPLOADER));

        // When
        HttpResponse<String> uploaded = uploader.upload("by-jwt");

        // Then
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
        GateClient.requireProblem(uploader.delete("/v1/images/by-jwt"), 403, "forbidden");
    }

    @Test
    void groupsOfTheIssuerCount() {
        // Given
        String token = TestIssuer.signed(TestIssuer.claims("somebody").groups(Set.of("admin", "others")));

        // When
        HttpResponse<String> response = nobody.with(token).delete("/v1/images/none");

        // Then
        assertThat(response.statusCode()).isEqualTo(404);
    }

    @Test
    void groupsMayBeTheWordsOfAText() {
        String token = TestIssuer.signed(TestIssuer.claims("somebody").claim("groups", "others read"));
        assertThat(nobody.with(token).get("/v1/images").statusCode()).isEqualTo(200);
        GateClient.requireProblem(nobody.with(token).delete("/v1/images/none"), 403, "forbidden");
    }

    @Test
    void rolesOfOtherClaimsDoNotCount() {
        // Given
        Map<String, Object> admin = Map.of("roles", List.of("admin"));
        JwtClaimsBuilder claims = TestIssuer.claims("somebody")
                .claim("realm_access", admin)
                .claim("resource_access", Map.of(TestIssuer.AUDIENCE, admin))
                .claim("roles", List.of("admin"))
                .claim("scope", "admin");

        // When
        HttpResponse<String> response = nobody.with(TestIssuer.signed(claims)).delete("/v1/images/none");

        // Then
        GateClient.requireProblem(response, 403, "forbidden");
    }

    @Test
    void jwtWithoutASubjectIsRefusedWhateverItsGroups() {
        String token = TestIssuer.signed(TestIssuer.claims().groups("admin"));
        GateClient.requireProblem(nobody.with(token).delete("/v1/images/none"), 401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void jwtWithABlankSubjectIsRefused(String subject) {
        String token = TestIssuer.signed(TestIssuer.claims(subject).groups("admin"));
        GateClient.requireProblem(nobody.with(token).delete("/v1/images/none"), 401, "unauthorized");
    }

    @Test
    void subjectWithoutARoleMayDoNothing() {
        GateClient.requireProblem(nobody.with(issued("stranger")).get("/v1/images"), 403, "forbidden");
    }

    @Test
    void expiredJwtIsRefused() {
        String token = TestIssuer.signed(
                TestIssuer.claims(TestIssuer.UPLOADER).expiresAt(Instant.now().minusSeconds(60)));
        GateClient.requireProblem(nobody.with(token).get("/v1/images"), 401, "unauthorized");
    }

    @Test
    void jwtForAnotherAudienceIsRefused() {
        String token = TestIssuer.signed(TestIssuer.claims(TestIssuer.UPLOADER).audience("another"));
        GateClient.requireProblem(nobody.with(token).get("/v1/images"), 401, "unauthorized");
    }

    @Test
    void jwtOfAnotherIssuerIsRefused() {
        String token = TestIssuer.signed(TestIssuer.claims(TestIssuer.UPLOADER).issuer("http://127.0.0.1:1"));
        GateClient.requireProblem(nobody.with(token).get("/v1/images"), 401, "unauthorized");
    }

    @Test
    void jwtSignedByAnotherKeyIsRefused() {
        String token = TestIssuer.signedByAnother(TestIssuer.claims(TestIssuer.UPLOADER));
        GateClient.requireProblem(nobody.with(token).get("/v1/images"), 401, "unauthorized");
    }

    @Test
    void uploadUrlLetsAnybodyCreateItsImageOnce() {
        // Given
        HttpResponse<String> ordered =
                order(nobody.with(SecretFiles.UPLOAD_TOKEN), "{\"image\":\"by-url\",\"expiresInSeconds\":60}");
        String url = urlOf(ordered);

        // When
        HttpResponse<String> first = nobody.send("PUT", url + "&format=raw&compression=none", "bytes");

        // Then
        assertThat(GateClient.json(ordered).path("method").asText()).isEqualTo("PUT");
        assertThat(Instant.parse(GateClient.json(ordered).path("expiresAt").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(61));
        assertThat(ordered.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        GateClient.requireProblem(nobody.send("PUT", url, "bytes"), 409, "image-exists");
    }

    @Test
    void uploadUrlIsForNothingElse() {
        // Given
        String url = signedUrl("by-url");
        String other = url.replace("/by-url/", "/another/");

        // When
        HttpResponse<String> forAnother = nobody.send("PUT", other, "bytes");

        // Then
        GateClient.requireProblem(forAnother, 401, "unauthorized");
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            assertThat(nobody.send(method, url, "").statusCode()).as(method).isIn(401, 404, 405);
        }
        for (String path :
                new String[] {"/v1/images/by-url", "/v1/volumes/by-url/content", "/v1/images/by-url/../x/content"}) {
            assertThat(nobody.send("PUT", url.replace("/v1/images/by-url/content", path), "x")
                            .statusCode())
                    .as(path)
                    .isIn(401, 404, 405);
        }
    }

    @Test
    void uploadUrlThatWasChangedIsRefused() {
        // Given
        String url = signedUrl("by-url");

        // When
        HttpResponse<String> response = nobody.send("PUT", url.replaceFirst("expires=\\d", "expires=9"), "bytes");

        // Then
        GateClient.requireProblem(response, 401, "unauthorized");
        GateClient.requireProblem(nobody.send("PUT", url.replace("by=ci", "by=ops"), "bytes"), 401, "unauthorized");
        GateClient.requireProblem(nobody.send("PUT", url.replace("by=ci&", ""), "bytes"), 401, "unauthorized");
        for (String way : List.of("", "way=open&", "way=oidc-group&", "way=upload-url&", "way=none&")) {
            HttpResponse<String> changed = nobody.send("PUT", url.replace("way=token&", way), "bytes");
            GateClient.requireProblem(changed, 401, "unauthorized");
        }
        GateClient.requireProblem(
                nobody.send("PUT", url.replaceFirst("expires=\\d+", "expires=x"), "b"), 401, "unauthorized");
        GateClient.requireProblem(
                nobody.send("PUT", url.replaceFirst("given=\\d+&", "given=1&"), "b"), 401, "unauthorized");
    }

    @Test
    void uploadUrlThatHasExpiredIsRefused() {
        // Given
        Instant now = Instant.now();
        UploadGrant.Term past = new UploadGrant.Term(now.minusSeconds(60), now.minusSeconds(1));
        UploadGrant grant = new UploadGrant("by-url", past, Way.TOKEN, "ci");
        String signature = UploadKey.parse(SecretFiles.UPLOAD_KEY.getBytes(StandardCharsets.US_ASCII))
                .sign(grant);

        // When
        HttpResponse<String> response = nobody.send(
                "PUT",
                grant.path() + "?given=" + past.givenAt().getEpochSecond() + "&expires="
                        + past.expiresAt().getEpochSecond() + "&way=token&by=ci&signature=" + signature,
                "bytes");

        // Then
        GateClient.requireProblem(response, 401, "upload-url-expired");
    }

    /** Taken out of the file, a token is worth nothing, and so is what was ordered by it. */
    @Test
    void uploadUrlEndsWithTheNameOfTheTokenThatOrderedIt() {
        // Given
        String url = signedUrl("by-url");

        // When
        SecretFiles.replaceTokens(SecretFiles.LINES.replace("upload ci", "upload other"));

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            // A digest that is nothing's: nothing is made while the agent does not know yet.
            HttpResponse<String> response = nobody.send("PUT", url + "&digest=nonsense", "bytes");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        });
        GateClient.requireProblem(nobody.send("PUT", url, "bytes"), 401, "unauthorized");
    }

    @Test
    void uploadUrlHoldsWhileTheTokenOfItsNameIsReplaced() {
        // Given
        String url = signedUrl("by-url");
        String newToken = "canary-new-0123456789abcdef";

        // When
        SecretFiles.replaceTokens(SecretFiles.LINES.replace(SecretFiles.UPLOAD_TOKEN, newToken));

        // Then
        untilTokenIsTaken(newToken);
        assertThat(nobody.send("PUT", url, "bytes").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer nonsense", "Bearer", "Basic b3BzOmNhbmFyeQ==", "a.b.c", ""})
    void uploadUrlDoesNotMakeUpForWhatIsWorthNothing(String field) {
        HttpResponse<String> response = nobody.send("PUT", signedUrl("by-url"), "bytes", "Authorization", field);
        GateClient.requireProblem(response, 401, "unauthorized");
    }

    @Test
    void uploadUrlTakesNoTokenBesideIt() {
        String url = signedUrl("by-url");
        GateClient.requireProblem(nobody.with(SecretFiles.UPLOAD_TOKEN).send("PUT", url, "bytes"), 401, "unauthorized");
        GateClient.requireProblem(
                nobody.with(issued(TestIssuer.UPLOADER)).send("PUT", url, "bytes"), 401, "unauthorized");
    }

    @Test
    void twoTokensAreRefusedAlsoWhereOneWouldDo() {
        HttpResponse<String> response = nobody.with(SecretFiles.READ_TOKEN)
                .send("GET", "/v1/images", "", "Authorization", "Basic b3BzOmNhbmFyeQ==");
        GateClient.requireProblem(response, 401, "unauthorized");
    }

    @Test
    void uploadUrlOfAGroupHolds() {
        String token = TestIssuer.signed(TestIssuer.claims("somebody").groups("upload"));
        String url = urlOf(order(nobody.with(token), "{\"image\":\"by-url\"}"));
        assertThat(url).contains("way=oidc-group&");
        assertThat(nobody.send("PUT", url, "bytes").statusCode()).isEqualTo(201);
    }

    @Test
    void uploadUrlNamesWhoeverGaveItAlsoWithOddNames() {
        // Given
        String url = urlOf(order(nobody.with(issued(TestIssuer.UPLOADER)), "{\"image\":\"odd\"}"));

        // When
        HttpResponse<String> response = nobody.send("PUT", url, "bytes");

        // Then
        assertThat(url).contains("by=system");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"image\":\"x\",\"expiresInSeconds\":0}",
                "{\"image\":\"x\",\"expiresInSeconds\":86401}",
                "{\"image\":\"x\",\"expiresInSeconds\":\"soon\"}",
                "{\"image\":\"x\",\"method\":\"DELETE\"}",
                "[]"
            })
    void wrongOrderForAnUploadUrlIsRefused(String json) {
        GateClient.requireProblem(order(administrator, json), 400, "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"image\":\"../x\"}", "{\"image\":\"x/content?\"}"})
    void wrongNameInAnOrderIsRefused(String json) {
        GateClient.requireProblem(order(administrator, json), 400, "invalid-name");
    }
}

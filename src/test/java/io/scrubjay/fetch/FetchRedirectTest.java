// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.image.Image;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static io.scrubjay.fetch.ScriptedServer.cut;
import static io.scrubjay.fetch.ScriptedServer.part;
import static io.scrubjay.fetch.ScriptedServer.redirect;
import static io.scrubjay.fetch.ScriptedServer.status;
import static io.scrubjay.fetch.ScriptedServer.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Servers that send the agent elsewhere. */
class FetchRedirectTest {
    private static final byte[] FILE = FetchKit.bytes((1 << 20) + 7);

    private final FetchKit kit = new FetchKit();
    private final ScriptedServer server = new ScriptedServer();
    private final ScriptedServer other = new ScriptedServer();

    @AfterEach
    void close() {
        server.close();
        other.close();
        kit.close();
    }

    @Test
    void aRelativeRedirectIsFollowed() {
        // Given
        server.answers(redirect("mirror/disk.img?x=1"), whole(FILE));
        // When
        Image image = kit.fetch(server.url("/pub/latest"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).extracting(ScriptedServer.Asked::path).endsWith("/pub/mirror/disk.img?x=1");
    }

    /** The servers are the only ones at an address that is allowed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.2/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.2]/",
                "http://[::ffff:7f00:2]/",
                "http://[64:ff9b::7f00:2]/",
                "http://[2002:7f00:2::1]/",
                "http://0.0.0.0/",
                "http://[::]/",
                "http://169.254.169.254/latest/meta-data/",
                "http://metadata.google.internal/",
                "http://inside.test/",
                "http://10.0.0.1/",
                "http://[fd00::1]/",
            })
    void aRedirectToAnInternalServerIsNotFollowed(String inside) {
        // Given
        server.answers(redirect(inside));
        kit.name("inside.test", "127.0.0.2");
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        assertThat(kit.requireFailed(image, Refusal.URL_NOT_ALLOWED)).contains("scrubjay.url.allow");
        assertThat(server.asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.2/", "http://[::ffff:127.0.0.2]/", "http://inside.test/"})
    void anInternalServerIsRefusedBeforeAnythingIsMade(String inside) {
        // Given
        kit.name("inside.test", "127.0.0.2");
        // When, Then
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> kit.fetch(inside))
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.URL_NOT_ALLOWED));
        assertThat(kit.fetches.runningCount()).isZero();
    }

    /** The first answer of the name server is for the check of the order, and the second for the connection. */
    @Test
    void aNameThatLeadsInsideTheSecondTimeIsRefused() {
        // Given
        server.answers(whole(FILE));
        kit.name("rebinding.test", "127.0.0.1", "127.0.0.2");
        // When
        Image image = kit.fetch(server.at("rebinding.test", "/disk.img"));
        // Then
        kit.requireFailed(image, Refusal.URL_NOT_ALLOWED);
        assertThat(server.asked).isEmpty();
    }

    /** It would lead inside if the connection asked the name server once more. */
    @Test
    void theAddressThatWasCheckedIsConnectedTo() {
        // Given
        server.answers(whole(FILE));
        kit.name("rebinding.test", "127.0.0.1", "127.0.0.1", "127.0.0.2");
        // When
        Image image = kit.fetch(server.at("rebinding.test", "/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked)
                .singleElement()
                .satisfies(request -> assertThat(request.get("host")).isEqualTo("rebinding.test:" + server.port()));
        assertThat(kit.asked).hasSize(2);
    }

    /** Case 30: the next try asks the original URL again, and each hop is checked again. */
    @Test
    void aMirrorThatHasNoFileIsNotAskedAgain() {
        // Given
        kit.name("first.test", "127.0.0.1");
        kit.name("second.test", "127.0.0.1");
        server.answers(redirect(other.at("first.test", "/disk.img")), redirect(other.at("second.test", "/disk.img")));
        other.answers(status(404), whole(FILE));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked).hasSize(2);
        assertThat(kit.asked).containsExactly("first.test", "second.test");
    }

    /** Its tag means nothing there, but its bytes can be compared. */
    @Test
    void anotherMirrorIsAskedForTheWholeFile() {
        // Given
        kit.name("first.test", "127.0.0.1");
        kit.name("second.test", "127.0.0.1");
        server.answers(redirect(other.at("first.test", "/disk.img")), redirect(other.at("second.test", "/disk.img")));
        other.answers(cut(FILE, FILE.length / 2, "ETag", "\"a\""), whole(FILE, "ETag", "\"b\""));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(other.asked).noneMatch(request -> request.has("range"));
    }

    /** A signature changes each time; the file does not. */
    @Test
    void theSameMirrorIsAskedForTheRest() {
        // Given
        int half = FILE.length / 2;
        server.answers(redirect(other.url("/disk.img?signature=1")), redirect(other.url("/disk.img?signature=2")));
        other.answers(
                cut(FILE, half, "ETag", "\"a\""), part(FILE, half, Integer.toString(FILE.length), "ETag", "\"a\""));
        // When
        Image image = kit.fetch(server.url("/disk.img"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(other.asked).extracting(request -> request.has("range")).containsExactly(false, true);
    }

    @Test
    void headersGoToTheServerOfTheUrlAlone() {
        // Given
        server.answers(redirect("/there"), redirect(other.url("/disk.img")), whole(FILE));
        other.answers(redirect(server.url("/back")));
        // When
        Image image = kit.fetch(
                FetchKit.raw(), server.url("/disk.img"), Map.of("Authorization", "Bearer secret", "User-Agent", "me"));
        // Then
        kit.requireReady(image, FILE);
        assertThat(server.asked)
                .extracting(request -> request.get("authorization"))
                .containsExactly("Bearer secret", "Bearer secret", null);
        assertThat(server.asked.get(0).get("user-agent")).isEqualTo("me");
        assertThat(other.asked).noneMatch(request -> request.has("authorization"));
    }

    @Test
    void fiveRedirectsAreFollowedAndNotSix() {
        // Given
        server.answers(redirect("/1"), redirect("/2"), redirect("/3"), redirect("/4"), redirect("/5"), whole(FILE));
        other.answers(redirect("/again"));
        // When
        Image five = kit.fetch(server.url("/disk.img"));
        kit.requireReady(five, FILE);
        Image more = kit.fetch(FetchKit.raw("more"), other.url("/disk.img"), Map.of());
        // Then
        assertThat(FetchKit.end(more)).asString().contains("redirects more than 5 times");
        assertThat(other.asked).hasSize(6);
    }
}

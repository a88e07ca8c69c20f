// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that no resource gets to see: they are refused as all others, and what they hold stays out of the log. */
@QuarkusTest
@TestProfile(SecuredProfile.class)
class BrokenRequestsTest {
    private static final String SECRET = "kBv0qWcXsigned";

    @TestHTTPResource
    URI agent;

    @ParameterizedTest
    @ValueSource(strings = {"Host: a b\r\n", "Host: x:99999\r\n", "Host: [::1\r\n", "Host:\r\n", ""})
    void aHostThatIsNoneIsAnsweredWithoutTheUrlInTheLog(String host) {
        String answer = quietRefusal("/v1/images/u1/content?expires=1&by=ci&signature=" + SECRET, host);
        assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/images/%zz/content?signature=" + SECRET,
                "/v1/images/x/content?signature=" + SECRET + "%zz",
                "/v1/images/%ff%fe/content?signature=" + SECRET,
                "/v1/images/x%00/content?signature=" + SECRET,
            })
    void aPathThatIsNoneIsAnsweredWithoutTheUrlInTheLog(String target) {
        // The server itself answers the first two, with nothing but a status.
        quietRefusal(target, "Host: x\r\n");
    }

    private String quietRefusal(String target, String host) {
        try (RecordedLog log = RecordedLog.open();
                RawConnection connection = new RawConnection(agent)) {
            // When
            connection.send(
                    "PUT " + target + " HTTP/1.1\r\n" + host + "Connection: close\r\nContent-Length: 1\r\n\r\nx");
            String answer = connection.readToTheEnd();

            // Then
            assertThat(answer).startsWith("HTTP/1.1 4");
            assertThat(log.lines()).allSatisfy(line -> assertThat(line.whole()).doesNotContain(SECRET));
            return answer;
        }
    }
}

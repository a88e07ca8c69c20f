// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.scrubjay.block.Digest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Orders of images of volumes and snapshots, as they come in. */
class PoolSourceOrderTest {
    private static final String CONTENT = "scrubjay1:" + "ab".repeat(32);
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

    private static ImageOrder order(String json) throws IOException {
        return JSON.readValue(json, ImageOrder.class);
    }

    @Test
    void aVolumeAndASnapshotAreNamed() throws IOException {
        assertThat(order("{\"name\":\"i\",\"source\":{\"type\":\"volume\",\"volume\":\"vm\"}}")
                        .parsedSource())
                .isEqualTo(new PullSource.Volume("vm"));
        assertThat(order("{\"name\":\"i\",\"source\":{\"type\":\"snapshot\",\"snapshot\":\"s\"}}")
                        .parsedSource())
                .isEqualTo(new PullSource.Snapshot("s"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"volume\"}|'source.volume' is missing",
                "{\"type\":\"snapshot\"}|'source.snapshot' is missing",
                "{\"type\":\"volume\",\"snapshot\":\"s\"}|'source.snapshot' belongs to a source of type 'snapshot'",
                "{\"type\":\"volume\",\"volume\":\"v\",\"url\":\"http://a/b\"}|'source.url' belongs to",
                "{\"type\":\"snapshot\",\"snapshot\":\"s\",\"headers\":{}}|'source.headers' belongs to",
                "{\"type\":\"tape\"}|url, volume, snapshot"
            },
            quoteCharacter = '`')
    void aSourceThatDoesNotFitItsTypeIsRefused(String source, String text) throws IOException {
        ImageOrder order = order("{\"name\":\"i\",\"source\":" + source + "}");

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(order::parsedSource)
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST))
                .withMessageContaining(text);
    }

    @Test
    void theContentDigestIsTaken() throws IOException {
        assertThat(order("{\"format\":\"raw\",\"compression\":\"none\",\"expectedDigest\":\"" + CONTENT + "\"}")
                        .contentOnly())
                .contains(Digest.parse(CONTENT));
        assertThat(order("{\"format\":\"auto\",\"compression\":\"auto\"}").contentOnly())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\":\"qcow2\"|leave 'format' out",
                "\"compression\":\"gzip\"|leave 'compression' out",
                "\"expectedDigest\":\"sha-256:0000000000000000000000000000000000000000000000000000000000000000\"|scrubjay1"
            },
            quoteCharacter = '`')
    void whatOnlyAFileCanHaveIsRefused(String field, String text) throws IOException {
        ImageOrder order = order("{" + field + "}");

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(order::contentOnly)
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST))
                .withMessageContaining(text);
    }
}

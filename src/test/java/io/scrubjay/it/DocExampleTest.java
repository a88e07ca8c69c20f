// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DocExampleTest {
    private static DocExample showing(String kind, String answer) {
        return DocExample.parse("Some words\n\n```sh\nrun it\n```\n\n```" + kind + "\n" + answer + "\n```\n")
                .get(0);
    }

    @Test
    void commandsAndTheirAnswersAreFoundInOrder() {
        List<DocExample> examples =
                DocExample.parse("# Page\n\n```sh\na\nb\n```\n\nwords\n\n```sh\nc\n```\n\n```text\nd\n```\n");
        assertThat(examples).extracting(DocExample::script).containsExactly("a\nb\n", "c\n");
        assertThat(examples).extracting(DocExample::line).containsExactly(3, 10);
        assertThat(examples.get(0).answer()).isEmpty();
        assertThat(examples.get(1).answer()).hasValue(new DocExample.Answer("text", "d\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "json|{\"a\": 1}                |{\"a\":1,\"b\":2}",
                "json|{\"a\": \"sha-256:…\"}    |{\"a\":\"sha-256:00\"}",
                "json|{\"a\": null}             |{\"a\":null}",
                "json|[{\"a\": 1}, \"…\"]       |[{\"a\":1},{\"a\":2}]",
                "json|[1, \"…\"]                |[1]",
                "json|[]                        |[]",
                "text|201                       |201",
                "text|Location: …/runs/…        |Location: http://x/runs/17",
            })
    void whatThePageShowsIsThere(String kind, String shown, String printed) {
        showing(kind, shown).requireAnswer(printed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "json|{\"a\": 1}                |{\"b\":1}",
                "json|{\"a\": 1}                |{\"a\":2}",
                "json|{\"a\": \"sha-256:…\"}    |{\"a\":\"sha-512:00\"}",
                "json|{\"a\": null}             |{\"a\":0}",
                "json|[1]                       |[1,2]",
                "json|[1, 2, \"…\"]             |[1]",
                "json|[]                        |{}",
                "json|{}                        |nothing",
                "text|201                       |2012",
                "text|a.c                       |abc",
            })
    void whatIsNotThereIsFound(String kind, String shown, String printed) {
        assertThatThrownBy(() -> showing(kind, shown).requireAnswer(printed)).isInstanceOf(AssertionError.class);
    }
}

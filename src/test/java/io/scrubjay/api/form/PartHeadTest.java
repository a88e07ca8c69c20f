// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PartHeadTest {
    private static PartHead parse(String... lines) {
        return PartHead.parse(List.of(lines));
    }

    /** As curl, browsers of today and of old, Go, .NET and Python write it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "form-data; name=\"content\"; filename=\"disk.img\"",
                "form-data; name=\"content\"; filename=\"\"",
                "form-data; name=content; filename=disk.img",
                "form-data; name=content; filename=a disk.img",
                "form-data;name=\"content\";filename=\"a;name=x.img\"",
                "FORM-DATA ; Name = \"content\" ; FILENAME=\"x\"",
                "form-data; filename=\"x\"; name=\"content\";",
                "form-data; name=\"content\"; filename=\"a\\\"; name=\\\"x\\\".img\"",
                "form-data; name=\"content\"; filename=\"a%22.img\"",
                "form-data; name=\"content\"; filename=\"C:\\images\\disk.img\"",
                "form-data; name=\"content\"; filename=\"\\\\\"",
                "form-data; name=\"content\"; filename=\"disk\\\"",
                "form-data; name=\"content\"; filename=\"disk\\\" ",
                "form-data; name=\"content\"; filename=\"disk\\\"\"",
                "form-data; name=\"content\"; filename*=UTF-8''%e2%82%ac%20rates.img",
                "form-data; name=\"content\"; filename=\"x\"; filename*=iso-8859-1'en'%A3",
                "form-data; name=\"content\"; filename=\"d\u00efsk \u4f60.img\"",
                "form-data; name=\"content\"; filename=\"../../etc/passwd\"",
            })
    void nameIsFoundWhateverTheFileIsCalled(String disposition) {
        assertThat(parse("Content-Disposition: " + disposition).name()).isEqualTo("content");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "form-data|it has no name",
                "form-data; filename=\"x\"|it has no name",
                "attachment; name=\"content\"|it is not form-data",
                "form-data; name=\"a\"; name=\"content\"|it has 'name' twice",
                "form-data; name=\"a\"; NAME=\"content\"|it has 'name' twice",
                "form-data; name=\"content|not closed",
                "form-data; name=\"content\\\"; x|not closed",
                "form-data; name=\"content\" filename=\"x\"|text behind the quotes",
                "form-data; name|no value",
                "form-data; name; x=y|no value",
            })
    void dispositionThatDoesNotNameThePartIsRefused(String disposition, String why) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> parse("Content-Disposition: " + disposition))
                .withMessageContaining(why)
                .withMessageContaining("form-data; name=")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.INVALID_REQUEST));
    }

    @Test
    void twoDispositionsAreRefused() {
        String line = "Content-Disposition: form-data; name=\"content\"";
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> parse(line, line))
                .withMessageContaining("2 lines");
    }

    @Test
    void fieldsAreFoundInWhateverCase() {
        PartHead head =
                parse("content-disposition: form-data; name=\"x\"", "Content-Length:  42 ", "content-LENGTH:43");
        assertThat(head.values("Content-Length")).containsExactly("42", "43");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Transfer-Encoding: binary",
                "content-transfer-encoding: 8BIT",
                "Content-Transfer-Encoding: 7bit",
                "Content-Transfer-Encoding:",
                "Content-Encoding: identity",
                "Content-Type: application/gzip",
            })
    void codingThatChangesNothingIsAccepted(String line) {
        assertThat(parse("Content-Disposition: form-data; name=\"x\"", line).name())
                .isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Transfer-Encoding: base64",
                "Content-Transfer-Encoding: quoted-printable",
                "Content-Transfer-Encoding: x-uuencode",
                "Content-Encoding: gzip",
            })
    void contentThatIsCodedIsRefused(String line) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> parse("Content-Disposition: form-data; name=\"x\"", line))
                .withMessageContaining(line)
                .withMessageContaining("as they are")
                .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNSUPPORTED_IMAGE));
    }

    @Test
    void partsInsideAPartAreRefused() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> parse(
                        "Content-Disposition: form-data; name=\"x\"", "Content-Type: Multipart/mixed; boundary=c"))
                .withMessageContaining("consists of parts");
    }
}

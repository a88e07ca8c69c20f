// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What the chart takes for granted of an image, as the file says that makes it. */
class ContainerfilesTest {
    /** The chart's user.id is anybody; and root without capabilities is nobody but root. */
    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native", "spdk"})
    void everyUserGetsThroughToPoolAndState(String image) throws IOException {
        assertThat(containerfile(image))
                .contains("install -d -m 0755 /var/lib/scrubjay ")
                .contains("install -d -o 9520 -g 9520 -m 0750 /var/lib/scrubjay/pool /var/lib/scrubjay/state\n");
    }

    @ParameterizedTest
    @CsvSource({
        "jvm, 'ENV JDK_JAVA_OPTIONS=\"-Xmx256m\"'",
        "native, 'ENTRYPOINT [\"/opt/scrubjay/scrubjay\", \"-XX:+ExitOnOutOfMemoryError\", \"-Xmx256m\"]'",
        "spdk, 'ENTRYPOINT [\"/opt/scrubjay/scrubjay\", \"-XX:+ExitOnOutOfMemoryError\", \"-Xmx256m\"]'",
    })
    void theHeapHasALimitAlsoWithoutTheChart(String image, String line) throws IOException {
        assertThat(containerfile(image).lines()).contains(line);
    }

    /** Where no value of the chart's and no variable of an administrator's replaces it. */
    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native", "spdk"})
    void aFullHeapEndsTheProcess(String image) throws IOException {
        assertThat(containerfile(image).lines())
                .filteredOn(line -> line.startsWith("ENTRYPOINT"))
                .singleElement()
                .asString()
                .contains("\"-XX:+ExitOnOutOfMemoryError\"");
    }

    private static String containerfile(String image) throws IOException {
        return Files.readString(Path.of("src", "main", "container", "Containerfile." + image));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import java.util.List;

/** The page about all settings. Has no state. */
final class ConfigPage {
    private static final String HEAD = """
            # Configuration

            <!-- Made from the sources by ConfigPageTest, which says how; changes made here are lost. -->

            Give a setting as a Java system property (`-Dscrubjay.pool.path=/pool`), as an environment variable
            (`SCRUBJAY_POOL_PATH`: upper case, with an underscore for every character that is neither letter nor digit), or as a
            line in `config/application.properties` below the working directory. If several give the same setting, the first of
            these wins. With a wrong or empty value the agent says so and does not start; leave a setting out to use its default.
            An environment variable that looks like a setting but is none gets a warning. The API listens on `quarkus.http.host`
            (`127.0.0.1`) and `quarkus.http.port` (`9520`); other settings of Quarkus work
            [as documented there](https://quarkus.io/guides/all-config).

            A **duration** is `500ms`, `60s`, `30m`, `12h` or `14d`; a plain number means seconds. A **size** is a number of bytes,
            or a number with `K`, `M`, `G`, `T` or `P`, which are powers of 1024.
            """;

    private ConfigPage() {}

    static String of(List<ConfigSection> sections) {
        StringBuilder page = new StringBuilder(HEAD);
        for (ConfigSection section : sections) {
            if (!section.keys().isEmpty()) {
                page.append("\n## ").append(section.prefix()).append("\n\n").append(section.meaning());
                page.append("\n\n| key | type | default | |\n|---|---|---|---|\n");
                section.keys().forEach(key -> page.append(row(key)));
            }
        }
        return page.toString();
    }

    private static String row(ConfigKey key) {
        return "| `" + key.name() + "` | " + key.type() + " | " + key.defaultValue() + " | " + key.meaning() + " |\n";
    }
}

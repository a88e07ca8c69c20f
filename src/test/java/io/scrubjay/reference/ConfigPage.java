// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import java.util.List;

/** The page about all settings. Has no state. */
final class ConfigPage {
    private static final String HEAD = """
            # Configuration

            <!-- Made from the sources by ConfigPageTest, which says how; changes made here are lost. -->

            A setting is a Java system property (`-Dscrubjay.pool.path=/pool`), an environment variable
            (`SCRUBJAY_POOL_PATH`: upper case, an underscore for whatever is neither letter nor digit), or a line in
            `config/application.properties` below the working directory; the first of these that has it counts. A wrong one is
            told at the start, and nothing starts; so is one without a value: leave it out to have the default. A variable that
            looks like a setting and is none gets a warning. `quarkus.http.host` (`127.0.0.1`) and `quarkus.http.port` (`9520`) say
            where the API is; other keys of Quarkus' work as [Quarkus](https://quarkus.io/guides/all-config) has them.

            A **duration** is `500ms`, `60s`, `30m`, `12h` or `14d`; a number alone is of seconds. A **size** is a number of bytes,
            or one with `K`, `M`, `G`, `T` or `P`, powers of 1024.
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

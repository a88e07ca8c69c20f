// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.image;

import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

class LogEventTest {
    private static final String CATEGORY = "io.scrubjay.events";

    private final Logger log = Logger.getLogger(CATEGORY);
    private final List<String> lines = new ArrayList<>();
    private final List<ExtLogRecord> records = new ArrayList<>();
    private final ExtHandler recorder = new ExtHandler() {
        @Override
        protected void doPublish(ExtLogRecord record) {
            lines.add(record.getMdc(LogEvent.FIELD) + ": " + record.getMessage());
            records.add(record);
        }
    };

    @BeforeEach
    void listen() {
        java.util.logging.Logger.getLogger(CATEGORY).addHandler(recorder);
    }

    @AfterEach
    void stopListening() {
        java.util.logging.Logger.getLogger(CATEGORY).removeHandler(recorder);
    }

    @Test
    void aLineCarriesItsKeyAndNoOtherDoes() {
        LogEvent.IMAGE_FAILED.warn(log, "image %s: %d", "disk", 3);
        log.warn("something else");

        assertThat(lines).containsExactly("image-failed: image disk: 3", "null: something else");
    }

    @Test
    void theKeyOfALineThatContainsAnotherIsKept() {
        MDC.put(LogEvent.FIELD, "outer");
        try {
            LogEvent.IMAGE_READY.warn(log, "inner");
            log.warn("after");
        } finally {
            MDC.remove(LogEvent.FIELD);
        }

        assertThat(lines).containsExactly("image-ready: inner", "outer: after");
    }

    /** A handler that keeps lines would keep them: a volume, say, with its engine. */
    @Test
    void aLineHoldsNoneOfTheThingsItSpeaksOf() {
        IllegalStateException cause = new IllegalStateException("cause");

        LogEvent.VOLUME_MADE.info(log, "%s is made", new AtomicReference<>("100%"));
        LogEvent.VOLUME_MADE.warn(log, cause, "%s is made", new AtomicInteger(2));
        LogEvent.VOLUME_MADE.error(log, "%s is made", new AtomicInteger(3));

        assertThat(lines)
                .containsExactly("volume-made: 100% is made", "volume-made: 2 is made", "volume-made: 3 is made");
        assertThat(records)
                .allSatisfy(record -> assertThat(record.getParameters()).isNullOrEmpty());
        assertThat(records).extracting(ExtLogRecord::getThrown).containsExactly(null, cause, null);
    }

    @Test
    void noTwoEventsHaveOneKey() {
        Arrays.stream(LogEvent.values()).forEach(event -> event.warn(log, "%s", event));

        assertThat(lines.stream().map(line -> line.substring(0, line.indexOf(':'))))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[a-z]+(-[a-z]+)*"));
    }
}

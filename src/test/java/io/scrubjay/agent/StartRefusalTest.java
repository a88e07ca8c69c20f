// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.scrubjay.engine.EngineException;
import io.smallrye.config.ConfigValidationException;
import io.vertx.core.http.HttpServerOptions;
import org.junit.jupiter.api.Test;

import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class StartRefusalTest {
    @Test
    void poolInUseIsWorthAnotherTryAndAnUnusableOneIsNot() {
        // Given
        EngineException inUse = EngineException.PoolUnusable.inUse("it is in use", "wait");
        EngineException foreign = new EngineException.PoolUnusable("it is no pool", "name one", Optional.empty());

        // When, Then
        assertThat(StartRefusal.of(wrapped(inUse))).isEqualTo(new StartRefusal("it is in use; wait", 75));
        assertThat(StartRefusal.of(wrapped(foreign))).isEqualTo(new StartRefusal("it is no pool; name one", 78));
    }

    @Test
    void deviceThatDoesNotAnswerIsWorthAnotherTry() {
        StartRefusal refusal = StartRefusal.of(wrapped(new EngineException.DeviceFailed("pread of the pool", 5)));
        assertThat(refusal.status()).isEqualTo(75);
        assertThat(refusal.message()).contains("pread of the pool failed (errno 5)", "kernel log");
    }

    @Test
    void whoMayNotUseAPortIsToldAnother() {
        QuarkusBindException refused =
                new QuarkusBindException("127.0.0.1", 80, new BindException("Permission denied"));
        StartRefusal refusal = StartRefusal.of(wrapped(refused));
        assertThat(refusal.status()).isEqualTo(78);
        assertThat(refusal.message()).contains("port 80 of 127.0.0.1", "quarkus.http.port");
    }

    /** At boot the network may come up later than the agent. */
    @Test
    void addressThatIsNotThereYetIsWorthAnotherTry() {
        QuarkusBindException refused =
                new QuarkusBindException("192.0.2.1", 9520, new BindException("Cannot assign requested address"));
        StartRefusal refusal = StartRefusal.of(wrapped(refused));
        assertThat(refusal.status()).isEqualTo(75);
        assertThat(refusal.message()).contains("192.0.2.1", "quarkus.http.host");
    }

    @Test
    void portInUseIsWorthAnotherTry() {
        QuarkusBindException refused =
                new QuarkusBindException("127.0.0.1", 9520, new BindException("Address already in use"));
        StartRefusal refusal = StartRefusal.of(wrapped(refused));
        assertThat(refusal.status()).isEqualTo(75);
        assertThat(refusal.message()).contains("port 9520 of 127.0.0.1", "quarkus.http.port");
    }

    @Test
    void numberThatIsNoPortIsASettingToCorrect() {
        IllegalArgumentException vertx =
                catchThrowableOfType(IllegalArgumentException.class, () -> new HttpServerOptions().setPort(99_999));
        StartRefusal refusal = StartRefusal.of(wrapped(vertx));
        assertThat(refusal.status()).isEqualTo(78);
        assertThat(refusal.message()).contains("quarkus.http.port=", "quarkus.management.port=");
    }

    @Test
    void settingThatIsNoSizeSaysWhatIs() {
        assertThat(refusalOf("The config property scrubjay.scrub.rate-limit with the config value \"200X\" threw an"
                        + " Exception whilst being converted SRCFG00047: Failed to convert value with static method"))
                .isEqualTo("scrubjay.scrub.rate-limit=200X is wrong: it must be a size, such as 4096, 64K, 1M or 16T");
        assertThat(refusalOf("The config property scrubjay.file.cluster-size with the config value \"3K\" threw an"
                        + " Exception whilst being converted SRCFG00047: Failed to convert value with static method"))
                .isEqualTo("scrubjay.file.cluster-size=3K is wrong: it must be a power of two from 4K to 16M");
    }

    @Test
    void settingThatThereIsNotIsSaidToBeASystemProperty() {
        assertThat(refusalOf("SRCFG00050: scrubjay.nothing in SysPropConfigSource does not map to any root"))
                .isEqualTo("there is no setting scrubjay.nothing (it is a system property)");
    }

    private static String refusalOf(String problem) {
        ConfigValidationException wrong = new ConfigValidationException(
                new ConfigValidationException.Problem[] {new ConfigValidationException.Problem(problem)});
        return StartRefusal.of(wrong).message();
    }

    @Test
    void libraryThatCannotBeLoadedHasARemedy() {
        StartRefusal refusal = StartRefusal.of(new ExceptionInInitializerError(
                new UnsatisfiedLinkError("/state/lib.so: failed to map segment from shared object")));
        assertThat(refusal.status()).isEqualTo(78);
        assertThat(refusal.message()).contains("/state/lib.so", "-Djava.io.tmpdir");
    }

    @Test
    void fileIsNamedWhoseExceptionHasNothingButItsPath() {
        StartRefusal refusal = StartRefusal.of(wrapped(new UncheckedIOException(new AccessDeniedException("/x/key"))));
        assertThat(refusal).isEqualTo(StartRefusal.of(new UncheckedIOException(new AccessDeniedException("/x/key"))));
        assertThat(refusal.message()).startsWith("the agent's user has no access to /x/key; ");
    }

    @Test
    void messageOfManyLinesBecomesOne() {
        StartRefusal refusal = StartRefusal.of(new ConfigurationException("one\n\ttwo\r\nthree\n"));
        assertThat(refusal).isEqualTo(new StartRefusal("one two three", 78));
    }

    @Test
    void failureThatNobodyHasForeseenAsksForAReport() {
        StartRefusal refusal = StartRefusal.of(wrapped(new ArithmeticException()));
        assertThat(refusal.status()).isEqualTo(1);
        assertThat(refusal.message()).contains("java.lang.ArithmeticException", "--stacktrace");
    }

    private static Throwable wrapped(Throwable cause) {
        return new RuntimeException("Failed to start quarkus", new IllegalStateException("of a bean", cause));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;

import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Turns messages of the framework about a wrong setting into clear ones. Stateless. */
final class WrongSetting {
    private static final Pattern CODE = Pattern.compile("\\b[A-Z]{4,6}\\d{5}: ");
    private static final Pattern CLASS_NAME = Pattern.compile("^[a-z.]+\\.[A-Z]\\w*Exception: ");
    private static final Pattern CONVERSION = Pattern.compile("The config property (\\S+) with the config value"
            + " \"(.*?)\" threw an Exception whilst being converted (.*)");
    private static final Pattern NOT_IN_ENUM = Pattern.compile("Cannot convert .* to enum class \\S+, allowed values:");
    /** The settings that are read by a method of their type's are sizes. */
    private static final Pattern NOT_PARSED = Pattern.compile("Failed to convert value with static method");

    private static final Pattern UNKNOWN = Pattern.compile("(\\S+) in (\\S+) does not map to any root");
    private static final String FRAMEWORK_TLS = "io.quarkus.tls.";

    private WrongSetting() {}

    /** Which setting caused this failure, and why; empty when none did. */
    static Optional<String> in(Throwable failure) {
        if (failure instanceof ConfigValidationException invalid) {
            return Optional.of(IntStream.range(0, invalid.getProblemCount())
                    .mapToObj(number -> plain(invalid.getProblem(number).getMessage()))
                    .distinct()
                    .collect(Collectors.joining("; ")));
        }
        Optional<String> message = Optional.ofNullable(failure.getMessage());
        if (failure instanceof ConfigurationException) {
            return message.map(WrongSetting::plain);
        }
        if (comesFromTls(failure)) {
            return message.map(text -> text + ": " + innermost(failure) + "; correct quarkus.tls.*");
        }
        return message.filter(text -> text.startsWith("SRCFG")).map(WrongSetting::plain);
    }

    /** Whether a missing or invalid key or certificate caused the failure. */
    private static boolean comesFromTls(Throwable failure) {
        StackTraceElement[] places = failure.getStackTrace();
        return places.length > 0 && places[0].getClassName().startsWith(FRAMEWORK_TLS);
    }

    private static String innermost(Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason instanceof FileSystemException file ? FileTrouble.of(file) : reason.getMessage();
    }

    private static String plain(String message) {
        String text = CLASS_NAME.matcher(message).replaceFirst("");
        text = CODE.matcher(text).replaceAll("");
        text = NOT_IN_ENUM.matcher(text).replaceFirst("it must be one of");
        text = UNKNOWN.matcher(text)
                .replaceFirst("there is no setting $1 (it is in $2)")
                .replace("(it is in SysPropConfigSource)", "(it is a system property)");
        text = CONVERSION.matcher(text).replaceFirst("$1=$2 is wrong: $3");
        return NOT_PARSED
                .matcher(text)
                .replaceFirst(
                        text.contains("cluster-size=")
                                ? "it must be a power of two from 4K to 16M"
                                : "it must be a size, such as 4096, 64K, 1M or 16T");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.QuarkusBindException;
import io.scrubjay.engine.EngineException;
import org.eclipse.microprofile.config.ConfigProvider;

import java.net.BindException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why an agent does not start. Immutable.
 *
 * @param message what is wrong and what to do about it, in one line
 * @param status the exit status of the process
 */
record StartRefusal(String message, int status) {
    /** Something has to be changed before a start can succeed; {@code EX_CONFIG} of sysexits.h. */
    static final int STATUS_CONFIGURATION = 78;
    /** The same start may succeed later; {@code EX_TEMPFAIL} of sysexits.h. */
    static final int STATUS_TRY_AGAIN = 75;
    /** Nobody has foreseen this failure. */
    static final int STATUS_UNFORESEEN = 1;

    private static final String MANAGEMENT_HOST = "quarkus.management.host";
    private static final String MANAGEMENT_PORT = "quarkus.management.port";
    /** The message of Vert.x about an invalid port number. */
    private static final Pattern NO_PORT = Pattern.compile("^port .*(must be|in range|out of range)");

    private static final Pattern LINE_END = Pattern.compile("\\s*[\\r\\n]\\s*");

    StartRefusal {
        message = LINE_END.matcher(message.strip()).replaceAll(" ");
    }

    /** The refusal for the failure of a start, according to the outermost cause that is known. */
    static StartRefusal of(Throwable failure) {
        List<Throwable> causes = causes(failure);
        return causes.stream()
                .flatMap(cause -> known(cause).stream())
                .findFirst()
                .or(() -> causes.stream()
                        .flatMap(cause -> aboutFile(cause).stream())
                        .findFirst())
                .orElseGet(() -> unforeseen(causes.get(causes.size() - 1)));
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static Optional<StartRefusal> known(Throwable cause) {
        if (cause instanceof EngineException engine) {
            return Optional.of(ofEngine(engine));
        }
        if (cause instanceof BindException bind) {
            return Optional.of(ofAddress(bind));
        }
        if (cause instanceof IllegalArgumentException number
                && NO_PORT.matcher(String.valueOf(number.getMessage())).find()) {
            return Optional.of(new StartRefusal(
                    "there is no such port: " + ports() + "; a port is a number up to 65535, and 0 is any free one",
                    STATUS_CONFIGURATION));
        }
        if (cause instanceof UnsatisfiedLinkError library) {
            return Optional.of(new StartRefusal(
                    "a native library cannot be loaded: " + library.getMessage()
                            + "; make room in the state directory or in /tmp; where both are mounted"
                            + " noexec, name a directory that is not by -Djava.io.tmpdir",
                    STATUS_CONFIGURATION));
        }
        return WrongSetting.in(cause).map(message -> new StartRefusal(message, STATUS_CONFIGURATION));
    }

    private static StartRefusal ofEngine(EngineException failure) {
        if (failure instanceof EngineException.PoolUnusable unusable) {
            return new StartRefusal(
                    unusable.getMessage(), unusable.isRetryable() ? STATUS_TRY_AGAIN : STATUS_CONFIGURATION);
        }
        Throwable reason = failure.getCause();
        return new StartRefusal(
                "the pool cannot be opened: " + failure.getMessage()
                        + (reason == null ? "" : " (" + reason.getMessage() + ")")
                        + "; look for errors of its device in the kernel log, then start again",
                STATUS_TRY_AGAIN);
    }

    private static StartRefusal ofAddress(BindException failure) {
        String message = String.valueOf(failure.getMessage());
        String reason = message.substring(message.lastIndexOf(": ") + 1).strip();
        // The framework names the place for the API only; the other server is the management interface.
        return failure instanceof QuarkusBindException api
                ? ofAddress(place(api.getHost(), api.getPort()), "quarkus.http", reason)
                : ofAddress(
                        place(setting(MANAGEMENT_HOST, String.class, "?"), setting(MANAGEMENT_PORT, Integer.class, 0)),
                        "quarkus.management",
                        reason);
    }

    private static String ports() {
        return Stream.of("quarkus.http.port", "quarkus.http.ssl-port", MANAGEMENT_PORT)
                .map(key -> key + "=" + setting(key, String.class, "?"))
                .collect(Collectors.joining(", "));
    }

    private static String place(String host, int port) {
        return port > 0 ? "port " + port + " of " + host : host;
    }

    private static <T> T setting(String key, Class<T> type, T unknown) {
        return ConfigProvider.getConfig().getOptionalValue(key, type).orElse(unknown);
    }

    private static StartRefusal ofAddress(String place, String keys, String reason) {
        if (reason.contains("in use")) {
            return new StartRefusal(
                    place + " is in use by another process; choose another port (" + keys + ".port), or start the agent"
                            + " when the port is free: 'ss -ltnp' shows who has it",
                    STATUS_TRY_AGAIN);
        }
        if (reason.contains("ermission denied")) {
            return new StartRefusal(
                    place + " is not allowed for the agent's user; choose a port of 1024 or above (" + keys + ".port)",
                    STATUS_CONFIGURATION);
        }
        if (reason.contains("annot assign requested address")) {
            return new StartRefusal(
                    place + " is not an address of this machine yet: correct " + keys
                            + ".host, or start the agent again when"
                            + " the network has given it to the machine; 'ip address' shows what there is",
                    STATUS_TRY_AGAIN);
        }
        return new StartRefusal(
                "the agent cannot listen on " + place + ": " + reason + "; set " + keys
                        + ".host to an address of this machine",
                STATUS_CONFIGURATION);
    }

    private static Optional<StartRefusal> aboutFile(Throwable cause) {
        return cause instanceof FileSystemException failed
                ? Optional.of(new StartRefusal(
                        FileTrouble.of(failed) + "; repair it, or correct the setting that names it",
                        STATUS_CONFIGURATION))
                : Optional.empty();
    }

    private static StartRefusal unforeseen(Throwable cause) {
        return new StartRefusal(
                "unexpected error: " + cause + "; start again with --stacktrace, and report what it prints",
                STATUS_UNFORESEEN);
    }
}

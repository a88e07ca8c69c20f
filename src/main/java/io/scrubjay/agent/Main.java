// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.scrubjay.gate.ApiDescription;

import java.util.Arrays;
import java.util.List;

/**
 * The entry point of the agent, which does everything that must happen before the framework starts. Takes one argument,
 * {@code --stacktrace}, which makes a refused start print its stack trace.
 */
@QuarkusMain
public final class Main {
    private static final String STACK_TRACE = "--stacktrace";

    private Main() {}

    public static void main(String... arguments) {
        ApiDescription.leaveAsBuilt();
        List<String> given = Arrays.asList(arguments);
        LastWord lastWord =
                new LastWord(given.contains(STACK_TRACE) ? LastWord.Detail.STACK_TRACE : LastWord.Detail.LINE);
        try {
            Quarkus.run(null, lastWord, arguments);
        } catch (Error failed) {
            // The framework passes on exceptions only.
            lastWord.accept(StartRefusal.STATUS_UNFORESEEN, failed);
        }
    }
}

package io.scrubjay.agent;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.scrubjay.gate.ApiDescription;

/** The agent's entry: what has to be settled before the framework starts. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        ApiDescription.leaveAsBuilt();
        Quarkus.run(arguments);
    }
}

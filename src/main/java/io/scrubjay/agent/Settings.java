// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.quarkus.runtime.configuration.ConfigurationException;

import java.util.function.Supplier;

/** Turns settings of the administrator into values of the packages that use them. Stateless. */
final class Settings {
    private Settings() {}

    /**
     * Reads settings.
     *
     * @param keys what the settings' keys begin with, for the message
     * @throws ConfigurationException when the reading throws an {@link IllegalArgumentException} or an {@link
     *     ArithmeticException}: the values cannot be used
     */
    static <T> T read(String keys, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new ConfigurationException("wrong setting in " + keys + ".*: " + wrong.getMessage(), wrong);
        }
    }
}

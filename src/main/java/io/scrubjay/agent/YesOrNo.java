// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import jakarta.annotation.Priority;
import org.eclipse.microprofile.config.spi.Converter;

import java.io.Serial;
import java.util.Locale;

/**
 * Reads each setting that is on or off. The framework would read every unknown word as {@code false}: a typing error
 * would switch off something that somebody wanted to switch on. Stateless.
 */
@Priority(YesOrNo.BEFORE_THE_FRAMEWORK)
public final class YesOrNo implements Converter<Boolean> {
    static final int BEFORE_THE_FRAMEWORK = 200;

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * @throws IllegalArgumentException when the text is not such a word
     */
    @Override
    public Boolean convert(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "y", "on", "1" -> true;
            case "false", "no", "n", "off", "0" -> false;
            case "" -> null;
            default -> throw new IllegalArgumentException("it must be true or false");
        };
    }
}

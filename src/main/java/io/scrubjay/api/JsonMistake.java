// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says to a client which field of its JSON body is wrong, and what is expected there. */
final class JsonMistake {
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.{1,100}?)'");

    private JsonMistake() {}

    static String of(JsonProcessingException mistake) {
        if (mistake.getOriginalMessage().startsWith("Duplicate field")) {
            Matcher duplicate = DUPLICATE.matcher(mistake.getOriginalMessage());
            return (duplicate.lookingAt()
                            ? "the body has '" + duplicate.group(1) + "' twice"
                            : "the body has a field twice")
                    + "; send each field once";
        }
        if (mistake instanceof InputCoercionException || mistake.getCause() instanceof InputCoercionException) {
            return "a number is out of range" + where(mistake) + "; send one that is nearer to zero";
        }
        return "the body is not JSON" + where(mistake);
    }

    private static String where(JsonProcessingException mistake) {
        return mistake.getLocation() == null
                ? ""
                : " (line " + mistake.getLocation().getLineNr() + ", column "
                        + mistake.getLocation().getColumnNr() + ")";
    }

    static String of(MismatchedInputException mistake) {
        String field = field(mistake);
        if (mistake instanceof UnrecognizedPropertyException unknown) {
            return "there is no field '" + field + "'; known are " + names(unknown.getKnownPropertyIds());
        }
        if (mistake.getPath().isEmpty()) {
            return "the body is not JSON of one object, with nothing behind it";
        }
        return "'" + field + "' has to be " + expected(field, mistake.getTargetType());
    }

    private static String expected(String field, Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (field.endsWith("sizeBytes")) {
            return "a whole number of bytes, or a text as \"1G\"";
        }
        if (type == Long.class || type == Integer.class) {
            return "a whole number";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        return type == String.class ? "a text" : "an object";
    }

    private static String names(Collection<Object> known) {
        return known == null
                ? "none"
                : known.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    }

    private static String field(MismatchedInputException mistake) {
        StringBuilder path = new StringBuilder();
        mistake.getPath().forEach(step -> {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        });
        return path.toString();
    }
}

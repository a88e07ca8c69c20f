// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tells a client which field of its JSON body is wrong, and what is expected there. */
final class JsonMistake {
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.{1,100}?)'");

    private JsonMistake() {}

    static String of(JsonProcessingException mistake) {
        if (mistake.getOriginalMessage().startsWith("Duplicate field")) {
            Matcher duplicate = DUPLICATE.matcher(mistake.getOriginalMessage());
            return (duplicate.lookingAt()
                            ? "the JSON body has the field '" + duplicate.group(1) + "' twice"
                            : "the JSON body has the same field twice")
                    + "; send each field once";
        }
        if (mistake instanceof InputCoercionException || mistake.getCause() instanceof InputCoercionException) {
            return "a number in the JSON body is out of range" + where(mistake) + "; send one nearer to zero";
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
            return "the JSON body has the unknown field '" + field + "'; the fields here are "
                    + names(unknown.getKnownPropertyIds());
        }
        if (mistake.getPath().isEmpty()) {
            return "the body is not JSON of exactly one object; send one JSON object and nothing after it";
        }
        return "'" + field + "' must be " + expected(field, mistake.getTargetType());
    }

    private static String expected(String field, Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (field.endsWith("sizeBytes")) {
            return "a whole number of bytes, or a string such as \"1G\"";
        }
        if (type == Long.class || type == Integer.class) {
            return "a whole number";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        return type == String.class ? "a string" : "an object";
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

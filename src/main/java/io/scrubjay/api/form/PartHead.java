// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The head of a part. The file name that a sender may give is read over and used for nothing. Immutable.
 *
 * @param name what the form calls the part
 * @param fields all its header fields, in their order
 */
public record PartHead(String name, List<Field> fields) {
    private static final String DISPOSITION = "Content-Disposition";
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final String TRANSFER_ENCODING = "Content-Transfer-Encoding";
    /** The transfer encodings that change nothing (RFC 2045 section 6.2). */
    private static final Set<String> AS_IT_IS = Set.of("", "binary", "8bit", "7bit");

    public PartHead {
        fields = List.copyOf(fields);
    }

    /** One header field. */
    public record Field(String name, String value) {}

    /**
     * Reads a head.
     *
     * @param lines without line breaks, and without the empty line behind them
     * @throws RefusedException {@code invalid-request} when they do not name the part of a form, and
     *     {@code unsupported-image} when the part's content is coded
     */
    static PartHead parse(List<String> lines) {
        List<Field> fields = new ArrayList<>();
        for (String line : lines) {
            fields.add(field(line));
        }
        PartHead head = new PartHead(name(values(fields, DISPOSITION)), fields);
        head.requireUncoded();
        return head;
    }

    /** The values of all fields with this name, in whatever case. */
    public List<String> values(String field) {
        return values(fields, field);
    }

    private static List<String> values(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    private static Field field(String line) {
        int colon = line.indexOf(':');
        if (colon < 0 || !FIELD_NAME.matcher(line.substring(0, colon)).matches()) {
            throw invalid("a line in the head of a part is not '<name>: <value>': '" + shortened(line) + "'");
        }
        return new Field(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    private static String name(List<String> dispositions) {
        if (dispositions.size() != 1) {
            throw invalid("a part has " + dispositions.size() + " lines " + DISPOSITION
                    + "; each part needs one, such as '" + DISPOSITION + ": form-data; name=\"content\"'");
        }
        try {
            ParameterizedValue disposition = ParameterizedValue.parse(dispositions.get(0));
            if (!disposition.value().equals("form-data")) {
                throw new IllegalArgumentException("it is not form-data");
            }
            return Optional.ofNullable(disposition.parameters().get("name"))
                    .orElseThrow(() -> new IllegalArgumentException("it has no name"));
        } catch (IllegalArgumentException nonsense) {
            throw invalid(DISPOSITION + " of a part: " + nonsense.getMessage() + "; send '" + DISPOSITION
                    + ": form-data; name=\"<name>\"'");
        }
    }

    /** Content is taken as it is: decoding it would be a form of its own, and what is left coded is another file. */
    private void requireUncoded() {
        for (String coding : values(TRANSFER_ENCODING)) {
            if (!AS_IT_IS.contains(coding.toLowerCase(Locale.ROOT))) {
                throw coded(TRANSFER_ENCODING, coding);
            }
        }
        for (String coding : values("Content-Encoding")) {
            if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
                throw coded("Content-Encoding", coding);
            }
        }
        for (String type : values("Content-Type")) {
            if (type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
                throw invalid("the part '" + shortened(name) + "' consists of parts itself (" + shortened(type)
                        + "); send each file as a part of the form");
            }
        }
    }

    private RefusedException coded(String field, String coding) {
        return new RefusedException(
                Refusal.UNSUPPORTED_IMAGE,
                "'" + field + ": " + shortened(coding) + "' of the part '" + shortened(name)
                        + "' is not supported; send its bytes as they are, without " + field);
    }

    /** A text of the sender in a message: short. */
    static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_REQUEST, message);
    }
}

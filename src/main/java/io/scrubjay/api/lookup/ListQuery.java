// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Which entries of a list a client asks for. Immutable.
 *
 * @param limit the most entries in one answer; empty for all of them
 * @param after the key of the entry before the first that is wanted: a name, or the id of a run
 * @param state only entries in this state
 * @param prefix only entries whose names begin like this
 */
public record ListQuery(OptionalInt limit, Optional<String> after, Optional<String> state, Optional<String> prefix) {
    public static final String LIMIT = "limit";
    public static final String AFTER = "after";
    public static final String STATE = "state";
    public static final String NAME = "name";

    /** The most entries that one answer may be limited to. */
    public static final int LIMIT_MAX = 1000;

    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,4}");
    private static final Pattern BEGINNING_OF_A_NAME =
            Pattern.compile("[a-z0-9][a-z0-9.@-]{0," + (ResourceName.LENGTH_MAX - 1) + "}");

    /**
     * The query of a list whose entries have names. Parameters that the query does not have are null.
     *
     * @param states the states that entries of this list can be in
     * @throws RefusedException {@code invalid-request}
     */
    public static ListQuery ofNamed(List<String> states, String limit, String after, String state, String name) {
        return new ListQuery(
                limit(limit),
                Optional.ofNullable(after).map(ListQuery::lastName),
                known(states, state),
                Optional.ofNullable(name).map(ListQuery::prefix));
    }

    /**
     * The query of a list whose entries have ids. Parameters that the query does not have are null.
     *
     * @param states the states that entries of this list can be in
     * @throws RefusedException {@code invalid-request}
     */
    public static ListQuery ofNumbered(List<String> states, String limit, String after, String state) {
        return new ListQuery(limit(limit), Optional.ofNullable(after), known(states, state), Optional.empty());
    }

    /** What the value of one of these keys must be, for people. */
    public static Optional<String> expected(String key) {
        return switch (key) {
            case LIMIT -> Optional.of("a whole number from 1 to " + LIMIT_MAX);
            case AFTER -> Optional.of("the name of the last entry you have (for scrub runs, its id)");
            case STATE -> Optional.of("the state of the entries you want");
            case NAME -> Optional.of("the first characters of a name");
            default -> Optional.empty();
        };
    }

    private static OptionalInt limit(String text) {
        if (text == null) {
            return OptionalInt.empty();
        }
        int limit = WHOLE_NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > LIMIT_MAX) {
            throw invalid(LIMIT, "must be a whole number from 1 to " + LIMIT_MAX, text);
        }
        return OptionalInt.of(limit);
    }

    private static String lastName(String text) {
        try {
            return ResourceName.parseKnown(text).value();
        } catch (IllegalArgumentException nonsense) {
            throw invalid(AFTER, "must be the name of the last entry you have", text);
        }
    }

    private static String prefix(String text) {
        if (!BEGINNING_OF_A_NAME.matcher(text).matches()) {
            throw invalid(
                    NAME, "must be the first characters of a name: lower-case letters, digits, dots and dashes", text);
        }
        return text;
    }

    private static Optional<String> known(List<String> states, String state) {
        if (state != null && !states.contains(state)) {
            throw invalid(STATE, "must be one of " + String.join(", ", states), state);
        }
        return Optional.ofNullable(state);
    }

    private static RefusedException invalid(String key, String expected, String text) {
        String shown =
                text.length() <= ResourceName.LENGTH_MAX ? text : text.substring(0, ResourceName.LENGTH_MAX) + "…";
        return new RefusedException(Refusal.INVALID_REQUEST, "'" + key + "' " + expected + ", not '" + shown + "'");
    }

    /** Whether an entry of this name matches, as far as its name tells. */
    public boolean takesName(ResourceName name) {
        return name.value().startsWith(prefix.orElse(""))
                && after.filter(last -> name.value().compareTo(last) <= 0).isEmpty();
    }

    /** Whether an entry in this state matches. */
    public boolean takesState(String word) {
        return state.isEmpty() || state.get().equals(word);
    }
}

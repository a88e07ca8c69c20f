// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Something in the pool that the engine could not read when it opened the pool, so that nobody can tell what it is. It
 * may be a volume, a record or the bytes of an image. The engine leaves it as it is; a later opening that can read it
 * takes it up again.
 *
 * @param name the name it has in the pool; empty when that is no volume's name
 * @param place where an administrator finds it: a path, or a part of the device; control characters of it and of the reason
 *     are given as <code>&#92;u000a</code>
 * @param errno the system's error number, or 0 when what was read makes no sense
 * @param reason what is wrong, for people
 */
public record Unreadable(Optional<VolumeName> name, String place, int errno, String reason) {
    /** How many are named where a message is about all of them. */
    private static final int NAMED_MAX = 5;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]");

    public Unreadable {
        Objects.requireNonNull(name);
        place = inOneLine(place);
        reason = inOneLine(reason);
        if (errno < 0) {
            throw new IllegalArgumentException("an error number is positive, or 0: " + errno);
        }
    }

    /** Names of files have any characters: some would make lines of their own in a log. */
    private static String inOneLine(String text) {
        return CONTROL.matcher(text)
                .replaceAll(
                        found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
    }

    /** The failure of a call that asks for the volume of this name: the engine cannot tell whether there is one. */
    public EngineException.VolumeUnreadable failure() {
        return new EngineException.VolumeUnreadable(
                "read of '" + name.map(VolumeName::value).orElse("a volume") + "' (" + reason + ")", this);
    }

    /**
     * Makes sure that it can be told whether there is a volume of this name.
     *
     * @throws EngineException.VolumeUnreadable when it is not found, and may be what could not be read, which need not have kept
     *     its name
     */
    public static void requireTold(StorageEngine engine, VolumeName name) {
        List<Unreadable> unreadable = engine.unreadable();
        if (engine.find(name).isEmpty() && !unreadable.isEmpty()) {
            throw mayBeAnyOf(unreadable, name);
        }
    }

    /**
     * What a call fails with that needs a volume which is not found, and may be one of these, which need not have kept its name.
     *
     * @param unreadable all there are, at least one
     */
    public static EngineException.VolumeUnreadable mayBeAnyOf(List<Unreadable> unreadable, VolumeName name) {
        String places = unreadable.stream()
                .limit(NAMED_MAX)
                .map(Unreadable::place)
                .collect(Collectors.joining(", ", "", unreadable.size() > NAMED_MAX ? ", …" : ""));
        return new EngineException.VolumeUnreadable(
                "the search for '" + name + "', which may be something that could not be read when the pool was opened",
                new Unreadable(
                        Optional.of(name),
                        "'" + name + "'",
                        0,
                        "the pool has nothing under this name; it may be one of the things that could not be read"
                                + " when the agent started ("
                                + places + ")"));
    }

    /** {@code volumes/manifest-… (errno 5): cannot be read}, for people. */
    @Override
    public String toString() {
        return place + (errno == 0 ? "" : " (errno " + errno + ")") + ": " + reason;
    }
}

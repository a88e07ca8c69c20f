// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Something in the pool that the engine could not read when it opened the pool, so it is not known what it is. It may
 * be a volume, a record or the bytes of an image. The engine does not change it; if it can be read when the pool is
 * opened again, it is used again.
 *
 * @param name the name it has in the pool; empty when that is not the name of a volume
 * @param place where an administrator finds it: a path, or a part of the device; control characters in it and in the
 *     reason are written as <code>&#92;u000a</code>
 * @param errno the system's error number, or 0 when it was read but is invalid
 * @param reason what is wrong, for people
 */
public record Unreadable(Optional<VolumeName> name, String place, int errno, String reason) {
    /** The most unreadable things that a message about all of them names. */
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

    /** Names of files may have any characters, such as line breaks, which would begin a new line in a log. */
    private static String inOneLine(String text) {
        return CONTROL.matcher(text)
                .replaceAll(
                        found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
    }

    /** The exception for a call that names this volume: the engine cannot tell whether the volume exists. */
    public EngineException.VolumeUnreadable failure() {
        return new EngineException.VolumeUnreadable(
                "read of '" + name.map(VolumeName::value).orElse("a volume") + "' (" + reason + ")", this);
    }

    /**
     * Makes sure that the engine can tell whether a volume of this name exists.
     *
     * @throws EngineException.VolumeUnreadable when the volume is not found, and something is unreadable: that may be
     *     the volume, even under another name
     */
    public static void requireTold(StorageEngine engine, VolumeName name) {
        List<Unreadable> unreadable = engine.unreadable();
        if (engine.find(name).isEmpty() && !unreadable.isEmpty()) {
            throw mayBeAnyOf(unreadable, name);
        }
    }

    /**
     * The exception for a call that needs a volume which is not found, but may be one of these, even under another
     * name.
     *
     * @param unreadable everything that is unreadable, at least one
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

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

/**
 * One step of a load. Its place in the order of all of them is its moment, from 1 on.
 *
 * @param subject the moment of the step that this one ends; 0 when it begins something
 * @param first the first block it is about
 * @param count how many
 */
record LoadEvent(Kind kind, long subject, int first, int count) {
    /** What has happened. */
    enum Kind {
        /** A process began; whatever was under way in one before it gets no answer any more. */
        STARTED,
        WRITE,
        UNMAP,
        ACKNOWLEDGED,
        SNAPSHOT,
        SNAPSHOT_MADE,
        DELETION,
        DELETED,
        /** To so many blocks. */
        GROWTH,
        GROWN
    }

    /** That something begins. */
    static LoadEvent begin(Kind kind, int first, int count) {
        return new LoadEvent(kind, 0, first, count);
    }

    /** That something has ended which began at a moment. */
    static LoadEvent end(Kind kind, long subject) {
        return new LoadEvent(kind, subject, 0, 0);
    }

    String line() {
        return kind + " " + subject + " " + first + " " + count + "\n";
    }

    static LoadEvent parse(String line) {
        String[] words = line.split(" ", 4);
        return new LoadEvent(
                Kind.valueOf(words[0]),
                Long.parseLong(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]));
    }
}

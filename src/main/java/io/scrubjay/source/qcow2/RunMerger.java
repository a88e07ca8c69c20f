// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.util.Optional;
import java.util.function.Consumer;

/** Makes one run of two that follow each other, both in the file and on the disk. Compressed clusters stay apart. */
final class RunMerger {
    private final Consumer<Run> runs;
    private Optional<Run> open = Optional.empty();

    RunMerger(Consumer<Run> runs) {
        this.runs = runs;
    }

    void add(Run next) {
        if (open.isPresent() && follows(open.get(), next)) {
            Run before = open.get();
            open = Optional.of(new Run(before.kind(), before.start(), before.length() + next.length(), before.disk()));
        } else {
            end();
            open = Optional.of(next);
        }
    }

    private static boolean follows(Run before, Run next) {
        return before.kind() == next.kind()
                && before.kind() != Run.Kind.PACKED
                && before.end().equals(next.start())
                && before.disk().plus(before.length()).equals(next.disk());
    }

    /** Passes on the last run. */
    void end() {
        open.ifPresent(runs);
        open = Optional.empty();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which clusters of a volume are allocated: sorted runs that neither touch nor overlap. Memory use depends on the
 * number of runs, not of clusters; a look-up takes logarithmic time in the number of runs.
 */
public final class ClusterMap {
    private final List<ClusterRun> runs;
    private final long count;

    private ClusterMap(List<ClusterRun> runs) {
        this.runs = Collections.unmodifiableList(runs);
        this.count = runs.stream().mapToLong(ClusterRun::count).sum();
    }

    public static ClusterMap empty() {
        return new ClusterMap(List.of());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The runs in ascending order. */
    public List<ClusterRun> runs() {
        return runs;
    }

    /** How many clusters are allocated. */
    public long count() {
        return count;
    }

    /** How many bytes of a volume's first {@code lengthBytes} lie in allocated clusters. */
    public long bytesWithin(long lengthBytes, ClusterSize clusterSize) {
        long bytes = 0;
        for (ClusterRun run : runs) {
            long from = Math.min(lengthBytes, run.first() * clusterSize.bytes());
            bytes += Math.min(lengthBytes, run.end() * clusterSize.bytes()) - from;
        }
        return bytes;
    }

    public boolean contains(long cluster) {
        return intersects(cluster, cluster + 1);
    }

    /** Whether any cluster in {@code [from, to)} is allocated; false for an empty interval. */
    public boolean intersects(long from, long to) {
        int index = firstEndingAfter(from);
        return from < to && index < runs.size() && runs.get(index).first() < to;
    }

    /** Whether every cluster in {@code [from, to)} is allocated; true for an empty interval. */
    public boolean containsAll(long from, long to) {
        if (from >= to) {
            return true;
        }
        int index = firstEndingAfter(from);
        return index < runs.size()
                && runs.get(index).first() <= from
                && runs.get(index).end() >= to;
    }

    /** The first allocated cluster at or after this one, or {@code -1}. */
    public long nextAllocated(long cluster) {
        int index = firstEndingAfter(cluster);
        return index == runs.size() ? -1 : Math.max(cluster, runs.get(index).first());
    }

    private int firstEndingAfter(long cluster) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (runs.get(middle).end() > cluster) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterMap that && runs.equals(that.runs);
    }

    @Override
    public int hashCode() {
        return runs.hashCode();
    }

    @Override
    public String toString() {
        return runs.toString();
    }

    /** All clusters that are in this map, in the other, or in both. */
    public ClusterMap union(ClusterMap other) {
        Builder union = new Builder();
        long added = 0;
        int mine = 0;
        int theirs = 0;
        while (mine < runs.size() || theirs < other.runs.size()) {
            boolean isMine = theirs == other.runs.size()
                    || (mine < runs.size()
                            && runs.get(mine).first() <= other.runs.get(theirs).first());
            ClusterRun next = isMine ? runs.get(mine++) : other.runs.get(theirs++);
            long first = Math.max(added, next.first());
            if (first < next.end()) {
                union.add(first, next.end() - first);
                added = next.end();
            }
        }
        return union.build();
    }

    /** Collects runs in ascending order and joins those that touch. Confined to one thread. */
    public static final class Builder {
        private final List<ClusterRun> runs = new ArrayList<>();

        private Builder() {}

        /**
         * Adds {@code [first, first + count)}; nothing when {@code count} is 0.
         *
         * @throws IllegalArgumentException when it starts before the end of the run that was added last
         */
        public Builder add(long first, long count) {
            if (count == 0) {
                return this;
            }
            ClusterRun run = new ClusterRun(first, count);
            ClusterRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && first < last.end()) {
                throw new IllegalArgumentException(run + " starts before the end of " + last);
            }
            if (last != null && first == last.end()) {
                runs.set(runs.size() - 1, new ClusterRun(last.first(), Math.addExact(last.count(), count)));
            } else {
                runs.add(run);
            }
            return this;
        }

        public ClusterMap build() {
            return new ClusterMap(List.copyOf(runs));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Runs calls that change the same volume one after the other, and all others in parallel. Locks are taken in the order
 * of the names, so calls cannot deadlock. Thread-safe.
 */
public final class NameLocks {
    private final Map<VolumeName, Entry> entries = new HashMap<>();

    /** Makes a call while nobody else changes or uses this name. */
    public <T> T changing(VolumeName name, Supplier<T> call) {
        return holding(Map.of(name, Mode.CHANGE), call);
    }

    /** Makes a call while nobody else changes or uses these two names, which may be the same. */
    public <T> T changing(VolumeName one, VolumeName other, Supplier<T> call) {
        Map<VolumeName, Mode> modes = new HashMap<>();
        modes.put(one, Mode.CHANGE);
        modes.put(other, Mode.CHANGE);
        return holding(modes, call);
    }

    /** Makes a call while nobody changes the first name, and nobody else changes or uses the second. */
    public <T> T usingAndChanging(VolumeName used, VolumeName changed, Supplier<T> call) {
        Map<VolumeName, Mode> modes = new HashMap<>();
        modes.put(used, Mode.USE);
        modes.put(changed, Mode.CHANGE);
        return holding(modes, call);
    }

    /** Makes a call while nobody changes the used names, and nobody else changes or uses the changed ones. */
    public <T> T usingAndChanging(Set<VolumeName> used, Set<VolumeName> changed, Supplier<T> call) {
        Map<VolumeName, Mode> modes = new HashMap<>();
        used.forEach(name -> modes.put(name, Mode.USE));
        changed.forEach(name -> modes.put(name, Mode.CHANGE));
        return holding(modes, call);
    }

    private <T> T holding(Map<VolumeName, Mode> modes, Supplier<T> call) {
        Deque<Runnable> releases = new ArrayDeque<>();
        try {
            new TreeMap<>(modes).forEach((name, mode) -> {
                Entry entry = enter(name);
                Lock lock = mode == Mode.CHANGE ? entry.lock.writeLock() : entry.lock.readLock();
                lock.lock();
                releases.push(() -> {
                    lock.unlock();
                    leave(name, entry);
                });
            });
            return call.get();
        } finally {
            releases.forEach(Runnable::run);
        }
    }

    private Entry enter(VolumeName name) {
        synchronized (entries) {
            Entry entry = entries.computeIfAbsent(name, absent -> new Entry());
            entry.users++;
            return entry;
        }
    }

    private void leave(VolumeName name, Entry entry) {
        synchronized (entries) {
            entry.users--;
            if (entry.users == 0) {
                entries.remove(name);
            }
        }
    }

    private enum Mode {
        USE,
        CHANGE
    }

    private static final class Entry {
        private final ReadWriteLock lock = new ReentrantReadWriteLock();
        private int users;
    }
}

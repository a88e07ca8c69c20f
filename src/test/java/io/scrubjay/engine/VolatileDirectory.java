// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory tree as a medium has it whose cache is lost with the power, fed with the calls that were made on it. A name
 * is there for good once its directory was synced, and before that perhaps; in one directory no change comes before an
 * earlier one, and a rename happens as a whole. Bytes: see {@link VolatileFile}. Confined to one thread.
 */
public final class VolatileDirectory {
    private static final int O_TRUNC = 01000;
    private static final int KEEP_SIZE = 0x01;
    private static final int PUNCH_HOLE = 0x02;
    private static final int ZERO_RANGE = 0x10;

    private static final class Directory {
        private final Map<String, Object> durable = new TreeMap<>();
        private final Map<String, Object> cached = new TreeMap<>();
    }

    /** A name comes to lead somewhere, or, without a node, nowhere. */
    private record Entry(Directory directory, String name, Optional<Object> node) {
        private void in(Map<String, Object> names) {
            node.ifPresentOrElse(there -> names.put(name, there), () -> names.remove(name));
        }
    }

    /** What happens as a whole. Two that are alike are two. */
    private static final class Change {
        private final List<Entry> entries;

        private Change(Entry... entries) {
            this.entries = List.of(entries);
        }

        private boolean concerns(Directory directory) {
            return entries.stream().anyMatch(entry -> entry.directory() == directory);
        }

        private boolean sharesDirectory(Change other) {
            return entries.stream().anyMatch(entry -> other.concerns(entry.directory()));
        }
    }

    private final Directory root = new Directory();
    private final List<Change> pending = new ArrayList<>();
    /** What the sync that a thread is in makes last. */
    private final Map<Long, Integer> syncedChanges = new HashMap<>();

    private final Map<Long, List<Change>> syncedNames = new HashMap<>();

    /** Takes in the next call. */
    public void apply(RecordedCall call) {
        switch (call.name()) {
            case "open" -> {
                // It changes nothing.
            }
            case "create" -> create(call);
            case "pwrite" -> file(call.path()).write(call.offset(), call.data());
            // Nobody here writes in this way but at the end of a file.
            case "write" -> file(call.path()).append(call.data());
            case "ftruncate" -> file(call.path()).setLength(call.length());
            case "fallocate" -> allocate(file(call.path()), call);
            case "reflink" -> file(call.path()).copyOf(file(call.other()));
            case "copy_file_range" -> file(call.path()).copyOf(file(call.other()), call.offset(), call.result());
            case "fsync", "fdatasync" -> sync(call);
            case "mkdir" -> come(call.path(), new Directory());
            case "rmdir", "unlink" -> gone(call.path());
            case "rename" -> rename(call.path(), call.other());
            default -> throw new IllegalArgumentException("nobody knows what this does to a file: " + call);
        }
    }

    private void create(RecordedCall call) {
        Directory parent = parent(call.path());
        Object there = parent.cached.get(name(call.path()));
        if (there == null) {
            come(call.path(), new VolatileFile());
        } else if ((call.flags() & O_TRUNC) != 0) {
            ((VolatileFile) there).setLength(0);
        }
    }

    private static void allocate(VolatileFile file, RecordedCall call) {
        long end = call.offset() + call.length();
        if ((call.flags() & (PUNCH_HOLE | ZERO_RANGE)) != 0) {
            file.zero(call.offset(), end);
        }
        if ((call.flags() & KEEP_SIZE) == 0) {
            file.reach(end);
        }
    }

    private void sync(RecordedCall call) {
        Object node = node(call.path());
        if (node instanceof VolatileFile file) {
            if (call.begins()) {
                syncedChanges.put(call.thread(), file.changes());
            } else {
                file.sync(syncedChanges.remove(call.thread()));
            }
        } else if (call.begins()) {
            Directory directory = (Directory) node;
            syncedNames.put(
                    call.thread(),
                    pending.stream()
                            .filter(change -> change.concerns(directory))
                            .toList());
        } else {
            for (Change change : withEarlier(syncedNames.remove(call.thread()))) {
                change.entries.forEach(entry -> entry.in(entry.directory().durable));
                pending.remove(change);
            }
        }
    }

    /** These changes, and all that come before one of them in the same directory, in order. */
    private List<Change> withEarlier(Collection<Change> wanted) {
        LinkedList<Change> all = new LinkedList<>();
        for (int i = pending.size() - 1; i >= 0; i--) {
            Change change = pending.get(i);
            if (wanted.contains(change) || all.stream().anyMatch(change::sharesDirectory)) {
                all.addFirst(change);
            }
        }
        return all;
    }

    private void come(String path, Object node) {
        happen(new Change(new Entry(parent(path), name(path), Optional.of(node))));
    }

    private void gone(String path) {
        happen(new Change(new Entry(parent(path), name(path), Optional.empty())));
    }

    private void rename(String from, String to) {
        Object node = node(from);
        happen(new Change(
                new Entry(parent(from), name(from), Optional.empty()),
                new Entry(parent(to), name(to), Optional.of(node))));
    }

    private void happen(Change change) {
        change.entries.forEach(entry -> entry.in(entry.directory().cached));
        pending.add(change);
    }

    private Object node(String path) {
        Object node = root;
        if (!path.equals(".")) {
            for (String part : path.split("/")) {
                node = ((Directory) node).cached.get(part);
                if (node == null) {
                    throw new NoSuchElementException(path);
                }
            }
        }
        return node;
    }

    private VolatileFile file(String path) {
        return (VolatileFile) node(path);
    }

    private Directory parent(String path) {
        int slash = path.lastIndexOf('/');
        return (Directory) node(slash < 0 ? "." : path.substring(0, slash));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Writes what is left when the power is lost now to a directory that is empty. */
    public void leave(Path directory, Survival survival, Random chance) throws IOException {
        List<Change> chosen =
                pending.stream().filter(change -> survival.of(chance)).toList();
        Map<Directory, Map<String, Object>> names = new IdentityHashMap<>();
        for (Change change : withEarlier(chosen)) {
            change.entries.forEach(
                    entry -> entry.in(names.computeIfAbsent(entry.directory(), any -> new TreeMap<>(any.durable))));
        }
        leave(root, directory, names, survival, chance);
    }

    private static void leave(
            Directory left, Path at, Map<Directory, Map<String, Object>> names, Survival survival, Random chance)
            throws IOException {
        Map<String, Object> entries = names.getOrDefault(left, left.durable);
        for (Map.Entry<String, Object> entry : entries.entrySet()) {
            Path path = at.resolve(entry.getKey());
            if (entry.getValue() instanceof VolatileFile file) {
                file.leave(path, survival, chance);
            } else {
                Files.createDirectory(path);
                leave((Directory) entry.getValue(), path, names, survival, chance);
            }
        }
    }
}

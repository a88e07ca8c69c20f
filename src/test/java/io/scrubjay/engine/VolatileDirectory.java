// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory tree as a medium has it whose cache is lost with the power, fed with the calls that were made on it. A name
 * is there for good once its directory was synced, and before that perhaps, whatever became of other names; only what
 * happens to one name happens in order. A rename happens as a whole, and is certain once both its directories were synced.
 * Bytes: see {@link VolatileFile}. Confined to one thread.
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

        private boolean isOfTheSameName(Entry other) {
            return directory == other.directory && name.equals(other.name);
        }
    }

    /** What happens as a whole. Two that are alike are two. */
    private static final class Change {
        private final List<Entry> entries;
        private final List<Directory> unsynced;

        private Change(Entry... entries) {
            this.entries = List.of(entries);
            this.unsynced = new ArrayList<>(
                    this.entries.stream().map(Entry::directory).distinct().toList());
        }

        private boolean sharesName(Change other) {
            return entries.stream().anyMatch(mine -> other.entries.stream().anyMatch(mine::isOfTheSameName));
        }
    }

    /** What is left when the power is lost. */
    public static final class Remains {
        private final Map<String, Optional<VolatileFile.Content>> paths = new TreeMap<>();

        /** A number that is the same for the same remains. */
        public long print() {
            long print = 0;
            for (Map.Entry<String, Optional<VolatileFile.Content>> path : paths.entrySet()) {
                long content = path.getValue().map(VolatileFile.Content::print).orElse(-1L);
                print = 31 * (31 * print + path.getKey().hashCode()) + content;
            }
            return print;
        }

        /** What the blocks of a file take. */
        public long occupiedBytes(String path) {
            return paths.getOrDefault(path, Optional.empty())
                    .map(VolatileFile.Content::occupiedBytes)
                    .orElse(0L);
        }

        /** Writes them to a directory that is empty. */
        public void leave(Path directory) throws IOException {
            for (Map.Entry<String, Optional<VolatileFile.Content>> entry : paths.entrySet()) {
                Path path = directory.resolve(entry.getKey());
                if (entry.getValue().isPresent()) {
                    entry.getValue().get().leave(path);
                } else {
                    Files.createDirectory(path);
                }
            }
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
            case "pwrite" -> file(call.path()).write(call.offset(), call.bytes());
            // Nobody here writes in this way but at the end of a file.
            case "write" -> file(call.path()).append(call.bytes());
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
        if ((call.flags() & PUNCH_HOLE) == 0) {
            file.allocate(call.offset(), end);
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
            syncedNames.put(
                    call.thread(),
                    pending.stream()
                            .filter(change -> change.unsynced.contains((Directory) node))
                            .toList());
        } else {
            List<Change> synced = syncedNames.remove(call.thread());
            synced.forEach(change -> change.unsynced.remove((Directory) node));
            for (Change change : withEarlier(
                    synced.stream().filter(change -> change.unsynced.isEmpty()).toList())) {
                change.entries.forEach(entry -> entry.in(entry.directory().durable));
                pending.remove(change);
            }
        }
    }

    /** These changes, and all that happened to the same names before, in order. */
    private List<Change> withEarlier(Collection<Change> wanted) {
        Deque<Change> all = new ArrayDeque<>();
        for (int i = pending.size() - 1; i >= 0; i--) {
            Change change = pending.get(i);
            if (wanted.contains(change) || all.stream().anyMatch(change::sharesName)) {
                all.addFirst(change);
            }
        }
        return List.copyOf(all);
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
            for (String part : path.split("/", -1)) {
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

    /** What is left when the power is lost now. */
    public Remains remains(Survival survival, Random chance) {
        List<Change> chosen =
                pending.stream().filter(change -> survival.of(chance)).toList();
        Map<Directory, Map<String, Object>> names = new HashMap<>();
        for (Change change : withEarlier(chosen)) {
            change.entries.forEach(
                    entry -> entry.in(names.computeIfAbsent(entry.directory(), any -> new TreeMap<>(any.durable))));
        }
        Remains remains = new Remains();
        collect(root, "", names, survival, chance, remains);
        return remains;
    }

    private static void collect(
            Directory left,
            String at,
            Map<Directory, Map<String, Object>> names,
            Survival survival,
            Random chance,
            Remains remains) {
        Map<String, Object> entries = names.getOrDefault(left, left.durable);
        for (Map.Entry<String, Object> entry : entries.entrySet()) {
            String path = at + entry.getKey();
            if (entry.getValue() instanceof VolatileFile file) {
                remains.paths.put(path, Optional.of(file.left(survival, chance)));
            } else {
                remains.paths.put(path, Optional.empty());
                collect((Directory) entry.getValue(), path + "/", names, survival, chance, remains);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The tokens of a file, one per line: {@code <role> <name> <token>}. Lines that begin with {@code #} and blank lines
 * are ignored. Only hashes of the tokens are kept. Immutable.
 */
public final class Tokens {
    /** A shorter token could be guessed. */
    static final int TOKEN_LENGTH_MIN = 16;

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final List<Entry> entries;

    private Tokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    private record Entry(SecretHash hash, Caller caller) {}

    /**
     * Reads the content of a file.
     *
     * @throws IllegalArgumentException if a line is invalid; the message has the number of the line, but nothing of its
     *     content
     */
    public static Tokens parse(byte[] content) {
        List<Entry> entries = new ArrayList<>();
        Set<SecretHash> seen = new HashSet<>();
        int number = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                Entry entry = entry(line.strip(), number);
                if (!seen.add(entry.hash())) {
                    throw new IllegalArgumentException(
                            "line " + number + " has the same token as an earlier line; give each caller its own");
                }
                entries.add(entry);
            }
        }
        return new Tokens(entries);
    }

    private static Entry entry(String line, int number) {
        List<String> words = SPACES.splitAsStream(line).toList();
        if (words.size() != 3) {
            throw new IllegalArgumentException("line " + number + " must look like '<role> <name> <token>'");
        }
        Role role = Role.ofWireName(words.get(0))
                .orElseThrow(() -> new IllegalArgumentException(
                        "line " + number + ": the role must be one of " + Role.ADMIN.includedNames()));
        if (words.get(2).length() < TOKEN_LENGTH_MIN) {
            throw new IllegalArgumentException(
                    "line " + number + ": the token must have at least " + TOKEN_LENGTH_MIN + " characters");
        }
        return new Entry(SecretHash.of(words.get(2)), Caller.of(words.get(1), role, Way.TOKEN));
    }

    /**
     * The caller whose token this is, or empty. It always takes the same time, so that the time does not tell how close
     * a wrong token comes.
     */
    public Optional<Caller> find(String token) {
        SecretHash hash = SecretHash.of(token);
        Optional<Caller> found = Optional.empty();
        // Compares all of them, even after one has matched.
        for (Entry entry : entries) {
            if (entry.hash().equals(hash)) {
                found = Optional.of(entry.caller());
            }
        }
        return found;
    }

    /** Whether any token belongs to a caller of this name that has this role, or one that includes it. */
    public boolean names(String caller, Role needed) {
        return entries.stream()
                .map(Entry::caller)
                .anyMatch(named -> named.name().equals(caller) && named.has(needed));
    }
}

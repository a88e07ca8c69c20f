// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.stored;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that a build has stored: a directory in {@code <build>/<name>.zip}, and in {@code <build>/<name>.txt} one line
 * for each fact that every later build has to find in it. Immutable; the files are never changed.
 */
public record StoredForm(String build, String name) {
    private static final Path ALL = Path.of("src/test/resources/stored");
    private static final String TEXT = ".txt";
    private static final String COMMENT = "#";

    /** Names the build for which what is missing is to be stored now, by a test that is run for that. */
    private static final Optional<String> WANTED = Optional.ofNullable(System.getProperty("scrubjay.stored"));

    /** Stores something in a directory, and answers with the facts. */
    @FunctionalInterface
    public interface Making {
        List<String> storeIn(Path directory) throws IOException;
    }

    /** What builds have stored whose name begins like this; there is some. */
    public static List<StoredForm> named(String beginning) {
        try (Stream<Path> files = Files.walk(ALL)) {
            List<StoredForm> found = files.filter(file -> file.toString().endsWith(TEXT))
                    .map(StoredForm::of)
                    .filter(form -> form.name.startsWith(beginning))
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("nothing is stored in " + ALL + " that is called " + beginning);
            }
            return found;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static StoredForm of(Path text) {
        String file = text.getFileName().toString();
        return new StoredForm(
                text.getParent().getFileName().toString(), file.substring(0, file.length() - TEXT.length()));
    }

    /**
     * Stores something for the build that {@code -Dscrubjay.stored} names; does nothing without that, nor where it is
     * there already.
     *
     * @param temporary an empty directory
     */
    public static void makeIfWanted(String name, Path temporary, Making making) throws IOException {
        if (WANTED.isEmpty() || Files.exists(new StoredForm(WANTED.get(), name).zip())) {
            return;
        }
        StoredForm form = new StoredForm(WANTED.get(), name);
        Files.createDirectories(form.zip().getParent());
        List<String> lines = new ArrayList<>();
        lines.add(COMMENT + " stored by a build of commit " + commit());
        lines.addAll(making.storeIn(temporary));
        SparseZip.pack(temporary, form.zip());
        Files.write(form.text(), lines);
    }

    private static String commit() throws IOException {
        Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                .redirectErrorStream(true)
                .start();
        return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Puts what was stored into a directory, as it was. */
    public void unpack(Path directory) throws IOException {
        SparseZip.unpack(zip(), directory);
    }

    /** What there is in it. */
    public List<String> facts() throws IOException {
        return Files.readAllLines(text()).stream()
                .filter(line -> !line.startsWith(COMMENT))
                .toList();
    }

    private Path zip() {
        return ALL.resolve(build).resolve(name + ".zip");
    }

    private Path text() {
        return ALL.resolve(build).resolve(name + TEXT);
    }

    @Override
    public String toString() {
        return build + "/" + name;
    }
}

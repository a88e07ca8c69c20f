// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and loads one of Scrubjay's native libraries, {@code lib<name>.so}. It looks in these places, in this order,
 * and loads the first file that it finds:
 *
 * <ol>
 *   <li>the directory that the system property {@value #DIRECTORY_PROPERTY} names, and in no other place if the
 *       property is set;
 *   <li>in a native executable, the directory of the executable;
 *   <li>the resource {@code /META-INF/native/} of the jar, copied to a private temporary file which is deleted as soon
 *       as it is loaded. The file is put into the directory that was given to {@link #unpackInto}, or into the
 *       directory for temporary files.
 * </ol>
 *
 * <p>To be called from the static initializer of the class that declares the native methods. Such a class must be
 * initialized at run time in a native executable. Several classes may share a library: it is loaded only once, since
 * otherwise each class would get a copy with its own variables. Thread-safe: the list of unpacked libraries is guarded
 * by this class.
 */
public final class NativeLibrary {
    /** A directory to load libraries from, instead of all other places. */
    public static final String DIRECTORY_PROPERTY = "scrubjay.native.path";

    private static final String RESOURCE_DIRECTORY = "/META-INF/native/";

    private static final Set<String> UNPACKED = new HashSet<>();

    private static Optional<Path> place = Optional.empty();

    private NativeLibrary() {}

    /** From now on, unpacks libraries into this directory, which must exist and must not be writable by other users. */
    public static synchronized void unpackInto(Path directory) {
        place = Optional.of(directory);
    }

    /**
     * Loads {@code lib<name>.so}.
     *
     * @throws UnsatisfiedLinkError when there is no such library in the places above, or it cannot be loaded; the
     *     message says where the library was looked for and what to do
     */
    public static void load(String name) {
        String file = System.mapLibraryName(name);
        String directory = System.getProperty(DIRECTORY_PROPERTY);
        if (directory != null) {
            loadFrom(Path.of(directory, file).toAbsolutePath(), "as " + DIRECTORY_PROPERTY + " says");
            return;
        }
        Optional<Path> beside = besideExecutable(name);
        if (beside.isPresent()) {
            loadFrom(beside.get(), "beside the executable");
        } else {
            loadResource(file);
        }
    }

    private static void loadFrom(Path library, String why) {
        if (!Files.isRegularFile(library)) {
            throw new UnsatisfiedLinkError("there is no " + library + " (looked for it " + why + ")");
        }
        System.load(library.toString());
    }

    /**
     * {@code lib<name>.so} in the directory of this executable; empty if this is not a native executable or the file is
     * not there.
     */
    public static Optional<Path> besideExecutable(String name) {
        if (!"runtime".equals(System.getProperty("org.graalvm.nativeimage.imagecode"))) {
            return Optional.empty();
        }
        return ProcessHandle.current()
                .info()
                .command()
                .map(command -> Path.of(command).resolveSibling(System.mapLibraryName(name)))
                .filter(Files::isRegularFile);
    }

    private static synchronized void loadResource(String file) {
        if (UNPACKED.contains(file)) {
            return;
        }
        try (InputStream library = NativeLibrary.class.getResourceAsStream(RESOURCE_DIRECTORY + file)) {
            if (library == null) {
                throw new UnsatisfiedLinkError(
                        "there is no " + file + " inside the program nor beside it; put it there,"
                                + " or name its directory by -D" + DIRECTORY_PROPERTY);
            }
            // Readable by nobody else; its name is new each time, so a second class loader can load the library too.
            Path copy = place.isPresent()
                    ? Files.createTempFile(place.get(), "scrubjay-", "-" + file)
                    : Files.createTempFile("scrubjay-", "-" + file);
            try {
                Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
                System.load(copy.toString());
                UNPACKED.add(file);
            } catch (UnsatisfiedLinkError refused) {
                throw explained(refused, copy);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException failed) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("cannot unpack " + file + " into "
                    + place.map(Path::toString).orElse("the directory for temporary files (java.io.tmpdir)") + ": "
                    + failed);
            error.initCause(failed);
            throw error;
        }
    }

    private static UnsatisfiedLinkError explained(UnsatisfiedLinkError refused, Path copy) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError(refused.getMessage() + "; if " + copy.getParent()
                + " is mounted noexec, unpack the library yourself and name its directory by -D" + DIRECTORY_PROPERTY);
        error.initCause(refused);
        return error;
    }
}

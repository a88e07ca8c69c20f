// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.NativeLibrary;

import java.nio.file.Path;

/**
 * zstd's own native library, which its Java half loads with the first zstd file: from the jar, by a copy that is deleted
 * as soon as it is loaded, or from next to a native executable. Stateless.
 */
final class ZstdLibrary {
    private static final String NAME = "zstd-jni";
    /** The library itself; if somebody has set it, it is left alone. */
    private static final String FILE_PROPERTY = "ZstdNativePath";
    /** The directory for the copy; if somebody has set it, it is left alone. */
    private static final String DIRECTORY_PROPERTY = "ZstdTempFolder";

    private ZstdLibrary() {}

    /** Makes it use the library next to the executable, if there is one. Called before the first upload. */
    static void takeFromBeside() {
        if (System.getProperty(FILE_PROPERTY) == null) {
            NativeLibrary.besideExecutable(NAME)
                    .ifPresent(library -> System.setProperty(FILE_PROPERTY, library.toString()));
        }
    }

    /** Has the copy made in this directory. */
    static void unpackInto(Path directory) {
        if (System.getProperty(DIRECTORY_PROPERTY) == null) {
            System.setProperty(DIRECTORY_PROPERTY, directory.toString());
        }
    }
}

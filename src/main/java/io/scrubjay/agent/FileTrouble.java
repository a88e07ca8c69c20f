// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what is wrong with a file: the message of Java's exceptions is often only its path. Stateless. */
final class FileTrouble {
    private FileTrouble() {}

    static String of(FileSystemException failed) {
        if (failed instanceof NoSuchFileException) {
            return "there is no " + failed.getFile();
        }
        if (failed instanceof AccessDeniedException) {
            return "the agent's user has no access to " + failed.getFile();
        }
        return failed.getFile() + " cannot be used" + (failed.getReason() == null ? "" : ": " + failed.getReason());
    }
}

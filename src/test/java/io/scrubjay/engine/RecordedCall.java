// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A system call of a process on its pool, as {@code src/test/c/pool-calls/record.c} writes it down.
 *
 * @param begins whether this is the beginning of a sync, rather than the end of any call
 * @param thread who made it
 * @param name as libc has it
 * @param path below the pool's directory, which is {@code .}
 * @param other where a rename leads or a copy comes from; otherwise empty
 * @param offset in the file, -1 where none was said
 * @param length as it was asked for
 * @param flags of an open, the mode of fallocate
 * @param result what the call returned
 * @param data what a write has written, to be read only
 */
public record RecordedCall(
        boolean begins,
        long thread,
        String name,
        String path,
        String other,
        long offset,
        long length,
        int flags,
        long result,
        ByteBuffer data) {
    /** All of a record, in the order in which they happened. */
    public static List<RecordedCall> readAll(Path record) throws IOException {
        byte[] bytes = Files.readAllBytes(record);
        List<RecordedCall> calls = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            while (bytes[end] != '\n') {
                end++;
            }
            String[] head = new String(bytes, at, end - at, StandardCharsets.US_ASCII).split(" ", -1);
            int path = end + 1;
            int other = path + Integer.parseInt(head[7]);
            int data = other + Integer.parseInt(head[8]);
            at = data + Integer.parseInt(head[9]);
            calls.add(new RecordedCall(
                    head[0].equals("begin"),
                    Long.parseLong(head[1]),
                    head[2],
                    new String(bytes, path, other - path, StandardCharsets.UTF_8),
                    new String(bytes, other, data - other, StandardCharsets.UTF_8),
                    Long.parseLong(head[3]),
                    Long.parseLong(head[4]),
                    Integer.parseInt(head[5]),
                    Long.parseLong(head[6]),
                    ByteBuffer.wrap(bytes, data, at - data).asReadOnlyBuffer()));
        }
        return calls;
    }

    /** A copy of {@link #data}. */
    public byte[] bytes() {
        byte[] copy = new byte[data.remaining()];
        data.duplicate().get(copy);
        return copy;
    }

    @Override
    public String toString() {
        return (begins ? "begin " : "") + name + " " + path + (other.isEmpty() ? "" : " " + other)
                + (offset < 0 ? "" : " at " + offset) + (length == 0 ? "" : ", " + length + " bytes");
    }
}

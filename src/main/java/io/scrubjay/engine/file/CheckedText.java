// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The small files of a pool: lines of text for administrators, and a checksum for the program.
 *
 * <pre>
 * scrubjay-volume 1
 * size-bytes 1048576
 * …
 * crc32c 0a1b2c3d
 * </pre>
 *
 * <p>The first line has the file's kind and version. The last line has the CRC-32C of all bytes before that line. Each
 * line in between is a key, a space, and a value up to the end of the line. ASCII; every line ends with a newline.
 * Immutable.
 *
 * @param version from the first line
 * @param fields the lines in between, in their order; empty when the file has another version than the requested one
 */
record CheckedText(int version, Map<String, String> fields) {
    private static final String CHECKSUM = "crc32c ";
    private static final int CHECKSUM_LINE_BYTES = CHECKSUM.length() + 8 + 1;

    static byte[] encode(String magic, int version, Map<String, String> fields) {
        StringBuilder text =
                new StringBuilder(magic).append(' ').append(version).append('\n');
        fields.forEach(
                (key, value) -> text.append(key).append(' ').append(value).append('\n'));
        text.append(checksumLine(ascii(text.toString())));
        return ascii(text.toString());
    }

    /**
     * Reads a file of this kind.
     *
     * @param version the version to read; of a file with another version, only that version is returned
     * @throws DamagedException when the file is not of this kind, or its checksum is wrong
     */
    static CheckedText decode(String magic, int version, byte[] bytes) throws DamagedException {
        List<String> lines =
                new String(bytes, StandardCharsets.US_ASCII).lines().toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        if (!first.matches(magic + " [1-9][0-9]{0,8}")) {
            throw new DamagedException("it does not begin with '" + magic + " <version>'");
        }
        int found = Integer.parseInt(first.substring(magic.length() + 1));
        if (found != version) {
            return new CheckedText(found, Map.of());
        }
        verifyChecksum(bytes);
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            int blank = line.indexOf(' ');
            if (blank < 0) {
                throw new DamagedException("this line has no value: " + line);
            }
            fields.put(line.substring(0, blank), line.substring(blank + 1));
        }
        return new CheckedText(found, fields);
    }

    /**
     * The value of a required key.
     *
     * @throws DamagedException when the file does not have it
     */
    String field(String key) throws DamagedException {
        String value = fields.get(key);
        if (value == null) {
            throw new DamagedException("it has no '" + key + "'");
        }
        return value;
    }

    private static void verifyChecksum(byte[] bytes) throws DamagedException {
        int end = bytes.length - CHECKSUM_LINE_BYTES;
        if (end < 0 || !checksumLine(bytes, end).equals(text(bytes, end, bytes.length))) {
            throw new DamagedException("its checksum is wrong");
        }
    }

    private static String checksumLine(byte[] bytes) {
        return checksumLine(bytes, bytes.length);
    }

    private static String checksumLine(byte[] bytes, int end) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, end);
        return CHECKSUM + String.format("%08x", checksum.getValue()) + "\n";
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.api.form.RecordedParts.Part;
import io.scrubjay.refusal.RefusedException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** Forms made at random, from the bytes that matter, and cut at random. */
class FormParserProperties {
    private static final String BOUNDARY = "bb";
    private static final List<String> WORDS = List.of(
            "\r",
            "\n",
            "\r\n",
            "-",
            "--",
            "b",
            "bb",
            "--bb",
            "\r\n--bb",
            "\r\n--b",
            " ",
            "\t",
            "x",
            "\0",
            ":",
            ";",
            "\"",
            "\\",
            "=",
            "\u00e4",
            "\r\n\r\n");
    private static final List<String> HEADS =
            List.of("Content-Disposition", ": form-data", "; name=\"content\"", "; filename=\"a", "\r\n\r\n", "\r\n");

    private static String text(Random random, int wordsMax, List<String> more) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(wordsMax + 1); i > 0; i--) {
            int word = random.nextInt(WORDS.size() + more.size());
            text.append(word < WORDS.size() ? WORDS.get(word) : more.get(word - WORDS.size()));
        }
        return text.toString();
    }

    /** Whether a sender with this boundary may not send this content. */
    private static boolean hasDelimiter(String content) {
        return ("\r\n" + content).matches("(?s).*\r\n--bb(--)?[ \t]{0,64}(\r\n.*|\r?)")
                || ("\r\n" + content).matches("(?s).*\r\n--bb(-|--|--[ \t]+)?\r?");
    }

    private static void sendAtRandom(Random random, FormParser parser, String form) {
        byte[] bytes = form.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(1 + random.nextInt(1 + random.nextInt(40)), bytes.length - at);
            RecordedParts.sendAll(parser, ByteBuffer.wrap(bytes, at, count));
            at += count;
        }
        parser.finish();
    }

    private static RecordedParts sink(Random random) {
        return new RecordedParts(1 + random.nextInt(9));
    }

    @Property(tries = 3_000)
    void partsComeBackAsTheyWereSent(@ForAll long seed) {
        Random random = new Random(seed);
        List<Part> parts = new ArrayList<>();
        StringBuilder form = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            String content = text(random, 12, List.of());
            if (!hasDelimiter(content)) {
                parts.add(new Part("p" + i, content));
                form.append("--bb\r\nContent-Disposition: form-data; name=p")
                        .append(i)
                        .append("\r\n\r\n")
                        .append(content)
                        .append("\r\n");
            }
        }
        form.append("--bb--\r\n");
        RecordedParts sink = sink(random);

        sendAtRandom(random, new FormParser(new Boundary(BOUNDARY), sink), form.toString());

        assertThat(sink.parts()).isEqualTo(parts);
    }

    /** Whatever comes, it ends in the same way however it is cut, and in no other exception than a refusal. */
    @Property(tries = 3_000)
    void nonsenseEndsInTheSameWayHoweverItIsCut(@ForAll long seed) {
        Random random = new Random(seed);
        String form = (random.nextBoolean() ? "--bb\r\n" : "") + text(random, 60, HEADS);

        String inOnePiece =
                outcome(form, ByteBuffer.wrap(form.getBytes(StandardCharsets.ISO_8859_1)), Optional.empty());
        String inPieces = outcome(form, ByteBuffer.allocate(0), Optional.of(random));

        assertThat(inPieces).isEqualTo(inOnePiece);
    }

    private static String outcome(String form, ByteBuffer whole, Optional<Random> cuts) {
        RecordedParts sink = cuts.map(FormParserProperties::sink).orElseGet(() -> new RecordedParts(1 << 20));
        FormParser parser = new FormParser(new Boundary(BOUNDARY), sink);
        try {
            if (cuts.isPresent()) {
                sendAtRandom(cuts.get(), parser, form);
            } else {
                RecordedParts.sendAll(parser, whole);
                parser.finish();
            }
            return sink.parts().toString();
        } catch (RefusedException refused) {
            return sink.parts() + refused.refusal().code() + refused.getMessage();
        }
    }
}

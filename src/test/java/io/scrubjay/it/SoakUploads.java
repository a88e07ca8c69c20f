// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Uploads of all sorts. Confined to one thread. */
final class SoakUploads {
    private static final int LENGTH_BYTES_MAX = 8 << 20;
    private static final int AT_ONCE = 3;

    private final SoakAgent agent;
    private final SoakImages images;
    private final SplittableRandom random;
    private final SoakTally tally;
    private int names;

    SoakUploads(SoakAgent agent, SoakImages images, SplittableRandom random, SoakTally tally) {
        this.agent = agent;
        this.images = images;
        this.random = random;
        this.tally = tally;
    }

    /** One that is under way. */
    record Begun(String name, CurlRun curl) {}

    private Path write(String name) {
        Path path = agent.setup().workspace().file(name);
        int length = 1 + random.nextInt(LENGTH_BYTES_MAX);
        return random.nextBoolean()
                ? SparseFile.write(path, random.nextLong(), length)
                : SparseFile.writeDense(path, random.nextLong(), length);
    }

    /** Begins a good one, with or without a digest to be kept to. */
    Begun begin() throws IOException {
        String name = "image-" + ++names;
        Path file = write(name);
        images.begun(name, file);
        String query = random.nextBoolean() ? "digest=" + digest(file) : "format=raw";
        return new Begun(name, agent.images().content(name, query).sending(file).start());
    }

    /** Waits for one that nothing speaks against. */
    void finish(Begun begun) {
        ImageClient.requireReady(begun.curl().await());
        images.ready(begun.name());
        tally.count("uploads answered ready");
    }

    /** Listens to the end of one during which the agent ended. */
    void hear(Begun begun) {
        CurlAnswer answer = begun.curl().await();
        if (answer.status() == 201 && answer.exit() == 0) {
            images.ready(begun.name());
            tally.count("uploads answered ready");
        } else {
            tally.count("uploads that the agent's end cut off");
        }
    }

    void several() throws IOException {
        List<Begun> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(begin());
        }
        all.forEach(this::finish);
    }

    /** One with a digest that is not its own is refused; its name is then used by a good one. */
    void wrongDigest() throws IOException {
        Path other = write("other");
        String name = "image-" + (names + 1);
        String wrong = digest(other).replaceFirst("[0-9a-f]{8}$", "00000000");
        agent.images().content(name, "digest=" + wrong).sending(other).run().requireProblem(422, "digest-mismatch");
        tally.count("uploads refused for their digest");
        Files.delete(other);
        finish(begin());
    }

    /** One whose sender goes away is refused; its name is then used by a good one. */
    void cutOff() throws IOException {
        Path other = write("other");
        long length = Files.size(other);
        String name = "image-" + (names + 1);
        HeldUpload.ofLength(agent.images(), name, length + 1)
                .send(other, 0, 1 + random.nextLong(length))
                .cut();
        agent.images().awaitState(name, "failed");
        tally.count("uploads cut off by their sender");
        Files.delete(other);
        finish(begin());
    }

    private static String digest(Path file) throws IOException {
        try {
            return "sha-256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.it;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalInt;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client may ask of an agent whose pool has the image {@code disk}, the volume {@code vm} and its snapshot {@code
 * monday}. Each can be asked for again and again: {@link #prepare} makes it possible.
 */
enum ClientOperation {
    UPLOAD(201, OptionalInt.of(409), Answer.WHILE_HELD) {
        @Override
        Optional<String> made() {
            return Optional.of("/v1/images/new");
        }

        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/images/new");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.upload("new").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDisk("/v1/images/new");
        }
    },

    UPLOAD_IN_CHUNKS(201, OptionalInt.of(409), Answer.WHILE_HELD) {
        @Override
        Optional<String> made() {
            return Optional.of("/v1/images/new");
        }

        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/images/new");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.upload("new").with("-H", "Transfer-Encoding: chunked").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDisk("/v1/images/new");
        }
    },

    DOWNLOAD(200, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/images/disk/content").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDiskBytes(answer, 0, client.diskBytes());
        }
    },

    DOWNLOAD_OF_A_RANGE(206, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/images/disk/content")
                    .with("-r", "100000-1200000")
                    .run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDiskBytes(answer, 100_000, 1_200_001);
        }
    },

    DOWNLOAD_OF_A_VOLUME(200, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/volumes/vm/content").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(size(answer))
                    .isEqualTo(client.get("/v1/volumes/vm").path("sizeBytes").asLong());
        }
    },

    LIST_OF_VOLUMES(200, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/volumes").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            // That nobody can tell is also true.
            for (JsonNode volume : answer.json()) {
                assertThat(volume.path("state").asText()).isIn("ready", "unreadable");
            }
            assertThat(answer.json()).hasSameSizeAs(client.get("/v1/volumes"));
        }
    },

    CLUSTERS(200, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/images/disk/clusters").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(answer.json()).isEqualTo(client.get("/v1/images/disk/clusters"));
        }
    },

    POOL(200, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/pool").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(answer.json().path("totalClusters").asLong()).isPositive();
        }
    },

    DELETE_IMAGE(204, OptionalInt.of(404), Answer.WHILE_HELD) {
        @Override
        void prepare(PatientClient client) {
            client.ensureImage("spare");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.deletion("/v1/images/spare").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireNone("/v1/images/spare");
        }
    },

    CREATE(201, OptionalInt.of(409), Answer.WHILE_HELD) {
        @Override
        Optional<String> made() {
            return Optional.of("/v1/volumes/made");
        }

        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/volumes/made");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.post("/v1/volumes", "{\"name\":\"made\",\"sizeBytes\":\"1M\"}")
                    .run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(client.get("/v1/volumes/made").path("state").asText()).isEqualTo("ready");
        }
    },

    CLONE(201, OptionalInt.of(409), Answer.MAY_WAIT) {
        @Override
        Optional<String> made() {
            return Optional.of("/v1/volumes/clone");
        }

        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/volumes/clone");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.post("/v1/volumes", "{\"name\":\"clone\",\"fromImage\":\"disk\"}")
                    .run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDisk("/v1/volumes/clone");
        }
    },

    DELETE_VOLUME(204, OptionalInt.of(404), Answer.WHILE_HELD) {
        @Override
        void prepare(PatientClient client) {
            client.ensureVolume("spare");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.deletion("/v1/volumes/spare").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireNone("/v1/volumes/spare");
        }
    },

    GROW(200, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/volumes/grown");
            client.ensureVolume("grown");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.post("/v1/volumes/grown", "{\"sizeBytes\":\"5M\"}")
                    .with("-X", "PATCH")
                    .run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(client.get("/v1/volumes/grown").path("sizeBytes").asLong())
                    .isEqualTo(5 << 20);
        }
    },

    WRITE(204, OptionalInt.empty(), Answer.WHILE_HELD) {
        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/volumes/written");
            client.ensureVolume("written");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.request("/v1/volumes/written/content")
                    .with("-H", "Content-Range: bytes 0-" + (client.diskBytes() - 1) + "/*")
                    .sending(client.disk())
                    .run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDiskBytes(
                    client.until(
                            client.request("/v1/volumes/written/content").with("-r", "0-" + (client.diskBytes() - 1)),
                            206),
                    0,
                    client.diskBytes());
        }
    },

    SNAPSHOT(201, OptionalInt.of(409), Answer.MAY_WAIT) {
        @Override
        Optional<String> made() {
            return Optional.of("/v1/snapshots/new");
        }

        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/snapshots/new");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.post("/v1/volumes/vm/snapshots", "{\"name\":\"new\"}").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(client.get("/v1/snapshots/new").path("state").asText()).isEqualTo("ready");
            client.until(client.request("/v1/snapshots/new/content"), 200);
        }
    },

    DELETE_SNAPSHOT(204, OptionalInt.of(404), Answer.WHILE_HELD) {
        @Override
        void prepare(PatientClient client) {
            client.ensureSnapshot("spare");
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.deletion("/v1/snapshots/spare").run();
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireNone("/v1/snapshots/spare");
        }
    },

    /** A scrub that a device keeps from its end has failed, and has found nothing. */
    SCRUB(200, OptionalInt.empty(), Answer.MAY_WAIT) {
        @Override
        CurlAnswer ask(PatientClient client) {
            return client.scrub("image/disk");
        }

        @Override
        boolean isRefusal(CurlAnswer answer) {
            assertThat(answer.json().path("findings")).as("%s", answer).isEmpty();
            return answer.json().path("state").asText().equals("failed");
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            assertThat(answer.json().path("state").asText()).as("%s", answer).isEqualTo("finished");
            assertThat(client.get("/v1/images/disk").path("state").asText()).isEqualTo("ready");
        }
    },

    DECOUPLE(200, OptionalInt.empty(), Answer.MAY_WAIT) {
        @Override
        void prepare(PatientClient client) {
            client.ensureNone("/v1/volumes/free");
            client.until(client.post("/v1/volumes", "{\"name\":\"free\",\"fromImage\":\"disk\"}"), 201, 409);
        }

        @Override
        CurlAnswer ask(PatientClient client) {
            return client.job("/v1/volumes/free", "decouple");
        }

        @Override
        boolean isRefusal(CurlAnswer answer) {
            return answer.json().path("job").path("state").asText().equals("failed");
        }

        @Override
        void requireDone(PatientClient client, CurlAnswer answer) {
            client.requireDisk("/v1/volumes/free");
        }
    };

    /** When the client is answered. */
    enum Answer {
        /** Once the deadlines are over, whatever the device does. */
        WHILE_HELD,
        /** Not before the device goes on, where it copies: nobody can say how long that may take. */
        MAY_WAIT
    }

    private final int success;
    private final OptionalInt doneBefore;
    private final Answer answer;

    ClientOperation(int success, OptionalInt doneBefore, Answer answer) {
        this.success = success;
        this.doneBefore = doneBefore;
        this.answer = answer;
    }

    /** Makes it possible. */
    void prepare(PatientClient client) {}

    /** Asks for it, and waits for the answer. */
    abstract CurlAnswer ask(PatientClient client);

    /**
     * Fails unless it has been done.
     *
     * @param given an answer that says so
     */
    abstract void requireDone(PatientClient client, CurlAnswer given);

    /** Where that is shown which it makes; empty when it makes nothing. */
    Optional<String> made() {
        return Optional.empty();
    }

    Answer answer() {
        return answer;
    }

    /** Whether an answer with the status of a success says that it was refused nevertheless. */
    boolean isRefusal(CurlAnswer given) {
        return false;
    }

    /** Whether the answer is whole, and says that it has been done. */
    boolean isSuccess(CurlAnswer given) {
        return given.exit() == 0 && given.status() == success && !isRefusal(given);
    }

    /** Whether the answer says that it had been done already, and so it is: a name is also taken by what is cleaned up. */
    boolean wasDoneBefore(PatientClient client, CurlAnswer given) {
        return doneBefore.equals(OptionalInt.of(given.status()))
                && made().map(path -> client.request(path).run())
                        .filter(shown -> shown.status() != 200
                                || !shown.json().path("state").asText().equals("ready"))
                        .isEmpty();
    }

    /** Fails unless this is an answer as it was promised to whoever is not served: one that tells, and does not lie. */
    void requireRefusal(CurlAnswer given) {
        if (given.status() == success && given.exit() == 0) {
            assertThat(isRefusal(given)).isTrue();
        } else if (given.status() == success) {
            // Its head had gone out; curl sees that the rest is missing.
            assertThat(given.exit()).as("%s", given).isEqualTo(CurlAnswer.CUT);
        } else if (given.status() == 503) {
            given.requireProblem(503, "busy");
            assertThat(given.header("Retry-After")).as("%s", given).isPresent();
        } else {
            given.requireProblem(500, "device-failed");
        }
    }

    private static long size(CurlAnswer answer) {
        try {
            return Files.size(answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** What is done to a {@link StoredPool} while something goes wrong. */
enum StoredOperation {
    /** Has happened when there is an agent. */
    START("", ""),
    SCRUB("", ""),
    DOWNLOAD("", ""),
    DELETE_IMAGE("image/spare", ""),
    DELETE_VOLUME("volume/vm", ""),
    DELETE_SNAPSHOT("snapshot/monday", ""),
    CREATE_VOLUME("", "volume/new"),
    CLONE("", "volume/new"),
    GROW("", ""),
    WRITE("", ""),
    READ("", ""),
    INFLATE("", ""),
    DECOUPLE("", ""),
    SNAPSHOT("", "snapshot/new"),
    IMAGE_OF_VOLUME("", "image/new"),
    IMAGE_OF_SNAPSHOT("", "image/new"),
    INGEST("", "image/new");

    private final String goes;
    private final String comes;

    StoredOperation(String goes, String comes) {
        this.goes = goes;
        this.comes = comes;
    }

    /** What an agent shows after it, of what it showed before. */
    Map<String, String> shownAfter(Map<String, String> before) {
        Map<String, String> after = new TreeMap<>(before);
        after.remove(goes);
        if (!comes.isEmpty()) {
            after.put(comes, "ready");
        }
        return after;
    }

    /**
     * Does it.
     *
     * @throws io.scrubjay.refusal.RefusedException when it is refused
     * @throws io.scrubjay.engine.EngineException when it only reads, and cannot
     */
    void run(StoredPool.Agent agent) throws InterruptedException {
        switch (this) {
            case START -> {
                // It has happened.
            }
            case SCRUB -> assertThat(agent.scrub()).isEmpty();
            case DOWNLOAD -> agent.download("disk");
            case DELETE_IMAGE -> agent.deleteImage("spare");
            case DELETE_VOLUME -> agent.deleteVolume("vm");
            case DELETE_SNAPSHOT -> agent.deleteSnapshot("monday");
            case CREATE_VOLUME -> agent.createVolume("new");
            case CLONE -> agent.cloneImage("disk", "new");
            case GROW -> agent.grow("vm", 2 << 20);
            case WRITE -> agent.write("vm", "written");
            case READ -> agent.read("vm");
            case INFLATE -> agent.inflate("clone");
            case DECOUPLE -> agent.decouple("clone");
            case SNAPSHOT -> agent.snapshot("vm", "new");
            case IMAGE_OF_VOLUME -> agent.imageOfVolume("vm", "new");
            case IMAGE_OF_SNAPSHOT -> agent.imageOfSnapshot("monday", "new");
            case INGEST -> agent.ingest("new");
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

/** The calls of the storage SPI, for counting and timing them. */
public enum EngineCall {
    USAGE("usage"),
    LIST("list"),
    INCOMPLETE("incomplete"),
    FIND("find"),
    CREATE("create"),
    OPEN("open"),
    ALLOCATED("allocated"),
    DIFFERING("differing"),
    RESIZE("resize"),
    CUT("cut"),
    SNAPSHOT("snapshot"),
    SEAL("seal"),
    CLONE("clone"),
    INFLATE("inflate"),
    DECOUPLE("decouple"),
    RENAME("rename"),
    DELETE("delete"),
    READ("read"),
    WRITE("write"),
    WRITE_ZEROES("write_zeroes"),
    UNMAP("unmap"),
    FLUSH("flush"),
    /** Closing a handle, which waits for the operations in progress on it. */
    CLOSE("close");

    private final String label;

    EngineCall(String label) {
        this.label = label;
    }

    /** The call's name in metrics and messages; never changes. */
    public String label() {
        return label;
    }
}

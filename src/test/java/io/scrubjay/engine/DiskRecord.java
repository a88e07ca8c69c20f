// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.FailingDisk.Request;

import java.util.ArrayList;
import java.util.List;

/** All writes and flushes that a disk has carried out, to be made again on another. Thread-safe. */
public final class DiskRecord implements FailingDisk.Witness {
    private interface Event {
        void on(VolatileDisk disk);
    }

    private final List<Event> events = new ArrayList<>();

    @Override
    public synchronized void done(Request request, long offset, byte[] data) {
        if (request != Request.READ) {
            events.add(request == Request.FLUSH ? VolatileDisk::flush : disk -> disk.write(offset, data));
        }
    }

    /** How many there were by now. */
    public synchronized int size() {
        return events.size();
    }

    /** Makes those from one number to another again; answers with the latter. */
    public synchronized int play(VolatileDisk disk, int from, int to) {
        events.subList(from, to).forEach(event -> event.on(disk));
        return to;
    }
}

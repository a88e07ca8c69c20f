// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.FailingDisk.Request;

import java.util.ArrayList;
import java.util.List;

/** All writes and flushes that a disk has carried out, to be made again on another. Thread-safe. */
public final class DiskRecord implements FailingDisk.Witness {
    private record Event(Request request, long offset, byte[] data) {}

    private final List<Event> events = new ArrayList<>();

    @Override
    public synchronized void done(Request request, long offset, byte[] data) {
        if (request != Request.READ) {
            events.add(new Event(request, offset, data));
        }
    }

    /** How many there were by now. */
    public synchronized int size() {
        return events.size();
    }

    /** Makes those from one number to another again; answers with the latter. */
    public synchronized int play(VolatileDisk disk, int from, int to) {
        for (Event event : events.subList(from, to)) {
            if (event.request() == Request.FLUSH) {
                disk.flush();
            } else {
                disk.write(event.offset(), event.data());
            }
        }
        return to;
    }
}

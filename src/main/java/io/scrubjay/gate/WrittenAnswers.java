// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Counts the responses that were written on an HTTP/1 connection, and so knows which request is being answered: Vert.x
 * begins with the next request only when the previous response has ended, whichever code sent it. Confined to the
 * connection's event loop.
 */
final class WrittenAnswers {
    private long count;
    private boolean inFinalAnswer;

    /** Registers a message to the client; returns whether a response ends with it. */
    boolean endWith(Object message) {
        if (message instanceof HttpResponse response) {
            inFinalAnswer = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
        }
        boolean ends = message instanceof LastHttpContent && inFinalAnswer;
        if (ends) {
            inFinalAnswer = false;
            count++;
        }
        return ends;
    }

    /** How many responses have ended. */
    long count() {
        return count;
    }

    /** The number of the request that is being answered, or will be answered next; the first one is 1. */
    long current() {
        return count + 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Counts the answers of an HTTP/1 connection that have been written, and so knows which request is being answered: Vert.x
 * begins with the next one only when the answer to the one before has ended, whoever gave it. Confined to the connection's
 * event loop.
 */
final class WrittenAnswers {
    private long count;
    private boolean inFinalAnswer;

    /** Takes note of a message to the client; says whether an answer ends with it. */
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

    /** How many answers have ended. */
    long count() {
        return count;
    }

    /** The number of the request that is being answered, or is the next to be; the first one is 1. */
    long current() {
        return count + 1;
    }
}

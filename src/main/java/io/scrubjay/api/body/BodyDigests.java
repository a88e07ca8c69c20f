// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.body;

import io.scrubjay.api.problem.Problem;
import io.scrubjay.api.problem.ProblemMapper;
import io.scrubjay.block.Digest;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

import java.util.Optional;

/**
 * Compares a completely received body with the digests that its sender gave: if one differs or cannot be checked, the
 * request is refused. Stateless.
 */
public final class BodyDigests {
    private BodyDigests() {}

    /**
     * Why a request with these headers and this body is refused, if it is: {@code digest-mismatch}, or
     * {@code invalid-request} for a digest that cannot be checked.
     */
    public static Optional<Problem> problem(MultiMap head, Buffer body) {
        try {
            for (Digest expected : UploadDigests.of(MultiMap.caseInsensitiveMultiMap(), head)) {
                requireSame(expected, body);
            }
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.of(ProblemMapper.problem(refused));
        }
    }

    /**
     * Why a request without a body is refused, if it is: it has the digest of a body, {@code invalid-request}. The
     * digest of the empty body is right; clients that sign their requests send it.
     */
    public static Optional<Problem> problemWithoutBody(MultiMap head) {
        if (problem(head, Buffer.buffer()).isEmpty()) {
            return Optional.empty();
        }
        try {
            UploadDigests.refuse(head, "a request without a body cannot match this digest; leave the field out");
            return Optional.empty();
        } catch (RefusedException refused) {
            return Optional.of(ProblemMapper.problem(refused));
        }
    }

    private static void requireSame(Digest expected, Buffer body) {
        Digest actual =
                Digest.of(expected.algorithm(), expected.algorithm().newHash().digest(body.getBytes()));
        if (!actual.equals(expected)) {
            throw new RefusedException(
                    Refusal.DIGEST_MISMATCH, "the received body has " + actual + ", not the expected " + expected);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.access;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/** The secret that signs upload grants, by HMAC-SHA-256. Never printed. Immutable. */
public final class UploadKey {
    private static final int BYTES_MIN = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private UploadKey(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * Makes a key of the content of a file, without the white space at its end.
     *
     * @throws IllegalArgumentException if it is too short
     */
    public static UploadKey parse(byte[] content) {
        int length = content.length;
        while (length > 0 && Character.isWhitespace(content[length - 1])) {
            length--;
        }
        if (length < BYTES_MIN) {
            throw new IllegalArgumentException("the upload key must have at least " + BYTES_MIN + " bytes");
        }
        return new UploadKey(Arrays.copyOf(content, length));
    }

    /** The signature, in base64 for URLs. */
    public String sign(UploadGrant grant) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] signature = mac.doFinal(grant.text().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    /** Whether this signature belongs to this grant; compared in constant time. */
    public boolean hasSigned(UploadGrant grant, String signature) {
        return MessageDigest.isEqual(
                sign(grant).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
    }
}

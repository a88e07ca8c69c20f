// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.scrubjay.ProcessFiles;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * An issuer of JWTs as Kubernetes is one: a description, keys that only those with a token of their own may see, and
 * nothing else.
 */
public final class TestIssuer implements QuarkusTestResourceLifecycleManager {
    static final String UPLOADER = "system:serviceaccount:ci:uploader";
    static final String AUDIENCE = "scrubjay";
    private static final String AGENTS_OWN_TOKEN = "canary-agent-0123456789abcdef";
    private static final String KEY_ID = "one";
    private static final KeyPair KEYS = newKeys();

    private static volatile String address;

    private HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            address = "http://127.0.0.1:" + server.getAddress().getPort();
            server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, description()));
            server.createContext("/keys", exchange -> answer(exchange, keys()));
            server.start();
            Path ownToken = Files.createDirectories(ProcessFiles.of("secrets")).resolve("own-token");
            Files.writeString(ownToken, AGENTS_OWN_TOKEN + "\n");
            return Map.of(
                    "quarkus.oidc.tenant-enabled",
                    "true",
                    "quarkus.oidc.auth-server-url",
                    address,
                    "quarkus.oidc.token.audience",
                    AUDIENCE,
                    "scrubjay.security.issuer-token-file",
                    ownToken.toAbsolutePath().toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    /** A token for this subject, with whatever else is wanted of it still to be set. */
    static JwtClaimsBuilder claims(String subject) {
        return claims().subject(subject);
    }

    /** A token that does not say whose it is. */
    static JwtClaimsBuilder claims() {
        return Jwt.issuer(address).audience(AUDIENCE).expiresAt(Instant.now().plusSeconds(300));
    }

    static String signed(JwtClaimsBuilder claims) {
        return signed(claims, KEYS.getPrivate());
    }

    static String signedByAnother(JwtClaimsBuilder claims) {
        return signed(claims, newKeys().getPrivate());
    }

    private static String signed(JwtClaimsBuilder claims, PrivateKey key) {
        return claims.jws().keyId(KEY_ID).sign(key);
    }

    private static String description() {
        return "{\"issuer\":\"" + address + "\",\"jwks_uri\":\"" + address + "/keys\"}";
    }

    private static String keys() {
        RSAPublicKey key = (RSAPublicKey) KEYS.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"" + KEY_ID + "\",\"n\":\""
                + base64(key.getModulus()) + "\",\"e\":\"" + base64(key.getPublicExponent()) + "\"}]}";
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        boolean knows = ("Bearer " + AGENTS_OWN_TOKEN).equals(shown);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(knows ? 200 : 403, knows ? body.length : -1);
        if (knows) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has RSA", impossible);
        }
    }
}

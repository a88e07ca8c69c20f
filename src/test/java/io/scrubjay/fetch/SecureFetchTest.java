// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.engine.FreePort;
import io.scrubjay.image.Image;
import io.scrubjay.it.Certificates;
import io.scrubjay.refusal.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import static io.scrubjay.fetch.ScriptedServer.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Fetches over TLS, and through a proxy. */
class SecureFetchTest {
    private static final byte[] FILE = FetchKit.bytes(200_000);
    private static final char[] NO_PASSWORD = {};
    private static final ProxyRoute DIRECT = ProxyRoute.of(Optional.empty(), Optional.empty());

    private static final ProxyLogin LOGIN = new ProxyLogin("user", "pass word");
    /** The same, as RFC 7617 writes it. */
    private static final String AUTHORIZATION = "Basic dXNlcjpwYXNzIHdvcmQ=";

    @TempDir
    Path directory;

    private ServerSocketFactory certified() throws GeneralSecurityException, IOException {
        Certificates certificates = new Certificates(directory);
        certificates.selfSigned("server");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key(certificates), NO_PASSWORD, new Certificate[] {certificate(certificates)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        return tls.getServerSocketFactory();
    }

    private static PrivateKey key(Certificates certificates) throws GeneralSecurityException, IOException {
        String pem = Files.readString(certificates.key("server")).replaceAll("-----.*-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    private static Certificate certificate(Certificates certificates) throws GeneralSecurityException, IOException {
        try (InputStream pem = Files.newInputStream(certificates.certificate("server"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    private static String url(ScriptedServer server, String host) {
        return "https://" + host + ":" + server.port() + "/disk.img";
    }

    @Test
    void aServerWithACertificateOfTheBundleIsTrusted() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (FetchKit kit = new FetchKit(DIRECT, Optional.of(directory.resolve("server.crt")));
                ScriptedServer server = new ScriptedServer(sockets, 0)) {
            server.answers(whole(FILE));
            // When
            Image image = kit.fetch(url(server, "127.0.0.1"));
            // Then
            kit.requireReady(image, FILE);
        }
    }

    /** The certificate is for the address, and the URL has a name: it is the name that counts. */
    @Test
    void aCertificateForAnotherNameIsNotTrusted() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (FetchKit kit = new FetchKit(DIRECT, Optional.of(directory.resolve("server.crt")));
                ScriptedServer server = new ScriptedServer(sockets, 0)) {
            server.answers(whole(FILE));
            kit.name("images.test", "127.0.0.1");
            // When
            Image image = kit.fetch(url(server, "images.test"));
            // Then
            assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("certificate", "images.test");
            assertThat(server.asked).isEmpty();
        }
    }

    @Test
    void anUnknownAuthorityIsNotTrusted() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (FetchKit kit = new FetchKit();
                ScriptedServer server = new ScriptedServer(sockets, 0)) {
            server.answers(whole(FILE));
            // When
            Image image = kit.fetch(url(server, "127.0.0.1"));
            // Then
            assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("scrubjay.url.ca-bundle");
            assertThat(kit.time.pauses).isEmpty();
        }
    }

    @Test
    void aBundleWithoutCertificatesIsRefused() throws IOException {
        // Given
        Path other = Files.writeString(directory.resolve("other"), "no certificate");
        Path empty = Files.createFile(directory.resolve("empty"));
        // When, Then
        for (Path wrong : List.of(other, empty, directory.resolve("missing"), directory)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CaBundle.read(wrong))
                    .withMessageContaining("scrubjay.url.ca-bundle: " + wrong);
        }
    }

    private FetchKit behind(TunnelProxy proxy, Optional<ProxyLogin> login, String... direct) {
        return new FetchKit(
                ProxyRoute.of(Optional.of(proxy.url()), Optional.of(List.of(direct))),
                Optional.of(directory.resolve("server.crt")),
                login);
    }

    @Test
    void aTunnelOfTheProxyCarriesASecureFetch() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (ScriptedServer server = new ScriptedServer(sockets, 0);
                TunnelProxy proxy = new TunnelProxy(AUTHORIZATION, server.port());
                FetchKit kit = behind(proxy, Optional.of(LOGIN))) {
            server.answers(whole(FILE));
            // When
            Image image = kit.fetch(FetchKit.raw(), url(server, "127.0.0.1"), Map.of("Authorization", "Bearer secret"));
            // Then
            kit.requireReady(image, FILE);
            assertThat(proxy.asked).containsExactly("CONNECT 127.0.0.1:" + server.port() + " HTTP/1.1");
            assertThat(proxy.carriedBytes.get()).isGreaterThan(FILE.length);
            assertThat(server.asked).singleElement().satisfies(request -> {
                assertThat(request.path()).isEqualTo("/disk.img");
                assertThat(request.get("authorization")).isEqualTo("Bearer secret");
                assertThat(request.has("proxy-authorization")).isFalse();
            });
        }
    }

    /** The proxy could lead the agent to any server. */
    @Test
    void aCertificateIsCheckedThroughTheProxyAsWell() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (ScriptedServer server = new ScriptedServer(sockets, 0);
                TunnelProxy proxy = new TunnelProxy(AUTHORIZATION, server.port());
                FetchKit kit = behind(proxy, Optional.of(LOGIN))) {
            server.answers(whole(FILE));
            // When
            Image image = kit.fetch(url(server, "far.test"));
            // Then
            assertThat(kit.requireFailed(image, Refusal.SOURCE_UNAVAILABLE)).contains("certificate", "far.test");
            assertThat(proxy.asked).containsExactly("CONNECT far.test:" + server.port() + " HTTP/1.1");
            assertThat(kit.asked).isEmpty();
            assertThat(server.asked).isEmpty();
        }
    }

    @Test
    void aProxyThatWantsALoginIsNamed() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (ScriptedServer server = new ScriptedServer(sockets, 0);
                TunnelProxy proxy = new TunnelProxy(AUTHORIZATION, server.port());
                FetchKit kit = behind(proxy, Optional.empty())) {
            // When
            Image secure = kit.fetch(url(server, "127.0.0.1"));
            String whySecure = kit.requireFailed(secure, Refusal.SOURCE_UNAVAILABLE);
            Image plain = kit.fetch("http://far.test/disk.img");
            String whyPlain = kit.requireFailed(plain, Refusal.SOURCE_UNAVAILABLE);
            // Then
            assertThat(List.of(whySecure, whyPlain)).allMatch(why -> why.contains("scrubjay.url.proxy-credentials"));
            assertThat(server.asked).isEmpty();
        }
    }

    @Test
    void aServerThatIsListedIsFetchedFromWithoutTheProxy() throws Exception {
        // Given
        ServerSocketFactory sockets = certified();
        try (ScriptedServer server = new ScriptedServer(sockets, 0);
                TunnelProxy proxy = new TunnelProxy(AUTHORIZATION, server.port());
                FetchKit kit = behind(proxy, Optional.of(LOGIN), "127.0.0.0/8")) {
            server.answers(whole(FILE));
            // When
            Image image = kit.fetch(url(server, "127.0.0.1"));
            // Then
            kit.requireReady(image, FILE);
            assertThat(proxy.asked).isEmpty();
            assertThat(server.asked).noneMatch(request -> request.has("proxy-authorization"));
        }
    }

    @Test
    void aLoginIsReadAndNotShown() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("login"), "user:se:cret\n");
        Path wrong = Files.writeString(directory.resolve("wrong"), "secret\n");
        // When
        ProxyLogin login = ProxyLogin.read(file);
        // Then
        assertThat(login).isEqualTo(new ProxyLogin("user", "se:cret"));
        assertThat(login.toString()).doesNotContain("cret");
        for (Path unusable : List.of(wrong, directory.resolve("missing"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ProxyLogin.read(unusable))
                    .withMessageContaining("scrubjay.url.proxy-credentials: " + unusable)
                    .withMessageNotContaining("secret");
        }
    }

    @Test
    void aProxyFetchesNamesThatAreUnknownHere() {
        // Given
        int port = FreePort.take();
        ProxyRoute proxies = ProxyRoute.of(Optional.of("http://127.0.0.1:" + port), Optional.of(List.of("near.test")));
        try (FetchKit kit = new FetchKit(proxies, Optional.empty(), Optional.of(LOGIN));
                ScriptedServer proxy = new ScriptedServer(ServerSocketFactory.getDefault(), port)) {
            proxy.answers(whole(FILE));
            // When
            Image image = kit.fetch("http://far.test/disk.img?x");
            // Then
            kit.requireReady(image, FILE);
            assertThat(kit.asked).isEmpty();
            assertThat(proxy.asked).singleElement().satisfies(request -> {
                assertThat(request.path()).isEqualTo("http://far.test/disk.img?x");
                assertThat(request.get("host")).isEqualTo("far.test");
                assertThat(request.get("proxy-authorization")).isEqualTo(AUTHORIZATION);
            });
        }
    }
}

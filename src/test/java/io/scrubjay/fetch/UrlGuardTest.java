// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class UrlGuardTest {
    private static final String NOTHING = "";
    private static final ProxyRoute DIRECT = ProxyRoute.of(Optional.empty(), Optional.empty());

    private final List<String> asked = new ArrayList<>();

    private UrlGuard guard(String allow, String deny, String... addresses) {
        return guard(allow, deny, DIRECT, addresses);
    }

    private UrlGuard guard(String allow, String deny, ProxyRoute proxies, String... addresses) {
        return new UrlGuard(list(allow), list(deny), proxies, name -> {
            asked.add(name);
            List<InetAddress> found = new ArrayList<>();
            for (String address : addresses) {
                found.add(InetAddress.getByName(address));
            }
            return found;
        });
    }

    private static ServerList list(String entries) {
        return ServerList.parse(entries.isEmpty() ? Optional.empty() : Optional.of(Arrays.asList(entries.split(" "))));
    }

    private static List<String> allowed(UrlGuard guard, String url) throws UnknownHostException {
        return guard.check(SourceUrl.parse(url)).addresses().stream()
                .map(InetAddressText::of)
                .toList();
    }

    private static String refused(UrlGuard guard, String url) {
        return assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> guard.check(SourceUrl.parse(url)))
                .satisfies(why -> assertThat(why.refusal()).isEqualTo(Refusal.URL_NOT_ALLOWED))
                .actual()
                .getMessage();
    }

    @Test
    void publicServersAreAllowed() throws Exception {
        assertThat(allowed(guard(NOTHING, NOTHING, "93.184.215.14", "2606:2800:21f::1"), "https://images.test/x"))
                .containsExactly("93.184.215.14", "2606:2800:21f::1");
        assertThat(allowed(guard(NOTHING, NOTHING), "http://93.184.215.14/x")).containsExactly("93.184.215.14");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, loopback",
        "127.255.255.254, loopback",
        "::1, loopback",
        "0.0.0.0, unspecified",
        "0.1.2.3, unspecified",
        "::, unspecified",
        "169.254.1.1, link-local",
        "fe80::1, link-local",
        "224.0.0.1, multicast",
        "ff02::1, multicast",
        "fc00::1, unique-local",
        "fdff::1, unique-local",
        "10.255.0.1, private",
        "172.16.0.1, private",
        "172.31.255.255, private",
        "192.168.1.1, private",
        "100.64.0.1, shared",
        "255.255.255.255, reserved",
        "198.18.0.1, reserved",
        "2001:db8::1, reserved",
        "fec0::1, site-local",
        "169.254.169.254, metadata",
        "169.254.170.2, metadata",
        "100.100.100.200, metadata",
        "168.63.129.16, metadata",
        "fd00:ec2::254, metadata",
        "::ffff:10.0.0.1, private",
        "::10.0.0.1, private",
        "64:ff9b::a00:1, private",
        "64:ff9b:1::1, translated",
        "::ffff:0:a00:1, private",
        "2002:a00:1::, private",
        "2001:0:a00:1::, private",
        "2001:0:5db8:d70e::f5ff:fffe, private",
        "2a00:1450::5efe:a00:1, private",
        "2a00:1450::200:5efe:a00:1, private",
    })
    void internalAddressesAreRefused(String address, String kind) {
        // Given
        UrlGuard guard = guard(NOTHING, NOTHING, address);
        // When
        String byName = refused(guard, "https://images.test/x?secret");
        String byAddress = refused(guard, "http://" + (address.contains(":") ? "[" + address + "]" : address) + "/");
        // Then
        assertThat(byName).contains(kind, "https://images.test/x").doesNotContain(address, "secret");
        assertThat(byAddress).contains(kind);
    }

    @Test
    void addressesAroundInternalOnesAreAllowed() throws Exception {
        String[] around = {
            "126.255.255.255",
            "128.0.0.1",
            "9.255.255.255",
            "11.0.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.0.1",
            "169.253.0.1",
            "223.255.255.255",
            "100.63.255.255",
            "100.128.0.1",
            "2001:4860::1",
            "64:ff9b::808:808",
        };
        assertThat(allowed(guard(NOTHING, NOTHING, around), "https://images.test/"))
                .hasSameSizeAs(around);
    }

    @Test
    void internalAddressesAmongOthersAreLeftOut() throws Exception {
        assertThat(allowed(guard(NOTHING, NOTHING, "10.0.0.1", "8.8.8.8", "fd00::1"), "https://images.test/"))
                .containsExactly("8.8.8.8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "10.1.2.3", "images.test", ".test", "IMAGES.test."})
    void whatIsListedIsAllowed(String entry) throws Exception {
        assertThat(allowed(guard(entry, NOTHING, "10.1.2.3"), "https://images.test/"))
                .containsExactly("10.1.2.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/16", "10.1.2.4", "other.test", "es.test", ".images.test", "fc00::/7"})
    void whatIsNotListedIsNot(String entry) {
        refused(guard(entry, NOTHING, "10.1.2.3"), "https://images.test/");
    }

    /** Allowing the wrapping allows nothing that is inside. */
    @Test
    void anAddressInsideAnotherHasToBeListedItself() throws Exception {
        refused(guard("64:ff9b::/96", NOTHING, "64:ff9b::10.0.0.1"), "https://images.test/");
        assertThat(allowed(guard("10.0.0.0/8", NOTHING, "64:ff9b::10.0.0.1"), "https://images.test/"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.0.0/16", "images.test", "169.254.169.0/31"})
    void metadataHaveToBeListedExactly(String entry) {
        refused(guard(entry, NOTHING, "169.254.169.254"), "https://images.test/");
    }

    @Test
    void metadataMayBeListedExactly() throws Exception {
        assertThat(allowed(guard("169.254.169.254", NOTHING), "http://169.254.169.254/"))
                .hasSize(1);
        assertThat(allowed(
                        guard("metadata.google.internal 169.254.169.254", NOTHING, "169.254.169.254"),
                        "http://metadata.google.internal/"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata.google.internal", "METADATA.google.internal.", "metadata", "instance-data"})
    void namesOfMetadataAreRefusedWhateverTheyResolveTo(String name) {
        refused(guard(".internal 8.8.8.8", NOTHING, "8.8.8.8"), "http://" + name + "/");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.0/24", "8.8.8.8", "images.test", ".test", "::/0 0.0.0.0/0"})
    void whatIsDeniedIsRefusedAlthoughItIsAllowed(String entry) {
        assertThat(refused(guard("images.test 8.8.8.8", entry, "8.8.8.8"), "https://images.test/"))
                .contains("scrubjay.url.deny");
    }

    @Test
    void aStarDeniesEverythingThatIsNotAllowed() throws Exception {
        assertThat(refused(guard(NOTHING, "*", "8.8.8.8"), "https://images.test/"))
                .contains("not listed");
        assertThat(allowed(guard("8.8.8.8", "*", "8.8.8.8", "8.8.4.4"), "https://images.test/"))
                .containsExactly("8.8.8.8");
        assertThat(allowed(guard("images.test", "*", "8.8.8.8"), "https://images.test/"))
                .hasSize(1);
    }

    @Test
    void aStarIsNotAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> guard("*", NOTHING))
                .withMessageContaining("url.allow");
    }

    @Test
    void aProxyResolvesNamesItself() throws Exception {
        // Given
        ProxyRoute proxy =
                ProxyRoute.of(Optional.of("http://proxy.test:3128"), Optional.of(List.of(".near.test", "8.8.8.8")));
        UrlGuard guard = guard(NOTHING, NOTHING, proxy, "8.8.4.4");
        // When
        CheckedUrl far = guard.check(SourceUrl.parse("https://images.test/"));
        CheckedUrl near = guard.check(SourceUrl.parse("https://images.near.test/"));
        CheckedUrl address = guard.check(SourceUrl.parse("https://8.8.8.8/"));
        // Then
        assertThat(far.proxy()).map(SourceUrl::authority).contains("proxy.test:3128");
        assertThat(far.addresses()).isEmpty();
        assertThat(near.proxy()).isEmpty();
        assertThat(near.addresses()).hasSize(1);
        assertThat(address.proxy()).isEmpty();
        assertThat(asked).containsExactly("images.near.test");
    }

    @Test
    void aProxyIsNotAskedForInternalServers() {
        // Given
        ProxyRoute proxy = ProxyRoute.of(Optional.of("http://proxy.test:3128"), Optional.empty());
        // When, Then
        refused(guard(NOTHING, NOTHING, proxy), "http://127.0.0.1/");
        refused(guard(NOTHING, NOTHING, proxy), "http://metadata.google.internal/");
        refused(guard(NOTHING, "images.test", proxy), "http://images.test/");
        refused(guard(NOTHING, "*", proxy), "http://images.test/");
        refused(guard(NOTHING, NOTHING, proxy), "http://localhost/");
        refused(guard(NOTHING, NOTHING, proxy), "http://images.localhost./");
    }

    @Test
    void fewAddressesOfANameAreTried() throws Exception {
        // Given
        String[] many = IntStream.range(0, 4000)
                .mapToObj(number -> "8.8." + number / 256 + "." + number % 256)
                .toArray(String[]::new);
        // When
        List<String> tried = allowed(guard(NOTHING, NOTHING, many), "https://images.test/");
        // Then
        assertThat(tried).containsExactly(Arrays.copyOf(many, 16));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://proxy.test:3128",
                "http://user:password@proxy.test:3128",
                "http://proxy.test/path",
                "proxy.test:3128",
            })
    void aProxyIsGivenByItsUrl(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyRoute.of(Optional.of(wrong), Optional.empty()))
                .withMessageContaining("scrubjay.url.proxy");
    }
}

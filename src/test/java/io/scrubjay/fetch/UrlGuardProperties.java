// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.fetch;

import io.scrubjay.refusal.RefusedException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class UrlGuardProperties {
    /** Where an IPv4 address may be in an IPv6 one: X stands for its eight digits. */
    private static final List<String> WRAPPINGS = List.of(
            "00000000000000000000ffffXXXXXXXX",
            "000000000000000000000000XXXXXXXX",
            "0000000000000000ffff0000XXXXXXXX",
            "0064ff9b0000000000000000XXXXXXXX",
            "2002XXXXXXXX00000000000000000001",
            "20010000XXXXXXXX0000000012345678",
            "2a001450400100000000 5efeXXXXXXXX".replace(" ", ""),
            "2a001450400100000200 5efeXXXXXXXX".replace(" ", ""));

    private static UrlGuard guardOf(InetAddress address) {
        return new UrlGuard(
                ServerList.parse(Optional.empty()),
                ServerList.parse(Optional.empty()),
                ProxyRoute.of(Optional.empty(), Optional.empty()),
                name -> List.of(address));
    }

    @Property
    void noWrappingHidesAnInternalAddress(@ForAll("internal") byte[] address, @ForAll("wrapping") String wrapping) {
        // Given
        InetAddress wrapped = wrapped(address, wrapping);
        // When, Then
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> guardOf(wrapped).check(SourceUrl.parse("https://images.test/")));
    }

    private static InetAddress wrapped(byte[] address, String wrapping) {
        return InetAddressText.address(HexFormat.of()
                .parseHex(wrapping.replace("XXXXXXXX", HexFormat.of().formatHex(address))));
    }

    /** Whatever the URL is, it is read, or refused with a text that does not show its query. */
    @Property
    void everyTextIsReadOrRefused(@ForAll("urls") String text) {
        try {
            SourceUrl url = SourceUrl.parse(text);
            assertThat(SourceUrl.parse(url.toString()).authority()).isEqualTo(url.authority());
            assertThat(url.toString()).doesNotContain("?");
            assertThat(url.authority()).doesNotContain("@");
        } catch (RefusedException refused) {
            assertThat(refused.getMessage()).startsWith("'source.url': ");
        }
    }

    @Property
    void everyAddressOfABlockIsInIt(@ForAll byte[] some, @ForAll boolean isIpv4) {
        // Given
        int length = isIpv4 ? 4 : 16;
        byte[] bytes = ByteBuffer.allocate(length)
                .put(some, 0, Math.min(some.length, length))
                .array();
        InetAddress address = InetAddressText.address(bytes);
        // When, Then
        assertThatNoException().isThrownBy(() -> AddressBlock.parse(InetAddressText.of(address)));
        assertThat(AddressBlock.parse(InetAddressText.of(address)).contains(address))
                .isTrue();
        assertThat(AddressBlock.parse(address.getAddress().length == 4 ? "0.0.0.0/0" : "::/0")
                        .contains(address))
                .isTrue();
    }

    @Provide
    Arbitrary<byte[]> internal() {
        Arbitrary<byte[]> any = Arbitraries.bytes().array(byte[].class).ofSize(4);
        Arbitrary<byte[]> first = Arbitraries.of(
                new byte[] {127},
                new byte[] {10},
                new byte[] {0},
                new byte[] {(byte) 169, (byte) 254},
                new byte[] {(byte) 192, (byte) 168},
                new byte[] {(byte) 224});
        return Combinators.combine(any, first).as((rest, begin) -> {
            byte[] address = rest.clone();
            System.arraycopy(begin, 0, address, 0, begin.length);
            return address;
        });
    }

    @Provide
    Arbitrary<String> wrapping() {
        return Arbitraries.of(WRAPPINGS);
    }

    @Provide
    Arbitrary<String> urls() {
        Arbitrary<String> scheme = Arbitraries.of("http://", "https://", "HTTP://", "ftp://", "//", "");
        Arbitrary<String> host =
                Arbitraries.strings().withChars("ab.:-[]@0x127%/_").ofMaxLength(20);
        Arbitrary<String> rest = Arbitraries.strings().withChars("/?#&=%.@:é a").ofMaxLength(20);
        return Combinators.combine(scheme, host, rest).as((a, b, c) -> a + b + c);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.gate;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may stay, and who has to go for it. */
class ConnectionsTest {
    private static final int API = 9520;
    private static final int MANAGEMENT = 9521;
    private static final Connections.Bounds BOUNDS = new Connections.Bounds(6, 4, 2);

    private final Connections connections = new Connections();

    /** A connection that does what a test says. */
    private static final class Fake implements Connections.Connection {
        private final int port;
        private final String peer;
        private final OptionalLong quietNanos;
        private final boolean hasAsked;
        private boolean isClosed;

        private Fake(int port, String peer, OptionalLong quietNanos, boolean hasAsked) {
            this.port = port;
            this.peer = peer;
            this.quietNanos = quietNanos;
            this.hasAsked = hasAsked;
        }

        /** One that has had a request, so many seconds ago. */
        static Fake kept(int port, String peer, int seconds) {
            return new Fake(port, peer, nanos(seconds), true);
        }

        /** One that was opened so many seconds ago, and has had no request. */
        static Fake mute(int port, String peer, int seconds) {
            return new Fake(port, peer, nanos(seconds), false);
        }

        static Fake working(int port, String peer) {
            return new Fake(port, peer, OptionalLong.empty(), true);
        }

        private static OptionalLong nanos(int seconds) {
            return OptionalLong.of(Duration.ofSeconds(seconds).toNanos());
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public InetAddress peer() {
            try {
                return InetAddress.getByName(peer);
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public boolean hasAsked() {
            return hasAsked;
        }

        @Override
        public OptionalLong quietNanos() {
            return quietNanos;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private boolean admit(Fake connection) {
        return connections.admit(connection, BOUNDS) != Connections.Admission.REFUSED;
    }

    @Test
    void newcomerTakesThePlaceOfTheIdlestOfItsPeer() {
        // Given
        Fake other = Fake.kept(API, "10.0.0.2", 90);
        Fake idle = Fake.kept(API, "10.0.0.1", 20);
        Fake idlest = Fake.kept(API, "10.0.0.1", 30);
        List.of(other, idle, idlest).forEach(this::admit);

        // When
        boolean admitted = admit(Fake.kept(API, "10.0.0.1", 0));

        // Then
        assertThat(admitted).isTrue();
        assertThat(idlest.isClosed).isTrue();
        assertThat(idle.isClosed).isFalse();
        assertThat(other.isClosed).isFalse();
    }

    @Test
    void newcomerTakesThePlaceOfOneThatHasNeverAskedFirst() {
        // Given
        Fake kept = Fake.kept(API, "10.0.0.1", 90);
        Fake mute = Fake.mute(API, "10.0.0.1", 1);
        List.of(kept, mute).forEach(this::admit);

        // When
        Connections.Admission admission = connections.admit(Fake.mute(API, "10.0.0.1", 0), BOUNDS);

        // Then
        assertThat(admission).isEqualTo(Connections.Admission.ADMITTED_FOR_OTHERS);
        assertThat(mute.isClosed).isTrue();
        assertThat(kept.isClosed).isFalse();
    }

    @Test
    void connectionWithARequestIsNotClosedForANewcomer() {
        // Given
        Fake one = Fake.working(API, "10.0.0.1");
        Fake two = Fake.working(API, "10.0.0.1");
        List.of(one, two).forEach(this::admit);

        // When
        boolean admitted = admit(Fake.kept(API, "10.0.0.1", 0));

        // Then
        assertThat(admitted).isFalse();
        assertThat(one.isClosed).isFalse();
        assertThat(two.isClosed).isFalse();
    }

    @Test
    void serverThatIsFullTakesNothingFromAnother() {
        // Given
        for (int peer = 1; peer <= 4; peer++) {
            admit(Fake.working(API, "10.0.0." + peer));
        }

        // When
        boolean atTheSame = admit(Fake.kept(API, "10.0.0.9", 0));
        boolean atAnother = admit(Fake.kept(MANAGEMENT, "10.0.0.9", 0));

        // Then
        assertThat(atTheSame).isFalse();
        assertThat(atAnother).isTrue();
    }

    @Test
    void allTogetherHaveABoundToo() {
        // Given
        Fake idlest = Fake.kept(API, "10.0.0.1", 99);
        admit(idlest);
        for (int peer = 1; peer <= 3; peer++) {
            admit(Fake.working(API, "10.0.1." + peer));
        }
        admit(Fake.working(MANAGEMENT, "10.0.0.1"));
        admit(Fake.working(MANAGEMENT, "10.0.0.2"));

        // When
        boolean admitted = admit(Fake.kept(MANAGEMENT, "10.0.0.3", 0));

        // Then
        assertThat(admitted).isTrue();
        assertThat(idlest.isClosed).isTrue();
    }

    @Test
    void oneThatHasEndedLeavesItsPlace() {
        // Given
        Fake one = Fake.working(API, "10.0.0.1");
        Fake two = Fake.working(API, "10.0.0.1");
        List.of(one, two).forEach(this::admit);

        // When
        connections.ended(one);

        // Then
        assertThat(admit(Fake.working(API, "10.0.0.1"))).isTrue();
    }

    @Test
    void oneNetworkOfIpv6IsOnePeer() throws UnknownHostException {
        assertThat(HeadDeadline.network(InetAddress.getByName("2001:db8:1:2:3:4:5:6")))
                .isEqualTo(HeadDeadline.network(InetAddress.getByName("2001:db8:1:2::9")))
                .isNotEqualTo(HeadDeadline.network(InetAddress.getByName("2001:db8:1:3::9")));
        assertThat(HeadDeadline.network(InetAddress.getByName("10.0.0.1")))
                .isEqualTo(InetAddress.getByName("10.0.0.1"));
    }

    @Test
    void theAdministratorIsToldOnceAMinuteForEachPort() {
        // Given
        long[] now = {0};
        FullServers full = new FullServers(() -> now[0]);

        // Then
        assertThat(full.isDue(API)).isTrue();
        assertThat(full.isDue(API)).isFalse();
        assertThat(full.isDue(MANAGEMENT)).isTrue();
        now[0] = Duration.ofMinutes(1).toNanos();
        assertThat(full.isDue(API)).isTrue();
    }

    @Test
    void descriptorsAreKeptAsideForThePool() {
        assertThat(FileDescriptors.forConnections(1024)).isEqualTo(512);
        assertThat(FileDescriptors.forConnections(256)).isEqualTo(128);
        assertThat(FileDescriptors.limitIn(List.of(
                        "Limit                     Soft Limit           Hard Limit           Units     ",
                        "Max open files            1024                 524288               files     ")))
                .isEqualTo(1024);
        assertThat(FileDescriptors.limitIn(
                        List.of("Max open files            unlimited            unlimited            files     ")))
                .isEqualTo(Integer.MAX_VALUE);
    }
}

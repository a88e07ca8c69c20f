// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import java.math.BigInteger;

import static org.assertj.core.api.Assertions.assertThat;

class ClusterSizeProperties {
    @Property
    void roundingAgreesWithExactArithmetic(
            @ForAll @IntRange(min = 12, max = 24) int power, @ForAll @LongRange(min = 0, max = 1L << 62) long length) {
        ClusterSize size = new ClusterSize(1 << power);
        BigInteger cluster = BigInteger.valueOf(size.bytes());
        BigInteger clusters =
                BigInteger.valueOf(length).add(cluster).subtract(BigInteger.ONE).divide(cluster);

        assertThat(size.clustersIn(length)).isEqualTo(clusters.longValueExact());
        assertThat(size.roundUp(length)).isEqualTo(clusters.multiply(cluster).longValueExact());
        assertThat(size.isAligned(length)).isEqualTo(size.roundUp(length) == length);
        assertThat(size.clusterOf(length))
                .isEqualTo(BigInteger.valueOf(length).divide(cluster).longValueExact());
    }
}

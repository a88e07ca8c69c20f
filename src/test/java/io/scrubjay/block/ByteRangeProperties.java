// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

class ByteRangeProperties {
    @Property
    void intersectionHoldsExactlyTheBytesOfBoth(
            @ForAll @LongRange(min = 0, max = 20) long from,
            @ForAll @LongRange(min = 0, max = 20) long length,
            @ForAll @LongRange(min = 0, max = 20) long otherFrom,
            @ForAll @LongRange(min = 0, max = 20) long otherLength) {
        ByteRange one = new ByteRange(from, length);
        ByteRange other = new ByteRange(otherFrom, otherLength);

        ByteRange both = one.intersect(other);

        long[] expected = LongStream.range(one.offset(), one.end())
                .filter(at -> at >= other.offset() && at < other.end())
                .toArray();
        assertThat(LongStream.range(both.offset(), both.end()).toArray()).isEqualTo(expected);
        assertThat(both.offset()).isBetween(one.offset(), one.end());
        assertThat(both.end()).isBetween(one.offset(), one.end());
    }
}

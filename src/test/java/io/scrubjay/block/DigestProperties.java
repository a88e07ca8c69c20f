// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

class DigestProperties {
    @Property
    void everyDigestReadsBackFromItsText(@ForAll @Size(64) byte[] bytes) {
        Digest digest = Digest.of(DigestAlgorithm.SHA_512, bytes);

        assertThat(Digest.parse(digest.toString())).isEqualTo(digest).hasSameHashCodeAs(digest);
        assertThat(digest.toBytes()).isEqualTo(bytes);
    }
}

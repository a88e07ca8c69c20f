// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.SpdkPool.ClearMode;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which devices are trusted to read zeroes after an unmap. */
class ClearingTest {
    @ParameterizedTest
    @CsvSource({
        "aio:/dev/sdb, AUTO, false",
        "aio:/dev/sdb, WRITE_ZEROES, false",
        "aio:/dev/sdb, UNMAP, true",
        "'aio:/srv/pool,fallocate', AUTO, true",
        "'aio:/srv/pool,fallocate', WRITE_ZEROES, false",
        "'aio:/srv/pool,fallocate', UNMAP, true",
        "uring:/dev/sdb, AUTO, false",
        "uring:/dev/sdb, UNMAP, true",
        "nvme:0000:01:00.0, AUTO, false",
        "nvme:0000:01:00.0, UNMAP, true",
        "malloc:64M, AUTO, true",
        "malloc:64M, WRITE_ZEROES, false",
        "malloc:64M, UNMAP, true"
    })
    void automaticTrustsOnlyWhatIsKnown(String device, ClearMode mode, boolean unmapClears) {
        Clearing clearing = Clearing.of(mode, SpdkDevice.parse(device));

        assertThat(clearing.unmapClears()).isEqualTo(unmapClears);
        assertThat(clearing.lvolMethod()).isEqualTo(unmapClears ? "unmap" : "none");
        assertThat(clearing.storeMethod()).isEqualTo(unmapClears ? "unmap" : "write_zeroes");
        assertThat(clearing.reason()).isNotBlank();
        assertThat(clearing).asString().startsWith(unmapClears ? "unmap: " : "write-zeroes: ");
    }
}

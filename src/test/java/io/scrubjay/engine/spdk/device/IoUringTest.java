// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.engine.EngineException.PoolUnusable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A kernel that refuses io_uring is told before SPDK is asked. */
class IoUringTest {
    @ParameterizedTest
    @CsvSource({"1, forbids it", "38, does not have it", "12, errno 12"})
    void refusalSaysWhy(int errno, String reason) {
        PoolUnusable refused = catchThrowableOfType(PoolUnusable.class, () -> IoUring.require(-errno));

        assertThat(refused).hasMessageContaining("refuses io_uring").hasMessageContaining(reason);
        assertThat(refused.remedy()).contains("aio:");
    }

    @Test
    void whoMayHaveItIsLetThrough() {
        assertThatCode(() -> IoUring.require(0)).doesNotThrowAnyException();
    }
}

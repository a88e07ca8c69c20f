// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.NoSpace;
import io.scrubjay.engine.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Error objects of SPDK's, and negative results of the shim's. */
class RpcFailedTest {
    @ParameterizedTest
    @CsvSource({
        "-17, File exists, 17",
        "-1, Operation not permitted, 1",
        "-19, anything at all, 19",
        "-4095, the last number that can be one, 4095",
        "-32602, File exists, 17",
        "-32602, Operation not permitted, 1",
        "-32602, No such device, 19",
        "-32603, No space left on device, 28",
        "-32603, Cannot allocate memory, 12",
        "-32602, Device or resource busy, 16",
        "-32602, Invalid argument, 22",
        "-32602, No such file or directory, 2",
        "-32602, Invalid parameters, 0",
        "-32601, Method not found, 0",
        "0, File exists, 17",
        "12, File exists, 17"
    })
    void numberIsTheCodeOrComesFromTheText(int code, String text, int errno) {
        RpcFailed failed = RpcFailed.of(
                "bdev_lvol_create", JsonRpc.parameters().put("code", code).put("message", text));

        assertThat(failed.errno()).isEqualTo(errno);
        assertThat(failed).hasMessage("bdev_lvol_create: " + text);
        EngineException thrown = failed.asEngineException();
        assertThat(thrown).hasMessageContaining(text);
        if (errno == Errno.ENOMEM || errno == Errno.ENOSPC) {
            assertThat(thrown).isInstanceOf(NoSpace.class);
        } else {
            assertThat(thrown).isInstanceOf(DeviceFailed.class).hasCause(failed);
            assertThat(((DeviceFailed) thrown).errno()).isEqualTo(errno);
        }
    }

    @Test
    void errorWithNothingInItHasNoNumber() {
        assertThat(RpcFailed.of("method", JsonRpc.parameters()).errno()).isZero();
    }

    @Test
    void resultThatIsNotNegativeIsTheResult() {
        assertThat(Errno.require(0, "call")).isZero();
        assertThat(Errno.require(Long.MAX_VALUE, "call")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void negativeResultBecomesAFailure() {
        assertThatThrownBy(() -> Errno.require(-Errno.EIO, "write 'a'"))
                .isInstanceOfSatisfying(DeviceFailed.class, failed -> {
                    assertThat(failed.errno()).isEqualTo(5);
                    assertThat(failed.call()).isEqualTo("write 'a'");
                });
    }
}

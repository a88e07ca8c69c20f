// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.engine.EngineException.DeviceFailed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ErrnoTest {
    @ParameterizedTest
    @CsvSource({
        // name, number on the processors SPDK runs on, whether it may be the medium that refused
        "EPERM,          1, false",
        "ENOENT,         2, true",
        "EINTR,          4, false",
        "EIO,            5, true",
        "ENXIO,          6, false",
        "EAGAIN,        11, false",
        "ENOMEM,        12, false",
        "EACCES,        13, false",
        "ENOTBLK,       15, true",
        "EBUSY,         16, false",
        "EEXIST,        17, true",
        "ENODEV,        19, false",
        "EINVAL,        22, true",
        "ENFILE,        23, false",
        "EMFILE,        24, false",
        "EFBIG,         27, true",
        "ENOSPC,        28, true",
        "ENOSYS,        38, true",
        "ELOOP,         40, true",
        "ENOLINK,       67, false",
        "EILSEQ,        84, true",
        "EOPNOTSUPP,    95, true",
        "ENETDOWN,     100, false",
        "ENETUNREACH,  101, false",
        "ECONNABORTED, 103, false",
        "ECONNRESET,   104, false",
        "ENOTCONN,     107, false",
        "ESHUTDOWN,    108, false",
        "ETIMEDOUT,    110, false",
        "ECONNREFUSED, 111, false",
        "EHOSTDOWN,    112, false",
        "EHOSTUNREACH, 113, false",
        "ESTALE,       116, false",
        "EDQUOT,       122, true",
        "ENOMEDIUM,    123, false",
    })
    void everyNumberHasItsException(String name, int number, boolean mayBeTheMedium) {
        assertThat(Errno.number(name)).isEqualTo(number);
        assertThatThrownBy(() -> Errno.require(-number, "write at 0 in v"))
                .isInstanceOfSatisfying(DeviceFailed.class, failed -> {
                    assertThat(failed.errno()).isEqualTo(number);
                    assertThat(failed.call()).isEqualTo("write at 0 in v");
                    assertThat(failed.mayBeTheMedium()).isEqualTo(mayBeTheMedium);
                });
    }

    @Test
    void resultThatIsNotNegativeIsTheResult() {
        assertThat(Errno.require(0, "call")).isZero();
        assertThat(Errno.require(Long.MAX_VALUE, "call")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void successIsNoFailure() {
        assertThatThrownBy(() -> Errno.failed(0, "read")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nameThatTheLibraryDoesNotKnowIsRefused() {
        assertThatThrownBy(() -> Errno.number("ENOSUCH")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Errno.number("")).isInstanceOf(IllegalArgumentException.class);
    }
}

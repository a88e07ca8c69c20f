// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.file;

import io.scrubjay.engine.EngineException;
import io.scrubjay.engine.EngineException.DeviceFailed;
import io.scrubjay.engine.EngineException.Kind;
import io.scrubjay.engine.EngineException.NoSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PoolSpaceFailureTest {
    @ParameterizedTest
    @CsvSource({
        // number on Linux, what it is to a caller
        "28,  EXHAUSTED", // ENOSPC
        "122, EXHAUSTED", // EDQUOT
        "2,   DEVICE", // ENOENT
        "5,   DEVICE", // EIO
        "9,   DEVICE", // EBADF
        "13,  DEVICE", // EACCES
        "17,  DEVICE", // EEXIST
        "22,  DEVICE", // EINVAL
        "24,  DEVICE", // EMFILE
        "30,  DEVICE", // EROFS
        "95,  DEVICE", // EOPNOTSUPP
    })
    void everyNumberHasItsException(int errno, Kind kind) {
        EngineException failure = PoolSpace.failure("write at 0 in v", -errno, 4096, () -> 512);

        assertThat(failure.kind()).isEqualTo(kind);
        switch (kind) {
            case EXHAUSTED -> {
                NoSpace full = (NoSpace) failure;
                assertThat(full.requestedBytes()).isEqualTo(4096);
                assertThat(full.availableBytes()).isEqualTo(512);
            }
            case DEVICE -> {
                DeviceFailed failed = (DeviceFailed) failure;
                assertThat(failed.errno()).isEqualTo(errno);
                assertThat(failed.call()).isEqualTo("write at 0 in v");
            }
            case CALLER -> throw new AssertionError("no error number is the caller's fault");
        }
    }

    @Test
    void fileThatCannotBeSoLongDoesNotFit() {
        EngineException failure = PoolSpace.failure("resize to 17592186044416 in v", -27, 0, () -> 512);

        assertThat(failure).isInstanceOf(NoSpace.class).hasMessageContaining("of that length");
    }

    @Test
    void roomIsAskedForOnlyWhenItHasRunOut() {
        EngineException failure = PoolSpace.failure("read", -5, 0, () -> {
            throw new AssertionError("asked");
        });
        assertThat(failure).isInstanceOf(DeviceFailed.class);
    }

    @Test
    void successIsNoFailure() {
        assertThatThrownBy(() -> PoolSpace.failure("read", 0, 0, () -> 0)).isInstanceOf(IllegalArgumentException.class);
    }
}

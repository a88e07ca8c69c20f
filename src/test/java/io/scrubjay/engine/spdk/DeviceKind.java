// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.spdk.SpdkPool.ClearMode;
import io.scrubjay.engine.spdk.device.SpdkDevice;

import java.nio.file.Path;
import java.util.List;

/** What a pool can lie on in tests. */
public enum DeviceKind {
    /** An unmap does nothing. */
    AIO {
        @Override
        SpdkDevice make(Path directory, int dataClusters) {
            return new SpdkDevice.Aio(TestDevice.make(directory, dataClusters), false);
        }

        @Override
        public List<ClearMode> clearModes() {
            return List.of(ClearMode.AUTO);
        }
    },
    /** What is unmapped reads as zeroes. */
    AIO_FALLOCATE {
        @Override
        SpdkDevice make(Path directory, int dataClusters) {
            return new SpdkDevice.Aio(TestDevice.make(directory, dataClusters), true);
        }
    },
    /** Memory; what is unmapped reads as zeroes. */
    MALLOC {
        @Override
        SpdkDevice make(Path directory, int dataClusters) {
            return TestDevice.memory(dataClusters);
        }
    };

    /** A used device with room for so many clusters of data. */
    abstract SpdkDevice make(Path directory, int dataClusters);

    /** The options for a pool on such a device. */
    public SpdkPool pool(Path directory, int dataClusters) {
        return TestDevice.pool(make(directory, dataClusters));
    }

    /** The different ways in which its clusters can be cleared: what AUTO comes to is not tried by its own name again. */
    public List<ClearMode> clearModes() {
        return List.of(ClearMode.AUTO, ClearMode.WRITE_ZEROES);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.device;

import io.scrubjay.block.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Devices as an administrator writes them. */
class SpdkDeviceTest {
    static Stream<Arguments> devices() {
        return Stream.of(
                arguments("aio:/dev/sdb", new SpdkDevice.Aio(Path.of("/dev/sdb"), false)),
                arguments("aio:/srv/pool,fallocate", new SpdkDevice.Aio(Path.of("/srv/pool"), true)),
                arguments("aio:pool with, a comma", new SpdkDevice.Aio(Path.of("pool with, a comma"), false)),
                arguments(
                        "aio:/dev/disk/by-path/pci-0:1",
                        new SpdkDevice.Aio(Path.of("/dev/disk/by-path/pci-0:1"), false)),
                arguments("uring:/dev/nvme0n1", new SpdkDevice.Uring(Path.of("/dev/nvme0n1"))),
                arguments("nvme:0000:01:00.0", new SpdkDevice.Nvme(new PciAddress("0000:01:00.0"))),
                arguments("malloc:1048576", new SpdkDevice.Malloc(new ByteSize(1 << 20))));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void isReadAndWrittenBack(String text, SpdkDevice device) {
        assertThat(SpdkDevice.parse(text)).isEqualTo(device);
        assertThat(device).hasToString(text);
    }

    @Test
    void sizesHaveUnits() {
        assertThat(SpdkDevice.parse("malloc:1G")).isEqualTo(new SpdkDevice.Malloc(new ByteSize(1 << 30)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "aio", "aio:", "/dev/sdb", "AIO:/dev/sdb", "raid:/dev/sdb", "malloc:", "aio:,fallocate"
            })
    void anythingElseIsNoDevice(String text) {
        assertThatThrownBy(() -> SpdkDevice.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("device cannot be '" + text + "'")
                .hasMessageContaining("malloc:SIZE");
    }

    @Test
    void sizeThatIsNoneIsNoDevice() {
        assertThatThrownBy(() -> SpdkDevice.parse("malloc:much")).isInstanceOf(IllegalArgumentException.class);
    }
}

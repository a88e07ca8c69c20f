// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.MemoryDirectory;
import io.scrubjay.engine.Access;
import io.scrubjay.engine.AwaitedVolume;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.FailingDisk;
import io.scrubjay.engine.FailingDisk.Request;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.SteppedProcess;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.engine.spdk.FailedCopyMain.Copy;
import io.scrubjay.engine.spdk.device.SpdkDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The device fails one request while a clone or a snapshot is made. SPDK (26.05) crashes where it was the read or write of the
 * page that the clone begins with, and takes the process along. Where it was the write of a snapshot of a volume that has
 * a parent, SPDK goes on with memory that it has freed: the process ends by itself, with the status that asks for another
 * start. The next start, on the healthy device, finds everything.
 */
@NeedsSpdk
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailedCopyTest {
    private static final byte[] BYTES = AwaitedVolume.pattern(1, TestDevice.CLUSTER_BYTES);
    /** The one that SPDK does not survive is the third of each kind. */
    private static final long LAST = Integer.getInteger("scrubjay.test.scale", 1) > 1 ? Long.MAX_VALUE : 4;

    private static final int TRY_AGAIN = 75;

    @TempDir(factory = MemoryDirectory.class)
    Path directory;

    private FailingDisk disk;
    private Path full;

    @BeforeEach
    void fillADisk() throws IOException {
        disk = FailingDisk.in(directory, 16L << 20);
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            engine.create(FailedCopyMain.VOLUME, BYTES.length, Provisioning.THIN);
            write(engine);
            engine.snapshot(FailedCopyMain.VOLUME, FailedCopyMain.SNAPSHOT);
            // It has a parent now, and gets something of its own.
            write(engine);
            ClearedPool.await(engine);
        }
        full = Files.copy(disk.bytes(), directory.resolve("full"));
    }

    private static void write(SpdkEngine engine) {
        try (AwaitedVolume volume = AwaitedVolume.open(engine, FailedCopyMain.VOLUME.value(), Access.WRITE)) {
            volume.write(0, BYTES).flush();
        }
    }

    @AfterEach
    void removeIt() throws IOException {
        if (disk != null) {
            disk.close();
        }
    }

    private SpdkPool pool() {
        return TestDevice.pool(device());
    }

    private SpdkDevice device() {
        return new SpdkDevice.Aio(disk.file(), false);
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE"})
    void theStartAfterAFailedCloneFindsEverything(Request request) throws Exception {
        List<Integer> ends = endsOf(Copy.CLONE, request);

        assertThat(ends).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "WRITE"})
    void noReadReachesFreedMemoryAfterAFailedSnapshot(Request request) throws Exception {
        List<Integer> ends = endsOf(Copy.SNAPSHOT, request);

        assertThat(ends).isSubsetOf(0, TRY_AGAIN);
        if (request == Request.WRITE) {
            assertThat(ends).containsOnlyOnce(TRY_AGAIN);
        }
    }

    /** The statuses of a process that makes such a copy, while each request in turn fails; each next start finds all. */
    private List<Integer> endsOf(Copy copy, Request request) throws IOException, InterruptedException {
        List<Integer> ends = new ArrayList<>();
        boolean met = true;
        for (long n = 1; met && n <= LAST; n++) {
            try (OutputStream stored = Files.newOutputStream(disk.bytes(), StandardOpenOption.WRITE)) {
                Files.copy(full, stored);
            }
            int status = statusOf(copy, request, n);
            met = disk.seen(request) >= n;
            disk.heal();
            System.out.println("FailedCopyTest: " + request + " " + n + " of a " + copy + " failed: status " + status);
            ends.add(status);
            requireEverything(request, n);
        }
        return ends;
    }

    private void requireEverything(Request request, long n) {
        try (SpdkEngine engine = SpdkEngine.open(pool())) {
            assertThat(engine.unreadable()).as("after %s %d", request, n).isEmpty();
            assertThat(engine.list())
                    .extracting(VolumeSummary::name)
                    .contains(FailedCopyMain.VOLUME, FailedCopyMain.SNAPSHOT)
                    .isSubsetOf(FailedCopyMain.VOLUME, FailedCopyMain.SNAPSHOT, FailedCopyMain.NEW);
            for (VolumeSummary found : engine.list()) {
                try (AwaitedVolume volume =
                        AwaitedVolume.open(engine, found.name().value(), Access.READ)) {
                    assertThat(volume.readAll()).as("%s", found.name()).isEqualTo(BYTES);
                }
            }
            assertThat(engine.isSound()).isTrue();
        }
    }

    private int statusOf(Copy copy, Request request, long n) throws IOException, InterruptedException {
        Path log = directory.resolve("log-" + copy + request + n);
        try (SteppedProcess process =
                SteppedProcess.start(log, FailedCopyMain.class, device().toString(), copy.name())) {
            process.await(FailedCopyMain.OPEN);
            disk.fail(request, n);
            process.goOn();
            return process.status();
        }
    }
}

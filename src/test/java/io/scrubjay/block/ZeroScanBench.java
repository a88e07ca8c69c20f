// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.block;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How fast zeroes are found, beside the C library's {@code memcmp} against a buffer of zeroes and the JDK's {@code
 * mismatch}. The window of 1 MiB fits a cache, as it does while an ingest still has it warm; that of 64 MiB does not.
 *
 * <p>Run {@link #main}: its last lines are {@code bench zero-scan …}, one for each window.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class ZeroScanBench {
    @Param({"65536", "1048576", "67108864"})
    public int windowBytes;

    private ByteBuffer window;
    private ByteBuffer zeroes;

    @Setup
    public void allocate() {
        window = AlignedBuffer.allocate(windowBytes);
        zeroes = AlignedBuffer.allocate(windowBytes);
        // Pages never written are all one page of zeroes, which would sit in the innermost cache.
        for (int offset = 0; offset < windowBytes; offset += AlignedBuffer.ALIGNMENT_BYTES) {
            window.put(offset, (byte) 0);
            zeroes.put(offset, (byte) 0);
        }
    }

    @Benchmark
    public boolean zeroScan() {
        return ZeroScan.isZero(window);
    }

    @Benchmark
    public int memcmp() {
        return ScanNative.same(BufferAddress.of(window), BufferAddress.of(zeroes), windowBytes);
    }

    @Benchmark
    public int mismatch() {
        return window.mismatch(zeroes);
    }

    /** Prints, for each window, bytes a second of each way and the ratio of the scan to {@code memcmp}. */
    public static void main(String[] arguments) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(ZeroScanBench.class.getName())
                        .build())
                .run();
        for (String window : new String[] {"65536", "1048576", "67108864"}) {
            double scan = bytesPerSecond(results, "zeroScan", window);
            double memcmp = bytesPerSecond(results, "memcmp", window);
            System.out.printf(
                    Locale.ROOT,
                    "bench zero-scan window=%s zeroScan=%.0f memcmp=%.0f mismatch=%.0f ratio=%.2f%n",
                    window,
                    scan,
                    memcmp,
                    bytesPerSecond(results, "mismatch", window),
                    scan / memcmp);
        }
    }

    private static double bytesPerSecond(Collection<RunResult> results, String way, String window) {
        return results.stream()
                .filter(result -> result.getParams().getBenchmark().endsWith("." + way))
                .filter(result -> result.getParams().getParam("windowBytes").equals(window))
                .mapToDouble(result -> result.getPrimaryResult().getScore() * Double.parseDouble(window))
                .findFirst()
                .orElseThrow();
    }
}

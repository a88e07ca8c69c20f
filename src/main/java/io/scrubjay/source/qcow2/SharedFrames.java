// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.source.qcow2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Compresses clusters on several workers at once, each of which takes a part of them.
 *
 * <p>{@link #of} is called once at a time; {@link #close} may be called meanwhile. Guarded by its monitor.
 */
final class SharedFrames implements AutoCloseable {
    /** More would share a mebibyte in parts too small to be worth it. */
    private static final int WORKERS_MAX = 4;

    private final Executor workers;
    private final List<ZstdFrames> each = new ArrayList<>();
    private CompletableFuture<?> lastUse = CompletableFuture.completedFuture(null);
    private boolean closed;

    SharedFrames(Executor workers) {
        this.workers = workers;
        int count = Math.min(WORKERS_MAX, Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < count; i++) {
            each.add(new ZstdFrames());
        }
    }

    /** The frames of these clusters, as {@link ZstdFrames#of} says. Fails when this was closed. */
    synchronized CompletionStage<List<ByteBuffer>> of(List<ByteBuffer> clusters) {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("the file is closed"));
        }
        List<CompletableFuture<List<ByteBuffer>>> parts = new ArrayList<>();
        for (int i = 0; i < each.size(); i++) {
            ZstdFrames one = each.get(i);
            List<ByteBuffer> share =
                    clusters.subList(i * clusters.size() / each.size(), (i + 1) * clusters.size() / each.size());
            if (!share.isEmpty()) {
                parts.add(CompletableFuture.supplyAsync(() -> one.of(share), workers));
            }
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
        lastUse = all;
        return all.thenApply(
                done -> parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    /** Frees the memory, once no worker uses it. */
    @Override
    public void close() {
        CompletableFuture<?> use;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            use = lastUse;
        }
        CompletableFuture<?> unused = use.whenComplete((done, failure) -> each.forEach(ZstdFrames::close));
    }
}

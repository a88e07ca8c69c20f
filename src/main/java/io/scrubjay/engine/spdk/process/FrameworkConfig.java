// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk.process;

/**
 * The configuration that SPDK reads when it starts. SPDK's own defaults reserve about 385 MB for buffers and requests;
 * an agent with one pool and a limited number of requests needs a tenth of that.
 */
public final class FrameworkConfig {
    /** The number of requests in all, and the number that each thread keeps ready. */
    private static final int REQUESTS = 2048;

    private static final int REQUESTS_CACHED = 64;
    private static final int SMALL_BUFFERS = 512;
    private static final int LARGE_BUFFERS = 128;

    /** How many buffers each user keeps ready on each of SPDK's threads; there are several users, and three threads. */
    public static final int SMALL_BUFFERS_CACHED = 32;

    public static final int LARGE_BUFFERS_CACHED = 8;

    private FrameworkConfig() {}

    static String json() {
        return """
                {"subsystems":[
                  {"subsystem":"iobuf","config":[{"method":"iobuf_set_options","params":
                    {"small_pool_count":%1$d,"large_pool_count":%2$d}}]},
                  {"subsystem":"accel","config":[{"method":"accel_set_options","params":
                    {"small_cache_size":%3$d,"large_cache_size":%4$d}}]},
                  {"subsystem":"bdev","config":[{"method":"bdev_set_options","params":
                    {"bdev_auto_examine":false,"bdev_io_pool_size":%5$d,"bdev_io_cache_size":%6$d,
                     "iobuf_small_cache_size":%3$d,"iobuf_large_cache_size":%4$d}}]}
                ]}
                """.formatted(
                SMALL_BUFFERS, LARGE_BUFFERS, SMALL_BUFFERS_CACHED, LARGE_BUFFERS_CACHED, REQUESTS, REQUESTS_CACHED);
    }
}

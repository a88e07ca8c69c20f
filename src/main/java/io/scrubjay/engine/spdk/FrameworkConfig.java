package io.scrubjay.engine.spdk;

/**
 * What SPDK reads at its start. Its own defaults reserve about 385 MB for buffers and requests; an agent with one pool
 * and bounded depth needs a tenth of that.
 */
final class FrameworkConfig {
    /** Requests in all, and those each thread keeps at hand. */
    private static final int REQUESTS = 2048;

    private static final int REQUESTS_CACHED = 64;
    private static final int SMALL_BUFFERS = 512;
    private static final int LARGE_BUFFERS = 128;

    private FrameworkConfig() {}

    static String json() {
        return """
                {"subsystems":[
                  {"subsystem":"iobuf","config":[{"method":"iobuf_set_options","params":
                    {"small_pool_count":%d,"large_pool_count":%d}}]},
                  {"subsystem":"bdev","config":[{"method":"bdev_set_options","params":
                    {"bdev_io_pool_size":%d,"bdev_io_cache_size":%d}}]}
                ]}
                """.formatted(SMALL_BUFFERS, LARGE_BUFFERS, REQUESTS, REQUESTS_CACHED);
    }
}

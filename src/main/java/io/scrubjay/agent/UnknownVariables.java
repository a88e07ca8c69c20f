// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds environment variables that look like settings of the agent but are not. The framework ignores them, since it
 * does not know which names belong to the agent; nor does the agent know for sure, since Kubernetes sets some for each
 * service. So they are logged, not refused. Stateless.
 */
final class UnknownVariables {
    static final String PREFIX = "SCRUBJAY_";

    /** The variables that Kubernetes sets in each container for a service whose name begins like the agent's. */
    private static final Pattern OF_A_SERVICE = Pattern.compile(
            "SCRUBJAY_.*SERVICE_(HOST|PORT(_.+)?)|SCRUBJAY_(.+_)?PORT_\\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?");

    private static final Pattern PORT_OF_A_SERVICE = Pattern.compile("SCRUBJAY_(.+_)?PORT");
    private static final Pattern ADDRESS_OF_A_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");
    /** A list may also be given entry by entry. */
    private static final Pattern ENTRY = Pattern.compile("_\\d+_?$");

    /** The rest of such a name is a subject. */
    static final String SUBJECTS = "SCRUBJAY_SECURITY_SUBJECTS_";

    /** All settings except the subjects, as variables. */
    static final Set<String> SETTINGS = Set.of(
            "SCRUBJAY_DEVICE_CONTROL_DEADLINE",
            "SCRUBJAY_DEVICE_IO_DEADLINE",
            "SCRUBJAY_DOWNLOAD_CONCURRENCY_MAX",
            "SCRUBJAY_DOWNLOAD_STALL_TIMEOUT",
            "SCRUBJAY_DOWNLOAD_WINDOWS_PER_DOWNLOAD",
            "SCRUBJAY_ENGINE",
            "SCRUBJAY_FILE_CLUSTER_SIZE",
            "SCRUBJAY_FILE_IO_THREADS",
            "SCRUBJAY_HEALTH_RESERVE",
            "SCRUBJAY_HTTP_CONNECTIONS_MAX",
            "SCRUBJAY_HTTP_CONNECTIONS_PER_PEER_MAX",
            "SCRUBJAY_HTTP_FIRST_HEAD_TIMEOUT",
            "SCRUBJAY_HTTP_HEAD_TIMEOUT",
            "SCRUBJAY_HTTP_JSON_MAX",
            "SCRUBJAY_HTTP_JSON_TIMEOUT",
            "SCRUBJAY_HTTP_MANAGEMENT_CONNECTIONS_MAX",
            "SCRUBJAY_HTTP_REQUESTS_MAX",
            "SCRUBJAY_IMAGE_MAX_VIRTUAL_SIZE",
            "SCRUBJAY_INGEST_CONCURRENCY_MAX",
            "SCRUBJAY_INGEST_IDLE_TIMEOUT",
            "SCRUBJAY_INGEST_MEMORY_MAX",
            "SCRUBJAY_INGEST_WINDOWS_PER_INGEST_MAX",
            "SCRUBJAY_MEMORY_CAPACITY",
            "SCRUBJAY_MEMORY_CLUSTER_SIZE",
            "SCRUBJAY_POOL_FORMAT",
            "SCRUBJAY_POOL_PATH",
            "SCRUBJAY_SCRUB_AUTO_REPAIR",
            "SCRUBJAY_SCRUB_DEEP_CRON",
            "SCRUBJAY_SCRUB_JITTER",
            "SCRUBJAY_SCRUB_LIGHT_CRON",
            "SCRUBJAY_SCRUB_MAX_AGE",
            "SCRUBJAY_SCRUB_RATE_LIMIT",
            "SCRUBJAY_SCRUB_READ_DEPTH",
            "SCRUBJAY_SCRUB_TIME_ZONE",
            "SCRUBJAY_SCRUB_WORKERS",
            "SCRUBJAY_SECURITY_CLIENT_CERTIFICATES",
            "SCRUBJAY_SECURITY_INSECURE",
            "SCRUBJAY_SECURITY_ISSUER_TOKEN_FILE",
            "SCRUBJAY_SECURITY_RELOAD_PERIOD",
            "SCRUBJAY_SECURITY_TOKENS_FILE",
            "SCRUBJAY_SECURITY_UPLOAD_KEY_FILE",
            "SCRUBJAY_SECURITY_UPLOAD_URL_LIFETIME_MAX",
            "SCRUBJAY_SHUTDOWN_GRACE",
            "SCRUBJAY_SPDK_CLEAR",
            "SCRUBJAY_SPDK_CLUSTER_SIZE",
            "SCRUBJAY_SPDK_CORE",
            "SCRUBJAY_SPDK_DEVICE",
            "SCRUBJAY_SPDK_EXPORT_ADDRESS",
            "SCRUBJAY_SPDK_EXPORT_CONTROLLER_KEY_FILE",
            "SCRUBJAY_SPDK_EXPORT_HOSTS",
            "SCRUBJAY_SPDK_EXPORT_HOST_KEY_FILE",
            "SCRUBJAY_SPDK_EXPORT_INSECURE",
            "SCRUBJAY_SPDK_EXPORT_PORT",
            "SCRUBJAY_SPDK_MEMORY",
            "SCRUBJAY_SPDK_MEMORY_KIND",
            "SCRUBJAY_SPDK_MODE",
            "SCRUBJAY_SPDK_POOL_NAME",
            "SCRUBJAY_SPDK_RESERVE",
            "SCRUBJAY_STATE_PATH",
            "SCRUBJAY_UPLOAD_EXPIRE_AFTER",
            "SCRUBJAY_UPLOAD_IDLE_TIMEOUT",
            "SCRUBJAY_UPLOAD_SESSIONS_MAX",
            "SCRUBJAY_UPLOAD_TRANSFERS_MAX",
            "SCRUBJAY_UPLOAD_WINDOWS_PER_TRANSFER",
            "SCRUBJAY_URL_ALLOW",
            "SCRUBJAY_URL_CA_BUNDLE",
            "SCRUBJAY_URL_DENY",
            "SCRUBJAY_URL_IDLE_TIMEOUT",
            "SCRUBJAY_URL_NO_PROXY",
            "SCRUBJAY_URL_PROXY",
            "SCRUBJAY_URL_PROXY_CREDENTIALS",
            "SCRUBJAY_URL_RETRY_FOR",
            "SCRUBJAY_VOLUME_IDLE_TIMEOUT",
            "SCRUBJAY_VOLUME_WINDOWS_PER_WRITE",
            "SCRUBJAY_VOLUME_WRITES_MAX");

    /** Variables with such names that other programs read. */
    private static final Set<String> OTHERS = Set.of("SCRUBJAY_JAVA_OPTIONS");

    private UnknownVariables() {}

    /** Those among these variables that nothing reads, in the order of their names. */
    static List<String> of(Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(variable -> variable.getKey().startsWith(PREFIX))
                .filter(variable -> !isKnown(variable.getKey()))
                .filter(variable -> !isOfService(variable.getKey(), variable.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static boolean isKnown(String name) {
        return isSetting(name) || OTHERS.contains(name);
    }

    /** Whether a variable of this name is a setting of the agent. */
    static boolean isSetting(String name) {
        return SETTINGS.contains(ENTRY.matcher(name).replaceFirst("")) || name.startsWith(SUBJECTS);
    }

    private static boolean isOfService(String name, String value) {
        return OF_A_SERVICE.matcher(name).matches()
                || (PORT_OF_A_SERVICE.matcher(name).matches()
                        && ADDRESS_OF_A_SERVICE.matcher(value).matches());
    }
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Exports of images, snapshots and volumes over NVMe/TCP: {@code /v1/…/{name}/export}.
 *
 * <ul>
 *   <li><b>export</b>: where a host reaches the bytes, until somebody ends it or the agent stops.
 * </ul>
 *
 * <p>On workers, for the device.
 */
package io.scrubjay.api.export;

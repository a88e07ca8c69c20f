// SPDX-License-Identifier: Apache-2.0
/**
 * Exports of images, snapshots and volumes over NVMe/TCP: {@code /v1/…/{name}/export}.
 *
 * <ul>
 *   <li><b>export</b>: the address at which a host reaches the bytes, until somebody deletes the export or the agent
 *       stops.
 * </ul>
 *
 * <p>Runs on workers, since it waits for the device.
 */
package io.scrubjay.api.export;

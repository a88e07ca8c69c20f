// SPDX-License-Identifier: Apache-2.0
/**
 * Images that the agent takes from elsewhere: {@code POST /v1/images} with a JSON body.
 *
 * <ul>
 *   <li><b>order</b>: the request, {@link io.scrubjay.api.pull.ImageOrder}: a name, a source, and what the client knows of
 *       the file or the disk.
 *   <li><b>source</b>: where the image comes from, {@link io.scrubjay.api.pull.PullSource}; each kind has a record.
 * </ul>
 *
 * <p>An order is answered as soon as it has been admitted; the image then shows the progress. Runs on workers.
 */
package io.scrubjay.api.pull;

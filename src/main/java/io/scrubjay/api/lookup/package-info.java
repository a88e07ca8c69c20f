// SPDX-License-Identifier: Apache-2.0
/**
 * Finds what a request names: one image, snapshot or volume, or a list of them.
 *
 * <ul>
 *   <li><b>name</b>: the name in a path, which no other part of the API parses.
 *   <li><b>list query</b>: which entries of a list a client asks for: by state, by the first characters of the name,
 *       and by page.
 *   <li><b>reference</b>: how one JSON object names another image, snapshot or volume.
 * </ul>
 *
 * <p>Stateless or thread-safe. Finding a volume may have to ask the device, and then belongs on a worker.
 */
package io.scrubjay.api.lookup;

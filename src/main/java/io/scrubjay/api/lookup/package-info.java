// SPDX-License-Identifier: Apache-2.0
/**
 * What a request is about: the one image, snapshot or volume that it names, or a list of them.
 *
 * <ul>
 *   <li><b>name</b>: parsed here and nowhere else in the API.
 *   <li><b>list query</b>: which entries of a list a client asks for, by state, beginning of the name and page.
 *   <li><b>reference</b>: how one object names another on the wire.
 * </ul>
 *
 * <p>Stateless or thread-safe; volumes may have to be asked of the device, by workers.
 */
package io.scrubjay.api.lookup;

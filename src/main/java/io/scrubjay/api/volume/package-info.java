// SPDX-License-Identifier: Apache-2.0
/**
 * Volumes: listing, creating, changing and deleting them, and reading and writing their bytes.
 *
 * <p>Runs on workers, since it waits for the device; the bytes of a write stay on their request's event loop.
 */
package io.scrubjay.api.volume;

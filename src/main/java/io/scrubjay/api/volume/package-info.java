// SPDX-License-Identifier: Apache-2.0
/**
 * Volumes: what there is, what becomes of them, and their bytes in both directions.
 *
 * <p>On workers, for the device; the bytes of a write stay on their request's event loop.
 */
package io.scrubjay.api.volume;

// SPDX-License-Identifier: Apache-2.0
/**
 * The pool as a whole: its size, how full it is, and what its engine can do. Runs on workers, since it waits for the
 * device.
 */
package io.scrubjay.api.pool;

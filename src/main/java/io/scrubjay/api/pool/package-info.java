// SPDX-License-Identifier: Apache-2.0
/** The pool as a whole: how large it is, how full, and what its engine can do. On workers, for the device. */
package io.scrubjay.api.pool;

// SPDX-License-Identifier: Apache-2.0
/**
 * The pool that tests work on unless they need another one.
 *
 * <ul>
 *   <li><b>test pool</b>: a pool in memory that is strict with its callers, gives out clusters full of garbage, loses its
 *       power when it is closed, and is looked through afterwards, {@link io.scrubjay.pool.TestPool}.
 *   <li><b>audit</b>: looking through a pool after a start, {@link io.scrubjay.pool.PoolAudit}.
 *   <li><b>flaw</b>: something that an audit finds and that must not be in a pool. A test that leaves one behind on purpose
 *       says so where it makes its pool, {@link io.scrubjay.pool.Flaw}.
 * </ul>
 */
package io.scrubjay.pool;

// SPDX-License-Identifier: Apache-2.0
/**
 * {@code docs/configuration.md}, made from the sources: it says what the code says, or the build fails.
 *
 * <ul>
 *   <li><b>mapping</b>: an interface that configuration is mapped onto; <b>key</b>: one setting of it, as it is written.
 * </ul>
 */
package io.scrubjay.reference;

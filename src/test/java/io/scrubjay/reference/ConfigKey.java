// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

/**
 * One setting. Immutable.
 *
 * @param name as it is written in a properties file
 * @param type what may be written, for people
 * @param defaultValue what counts when it is not written, for people
 * @param meaning in Markdown; empty when nobody has written it down
 */
record ConfigKey(String name, String type, String defaultValue, String meaning) {}

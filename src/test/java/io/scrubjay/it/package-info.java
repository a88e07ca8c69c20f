// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the built agent: a real process, a real pool of files, real clients. They run in {@code mvn verify}, after the
 * jar has been built.
 *
 * <ul>
 *   <li><b>workspace</b>: the directory one test class works in, below {@code target/it}; it ends what the class has
 *       started, and shows the agents' logs when a test fails.
 *   <li><b>setup</b>: how an agent is started; <b>agent process</b>: one that runs.
 *   <li><b>naive</b>: computed here from a file, byte by byte as the documentation has it, to compare the agent's word
 *       with.
 * </ul>
 *
 * <p>{@code -Dscrubjay.test.seed=…} repeats random choices, {@code -Dscrubjay.test.scale=…} multiplies the rounds,
 * {@code -Dscrubjay.test.keep=true} leaves pools and files behind.
 */
package io.scrubjay.it;

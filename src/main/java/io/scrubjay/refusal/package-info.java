// SPDX-License-Identifier: Apache-2.0
/**
 * Why something was refused or failed: one catalogue of codes that clients may rely on ({@link io.scrubjay.refusal.Refusal}),
 * and the exception that carries one through all layers ({@link io.scrubjay.refusal.RefusedException}). What is refused is
 * said in a sentence that tells what to do instead.
 */
package io.scrubjay.refusal;

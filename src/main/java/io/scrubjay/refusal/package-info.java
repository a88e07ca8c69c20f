// SPDX-License-Identifier: Apache-2.0
/**
 * Why something was refused or failed: one catalogue of codes that clients may rely on
 * ({@link io.scrubjay.refusal.Refusal}), and the exception that carries a code through all layers
 * ({@link io.scrubjay.refusal.RefusedException}). The exception's message is one sentence that says what was wrong and
 * what to do instead.
 */
package io.scrubjay.refusal;

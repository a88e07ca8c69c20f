// SPDX-License-Identifier: Apache-2.0
/** Tests of the shell scripts behind {@code ./dev}. */
package io.scrubjay.tools;

// SPDX-License-Identifier: Apache-2.0
/** What earlier builds have stored, as it is checked in below {@code src/test/resources/stored}: how it is kept and found. */
package io.scrubjay.stored;

/** Tests of the shell scripts behind {@code ./dev}. */
package io.scrubjay.tools;

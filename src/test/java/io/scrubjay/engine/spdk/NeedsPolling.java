// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import org.junit.jupiter.api.Tag;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs in a process of its own, whose SPDK looks for work instead of waiting for it: SPDK starts once in a process, in
 * one mode, and its NVMe driver reaches a target over TCP in this one only.
 */
@NeedsSpdk
@Tag("polling")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface NeedsPolling {}

/* SPDX-License-Identifier: Apache-2.0 */

/* Payload of devices that do not reach the JVM's memory: see bounce.c. I/O thread only. */

#ifndef SCRUBJAY_BOUNCE_H
#define SCRUBJAY_BOUNCE_H

#include "op.h"

#include <stdbool.h>

/* A handle begins to use the slots. 0, or -EINVAL when there are none. */
int bounce_enter(void);

/* Ends what bounce_enter began. */
void bounce_leave(void);

/* Submits the op piece by piece, each in a slot; not before there is one free. */
void bounce_begin(struct op *op, op_fn *submit);

/*
 * A piece has ended with this status. True when another one was submitted; false when that was the
 * last one, or failed, or the op does not bounce: then the op has no slot any more.
 */
bool bounce_continue(struct op *op, int64_t status);

#endif

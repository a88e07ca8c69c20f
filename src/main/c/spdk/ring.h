/* SPDX-License-Identifier: Apache-2.0 */

/* The ops of all tickets, and the ring in which their completions go to Java. */

#ifndef SCRUBJAY_RING_H
#define SCRUBJAY_RING_H

#include "op.h"

#include <jni.h>

/* Makes the ring ready. Once, before any op is sent. 0, or -errno. */
int ring_open(void);

/*
 * Says that nothing will be completed any more: whoever drains takes what is there, and then the
 * end. SPDK's pthread, as the last thing it does to the ring.
 */
void ring_close(void);

/* The op of a ticket. Any thread; the op is the ticket's holder's. NULL for a number that is none. */
struct op *op_of(jint ticket);

/* Ends the op: it is the ticket's holder's again. SPDK's pthread only. */
void op_complete(struct op *op, int64_t status);

#endif

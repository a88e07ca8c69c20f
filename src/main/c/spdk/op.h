/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A request of Java's, under way.
 *
 * Two kinds of threads meet in this library: Java's, which call the native methods, and one pthread
 * of SPDK's, which does all the work and never enters Java. A native method fills in the op of a
 * ticket and sends it to that pthread (threads.h), which completes it: (ticket, status) goes into a
 * ring that one Java thread drains (ring.h).
 *
 * Ownership: the op is the sender's until it is sent, then SPDK's pthread's until it is completed.
 * The memory it names stays the sender's, who keeps it that long.
 */

#ifndef SCRUBJAY_OP_H
#define SCRUBJAY_OP_H

#include <stdint.h>
#include <sys/uio.h>

#include <spdk/bdev.h>
#include <spdk/queue.h>

/*
 * Ops that can be under way at once: half as many as a channel of SPDK's has structures for, and far
 * fewer than SPDK has messages.
 */
enum { TICKETS = 256 };

struct op;

/* Does what the op is for. SPDK's pthread. Completes it now or later, exactly once. */
typedef void op_fn(struct op *op);

/* Submits an I/O for the op. I/O thread. 0, or -errno and then nothing was submitted. */
typedef int io_fn(struct op *op);

/* Which way an op's memory goes. */
enum payload { NO_PAYLOAD, TO_DEVICE, FROM_DEVICE };

/* bounce.c's part of an op. Without a slot, the device reaches the op's memory itself. */
struct bounce {
	uint8_t *slot;
	uint8_t *memory;
	uint64_t left;
	op_fn *submit;
	TAILQ_ENTRY(op) link;
};

struct op {
	op_fn *run;
	io_fn *submit;
	int handle;
	void *memory;
	uint64_t offset;
	uint64_t length;
	enum payload payload;
	struct bounce bounce;
	struct iovec iov;
	struct spdk_bdev_io_wait_entry wait;
};

#endif

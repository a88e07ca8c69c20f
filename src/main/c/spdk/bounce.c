/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, bounce: payload of devices that do not reach the
 * JVM's memory.
 *
 * There is a number of slots of memory that every device reaches, taken in one piece beforehand, so
 * that nothing has to be found in the middle of I/O. A request takes one of them, waiting in line
 * for it if need be, and goes through it piece by piece. A piece ends where the device's offset is
 * a multiple of a slot: with slots of a cluster's size, no cluster is cut that is written whole.
 *
 * All of it belongs to the I/O thread. The two native methods only send a request, from any thread:
 * they return 0, or -errno and then the ticket never completes.
 */

#include "bounce.h"

#include "ring.h"
#include "spdk_native.h"
#include "threads.h"

#include <errno.h>
#include <string.h>

#include <spdk/env.h>

enum { SLOT_ALIGNMENT = 4096 };

static struct {
	uint8_t *memory;
	uint64_t slot_bytes;
	unsigned users;
	unsigned free_count;
	uint8_t *free[TICKETS];
	TAILQ_HEAD(, op) line;
} slots = {
	.line = TAILQ_HEAD_INITIALIZER(slots.line),
};

int bounce_enter(void)
{
	if (slots.memory == NULL)
		return -EINVAL;
	slots.users++;
	return 0;
}

void bounce_leave(void)
{
	slots.users--;
}

static void submit_piece(struct op *op)
{
	uint64_t room = slots.slot_bytes - op->offset % slots.slot_bytes;

	op->memory = op->bounce.slot;
	op->length = op->bounce.left < room ? op->bounce.left : room;
	if (op->payload == TO_DEVICE)
		memcpy(op->bounce.slot, op->bounce.memory, op->length);
	op->bounce.submit(op);
}

void bounce_begin(struct op *op, op_fn *submit)
{
	op->bounce.memory = op->memory;
	op->bounce.left = op->length;
	op->bounce.submit = submit;
	if (slots.free_count == 0) {
		TAILQ_INSERT_TAIL(&slots.line, op, bounce.link);
		return;
	}
	op->bounce.slot = slots.free[--slots.free_count];
	submit_piece(op);
}

static void pass_on(uint8_t *slot)
{
	struct op *next = TAILQ_FIRST(&slots.line);

	if (next == NULL) {
		slots.free[slots.free_count++] = slot;
		return;
	}
	TAILQ_REMOVE(&slots.line, next, bounce.link);
	next->bounce.slot = slot;
	submit_piece(next);
}

bool bounce_continue(struct op *op, int64_t status)
{
	uint8_t *slot = op->bounce.slot;

	if (slot == NULL)
		return false;
	if (status >= 0) {
		if (op->payload == FROM_DEVICE)
			memcpy(op->bounce.memory, slot, op->length);
		op->bounce.memory += op->length;
		op->bounce.left -= op->length;
		op->offset += op->length;
		if (op->bounce.left > 0) {
			submit_piece(op);
			return true;
		}
	}
	op->bounce.slot = NULL;
	pass_on(slot);
	return false;
}

static void open_slots(struct op *op)
{
	uint64_t count = op->offset;

	if (slots.memory != NULL) {
		op_complete(op, -EBUSY);
		return;
	}
	if (count == 0 || count > TICKETS || op->length == 0 || op->length % SLOT_ALIGNMENT != 0) {
		op_complete(op, -EINVAL);
		return;
	}
	slots.memory = spdk_dma_malloc(count * op->length, SLOT_ALIGNMENT, NULL);
	if (slots.memory == NULL) {
		op_complete(op, -ENOMEM);
		return;
	}
	slots.slot_bytes = op->length;
	while (slots.free_count < count) {
		slots.free[slots.free_count] = slots.memory + slots.free_count * slots.slot_bytes;
		slots.free_count++;
	}
	op_complete(op, 0);
}

/*
 * Takes memory for so many slots of so many bytes. Completes with -ENOMEM when there is not so much
 * in one piece, -EBUSY when there are slots already.
 */
FUNCTION(jint, bounceOpen)(JNIEnv *env, jclass self, jint ticket, jlong slot_bytes, jint count)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->length = (uint64_t)slot_bytes;
	op->offset = (uint64_t)count;
	return op_send(op, open_slots);
}

static void close_slots(struct op *op)
{
	if (slots.users > 0) {
		op_complete(op, -EBUSY);
		return;
	}
	spdk_dma_free(slots.memory);
	slots.memory = NULL;
	slots.free_count = 0;
	op_complete(op, 0);
}

/* Gives the slots back. Completes with -EBUSY, and changes nothing, while a handle uses them. */
FUNCTION(jint, bounceClose)(JNIEnv *env, jclass self, jint ticket)
{
	UNUSED_JNI();
	return op_send(op_of(ticket), close_slots);
}

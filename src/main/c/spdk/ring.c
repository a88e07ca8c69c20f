/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tickets, and the ring in which completions go from SPDK's pthread to the one Java thread that
 * drains it, with an eventfd to wake that thread. A ticket is an index into the ops: Java gives
 * each number to one request at a time, so nothing is allocated here, and the ring, which has a
 * slot for each ticket, can never overflow.
 */

#include "ring.h"

#include "spdk_native.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct completion {
	int64_t ticket;
	int64_t status;
};

static struct {
	struct op ops[TICKETS];
	/* SPDK's pthread writes at tail, the draining thread reads at head. */
	struct completion slots[TICKETS];
	_Alignas(64) atomic_uint tail;
	_Alignas(64) atomic_uint head;
	atomic_bool drain_sleeps;
	atomic_bool ended;
	int wake;
} ring = {.wake = -1};

int ring_open(void)
{
	ring.wake = eventfd(0, EFD_CLOEXEC);
	return ring.wake < 0 ? -errno : 0;
}

struct op *op_of(jint ticket)
{
	return ticket >= 0 && ticket < TICKETS ? &ring.ops[ticket] : NULL;
}

static void wake_drain(void)
{
	uint64_t one = 1;
	ssize_t written;

	do
		written = write(ring.wake, &one, sizeof(one));
	while (written < 0 && errno == EINTR);
}

void ring_close(void)
{
	atomic_store(&ring.ended, true);
	wake_drain();
}

void op_complete(struct op *op, int64_t status)
{
	unsigned tail = atomic_load_explicit(&ring.tail, memory_order_relaxed);
	struct completion *slot = &ring.slots[tail % TICKETS];

	slot->ticket = op - ring.ops;
	slot->status = status;
	/* INVARIANT I-10: there is a slot for each ticket, so SPDK never waits for Java. */
	/* ORDER: write the slot, then the tail, then read whether the drain sleeps; the drain goes
	 * the other way round. */
	atomic_store(&ring.tail, tail + 1);
	if (atomic_exchange(&ring.drain_sleeps, false))
		wake_drain();
}

/* How many tickets there are: 0 to one less. */
FUNCTION(jint, tickets)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return TICKETS;
}

/*
 * Waits for completions and writes up to max of them as pairs of 64 bits, ticket and status, to
 * the address. One thread only. The number of pairs, or 0 when SPDK has ended and all are taken.
 */
FUNCTION(jint, drain)(JNIEnv *env, jclass self, jlong address, jint max)
{
	struct completion *out = memory_at(address);
	unsigned head = atomic_load_explicit(&ring.head, memory_order_relaxed);
	int count = 0;
	uint64_t value;
	bool ended;

	UNUSED_JNI();
	for (;;) {
		while (count < max && head != atomic_load(&ring.tail))
			out[count++] = ring.slots[head++ % TICKETS];
		if (count > 0)
			break;
		atomic_store(&ring.drain_sleeps, true);
		/* ORDER: read the end, then the tail: the last completions are taken before the end
		 * counts. */
		ended = atomic_load(&ring.ended);
		if (head != atomic_load(&ring.tail)) {
			atomic_store(&ring.drain_sleeps, false);
			continue;
		}
		if (ended)
			break;
		if (read(ring.wake, &value, sizeof(value)) < 0 && errno != EINTR)
			return -errno;
	}
	atomic_store(&ring.head, head);
	return count;
}

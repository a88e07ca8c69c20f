/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, ping and load: whether SPDK's two threads answer, and
 * how busy they are. An op goes to the I/O thread, from there to the app thread, and is completed
 * there. The native methods only send it, from any thread: they return 0, or -errno and then the
 * ticket never completes.
 */

#include "ring.h"
#include "spdk_native.h"
#include "threads.h"

#include <spdk/env.h>
#include <spdk/thread.h>

static void pong(void *context)
{
	op_complete(context, 0);
}

static void ping(struct op *op)
{
	int rc;

	rc = spdk_thread_send_msg(spdk_thread_get_app_thread(), pong, op);
	if (rc != 0)
		op_complete(op, rc);
}

/* Completes with 0 as soon as both threads have got to it. */
FUNCTION(jint, ping)(JNIEnv *env, jclass self, jint ticket)
{
	UNUSED_JNI();
	return op_send(op_of(ticket), ping);
}

static int add_load(uint64_t *out)
{
	struct spdk_thread_stats stats;
	int rc;

	rc = spdk_thread_get_stats(&stats);
	if (rc == 0) {
		out[0] += stats.busy_tsc;
		out[1] += stats.idle_tsc;
	}
	return rc;
}

static void load_app(void *context)
{
	struct op *op = context;

	op_complete(op, add_load(op->memory));
}

static void load_io(struct op *op)
{
	uint64_t *out = op->memory;
	int rc;

	out[0] = 0;
	out[1] = 0;
	out[2] = spdk_get_ticks_hz();
	rc = add_load(out);
	if (rc == 0)
		rc = spdk_thread_send_msg(spdk_thread_get_app_thread(), load_app, op);
	if (rc != 0)
		op_complete(op, rc);
}

/*
 * Writes three numbers of 64 bits: the busy and idle ticks of both threads so far, and ticks a
 * second.
 */
FUNCTION(jint, load)(JNIEnv *env, jclass self, jint ticket, jlong address)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->memory = memory_at(address);
	return op_send(op, load_io);
}

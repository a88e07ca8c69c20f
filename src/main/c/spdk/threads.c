/* SPDX-License-Identifier: Apache-2.0 */

/* SPDK's own I/O thread, and messages to it and to the app thread: see threads.h. */

#include "threads.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <spdk/thread.h>

/* Written by the app thread before messages are taken, read by any thread afterwards. */
static struct spdk_thread *io_thread;
static atomic_bool taking;
/* Written before the message that reads it is sent. */
static spdk_msg_fn after_io;

int threads_open(void)
{
	io_thread = spdk_thread_create("scrubjay_io", NULL);
	if (io_thread == NULL)
		return -ENOMEM;
	atomic_store(&taking, true);
	return 0;
}

void threads_refuse(void)
{
	atomic_store(&taking, false);
}

/* I/O thread. */
static void exit_io(void *unused)
{
	(void)unused;
	spdk_thread_exit(io_thread);
	spdk_thread_send_msg(spdk_thread_get_app_thread(), after_io, NULL);
}

void threads_close(spdk_msg_fn then)
{
	after_io = then;
	spdk_thread_send_msg(io_thread, exit_io, NULL);
}

static void run_op(void *context)
{
	struct op *op = context;

	op->run(op);
}

/*
 * SPDK ends the process when it runs out of messages; there are more of them than tickets, so ops
 * never use them up.
 */
static int send_to(struct spdk_thread *thread, struct op *op, op_fn *run)
{
	op->run = run;
	return spdk_thread_send_msg(thread, run_op, op);
}

int op_send(struct op *op, op_fn *run)
{
	return atomic_load(&taking) ? send_to(io_thread, op, run) : -ESHUTDOWN;
}

int op_send_to_app(struct op *op, op_fn *run)
{
	return atomic_load(&taking) ? send_to(spdk_thread_get_app_thread(), op, run) : -ESHUTDOWN;
}

void app_send(spdk_msg_fn message)
{
	if (atomic_load(&taking))
		spdk_thread_send_msg(spdk_thread_get_app_thread(), message, NULL);
}

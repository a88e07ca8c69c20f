/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The two threads, in SPDK's sense, that run on SPDK's pthread, and the way to them.
 *
 * They share no channel. The app thread is where SPDK keeps the metadata of volumes; the I/O thread
 * does the reads and writes that Java asks for. On one thread they would take their request
 * structures from one pool of 512, and SPDK destroys data if that is empty when it writes metadata:
 * if an extent page cannot be written, SPDK frees a cluster that the volume still uses, and gives
 * it to the next volume that grows.
 */

#ifndef SCRUBJAY_THREADS_H
#define SCRUBJAY_THREADS_H

#include "op.h"

#include <spdk/thread.h>

/* Makes the I/O thread; messages are taken from now on. App thread. 0, or -ENOMEM. */
int threads_open(void);

/* Takes no message any more; those that were sent are still run. Any thread. */
void threads_refuse(void);

/*
 * Ends the I/O thread, after whatever was sent to it, and then runs this on the app thread. Any
 * thread, once after threads_open, and after threads_refuse.
 */
void threads_close(spdk_msg_fn then);

/* Runs the op on the I/O thread. Any thread. 0, or -ESHUTDOWN when no message is taken. */
int op_send(struct op *op, op_fn *run);

/* Runs the op on the app thread. Otherwise as op_send. */
int op_send_to_app(struct op *op, op_fn *run);

/* Runs this on the app thread, or not at all when no message is taken. Any thread. */
void app_send(spdk_msg_fn message);

#endif

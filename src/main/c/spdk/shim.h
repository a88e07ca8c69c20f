/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the files of libscrubjay_spdk.so share.
 *
 * Two kinds of threads meet here. Java threads call the JNI functions; one pthread of SPDK's own
 * does all the work and never enters Java. A request goes to it as a message about a ticket, and
 * comes back as (ticket, status) in a ring that one Java thread drains. A ticket is an index: Java
 * hands out each number once at a time, so that nothing is allocated here, and the ring can never
 * overflow.
 *
 * That pthread runs two threads in SPDK's sense, which share no channel. The app thread is where
 * SPDK keeps the metadata of volumes; the I/O thread has all requests of ours. On one thread they
 * would take their request structures from one pool of 512, and SPDK destroys data when metadata
 * finds it empty: an extent page that cannot be written frees a cluster which the volume goes on
 * using, and the next volume that grows is given the same one.
 */

#ifndef SCRUBJAY_SPDK_SHIM_H
#define SCRUBJAY_SPDK_SHIM_H

#include "io_scrubjay_engine_spdk_process_SpdkNative.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <spdk/bdev.h>
#include <spdk/queue.h>
#include <spdk/thread.h>

/*
 * Requests that can be under way at once: half of what a channel of SPDK's has structures for, and
 * far below its pool of messages.
 */
enum { TICKETS = 256, MESSAGE_POOL = 8191 };

struct op;

/* Runs on the I/O thread; completes the op now or later, exactly once. */
typedef void op_fn(struct op *op);

/* Submits an I/O on the I/O thread: 0, or -errno and then nothing was submitted. */
typedef int io_fn(struct op *op);

/* Which way an op's memory goes. */
enum payload { NO_PAYLOAD, TO_DEVICE, FROM_DEVICE };

/* What bounce.c keeps of an op; no slot means that the device reaches the memory itself. */
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

#define FUNCTION(type, name)                                                                       \
	JNIEXPORT type JNICALL Java_io_scrubjay_engine_spdk_process_SpdkNative_##name

/* What all functions are passed and none uses. */
#define UNUSED_JNI() ((void)env, (void)self)

static inline void *memory_at(jlong address)
{
	return (void *)(intptr_t)address;
}

/* The op of a ticket, or NULL for a number that is none. */
struct op *op_of(jint ticket);

/* Sends the op to the I/O thread. Any thread. 0, or -ESHUTDOWN while SPDK does not run. */
int op_send(struct op *op, op_fn *run);

/* Sends a message to the app thread, unless SPDK does not run. Any thread. */
void app_send(spdk_msg_fn message);

/* Opens the control socket at this path: 0, or -errno. App thread, as control_close. */
int control_open(const char *path);
void control_close(void);

/* Before SPDK starts: 0, or -errno. */
int ring_open(void);
int log_open(void);

/* SPDK's pthread, when nothing is completed or logged any more: whoever waits in Java ends. */
void ring_end(void);
void log_close(void);

/* What SPDK logs with. */
void log_line(int level, const char *file, int line, const char *function, const char *format,
	va_list arguments);

/* Ends the op. SPDK's pthread only. */
void op_complete(struct op *op, int64_t status);

/* A handle begins to use the slots: 0, or -EINVAL when there are none. bounce_leave ends it. */
int bounce_enter(void);
void bounce_leave(void);

/* Submits the op piece by piece, each in a slot; not before there is one free. */
void bounce_begin(struct op *op, op_fn *submit);

/*
 * A piece has ended with this status. True when another one was submitted; false when that was the
 * last one, or failed, or the op does not bounce.
 */
bool bounce_continue(struct op *op, int64_t status);

/* What a page of metadata does to the list of a volume's clusters: see listings.c. */
enum listing { LISTS_OTHERWISE, LISTS_MORE, LISTS_UNTOUCHED };

struct listings;

/* App thread, as all that follows but listings_touched. NULL for no memory. */
struct listings *listings_new(void);
void listings_free(struct listings *listings);

/* How long clusters are. Before, no page is known to list anything. */
void listings_clusters(struct listings *listings, uint64_t cluster_bytes);

/* Called by any thread when a write to data has ended or failed, before its sender is told. */
void listings_touched(struct listings *listings, uint64_t offset, uint64_t length);

/* A flush begins; the one that began last has ended well. */
void listings_flush_begins(struct listings *listings);
void listings_flushed(struct listings *listings);

/* This page of 4096 bytes will be written there; what it does to the list of clusters. */
enum listing listings_take(struct listings *listings, uint64_t offset, const uint8_t *page);

/* What lies there is not known any more. */
void listings_forget(struct listings *listings, uint64_t offset, uint64_t length);

#endif

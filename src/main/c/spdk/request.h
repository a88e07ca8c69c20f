/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A request to an ordered device, and its way to the device below: see request.c.
 *
 * SPDK keeps it behind each spdk_bdev_io, so that it lives as long as that. It belongs to the thread
 * that submits it until its ended is called.
 */

#ifndef SCRUBJAY_REQUEST_H
#define SCRUBJAY_REQUEST_H

#include "listings.h"

#include <stdbool.h>
#include <stdint.h>

#include <spdk/bdev_module.h>
#include <spdk/queue.h>

struct order;
struct request;

/*
 * The device below has ended the request with below, which this frees; or could not be asked: then
 * below is NULL, and success false. Called on the thread that submitted the request.
 */
typedef void request_ended(struct request *request, struct spdk_bdev_io *below, bool success);

/* order.c's part of a write to metadata: in one of its lists, or submitted. */
struct turn {
	TAILQ_ENTRY(request) link;
	struct order *order;
	enum listing listing;
	enum spdk_bdev_io_status status;
	/* A write to the same place that this one has replaced. */
	struct request *replaced;
};

struct request {
	/* Where it goes: set by whoever submits it, with a channel of that thread's. */
	struct spdk_bdev_desc *base;
	struct spdk_io_channel *channel;
	request_ended *ended;
	struct spdk_bdev_io_wait_entry wait;
	struct turn turn;
};

static inline struct request *request_of(struct spdk_bdev_io *io)
{
	return (struct request *)io->driver_ctx;
}

static inline struct spdk_bdev_io *io_of(struct request *request)
{
	return spdk_bdev_io_from_ctx(request);
}

/* Whether it may change what is on the medium. */
bool request_is_write(struct request *request);

/* Where it begins, and how long it is, in bytes. */
uint64_t request_offset(struct request *request);
uint64_t request_length(struct request *request);

/*
 * Submits it to the device below as it is; waits for a request structure of SPDK's if there is none.
 * The thread whose channel it has. Ends by its ended, now or later, exactly once.
 */
void request_submit(struct request *request);

#endif

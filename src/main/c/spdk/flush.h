/* SPDX-License-Identifier: Apache-2.0 */

/* Makes durable what a device has answered: see flush.c. App thread only. */

#ifndef SCRUBJAY_FLUSH_H
#define SCRUBJAY_FLUSH_H

#include "syncing.h"

#include <spdk/bdev.h>

/* Its maker's, who changes nothing in it between flush_open and flush_close. */
struct flush {
	struct spdk_bdev_desc *base;
	struct spdk_io_channel *channel;
	/* NULL for an NVMe namespace, which is sent a command. */
	struct syncing *syncing;
	synced_fn *done;
	void *context;
	struct spdk_bdev_io_wait_entry wait;
};

/*
 * The path is the base's file or block device, which will be synced; NULL says that the base is an
 * NVMe namespace. The descriptor and the channel stay the caller's, until after flush_close. 0, or
 * -errno and then there is nothing to close.
 */
int flush_open(struct flush *flush, struct spdk_bdev_desc *base, struct spdk_io_channel *channel,
	const char *path);
void flush_close(struct flush *flush);

/*
 * Makes durable everything that the base has answered before. Ends by done with 0, or -errno; one at
 * a time, and done may begin the next.
 */
void flush_begin(struct flush *flush, synced_fn *done, void *context);

/*
 * Sends a flush command to the NVMe namespace, whatever else is under way. 0, or -errno and then
 * done is not called.
 */
int flush_command(struct flush *flush, spdk_bdev_io_completion_cb done, void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */

/* Open block devices: see handles.c. I/O thread only. */

#ifndef SCRUBJAY_HANDLES_H
#define SCRUBJAY_HANDLES_H

#include "op.h"

#include <stdbool.h>

#include <spdk/bdev.h>

struct handle {
	struct spdk_bdev_desc *desc;
	struct spdk_io_channel *channel;
	/* Ops that use it: it is not closed while there are any. */
	unsigned busy;
	/* The device is being removed. */
	bool removed;
	/* Payload goes through the slots of bounce.c. */
	bool bounces;
};

/* The open handle that an op names, or NULL. It stays open as long as it is busy. */
struct handle *handle_of(const struct op *op);

static inline struct spdk_bdev *bdev_of(const struct handle *handle)
{
	return spdk_bdev_desc_get_bdev(handle->desc);
}

#endif

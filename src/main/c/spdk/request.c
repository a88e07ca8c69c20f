/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Passes a request on to the device below an ordered device, unchanged. Keeps nothing of its own;
 * everything runs on the thread that submits the request.
 */

#include "request.h"

#include <errno.h>

bool request_is_write(struct request *request)
{
	const struct spdk_bdev_io *io = io_of(request);

	return io->type == SPDK_BDEV_IO_TYPE_WRITE || io->type == SPDK_BDEV_IO_TYPE_WRITE_ZEROES ||
		io->type == SPDK_BDEV_IO_TYPE_UNMAP || io->type == SPDK_BDEV_IO_TYPE_COPY;
}

uint64_t request_offset(struct request *request)
{
	const struct spdk_bdev_io *io = io_of(request);

	return io->u.bdev.offset_blocks * io->bdev->blocklen;
}

uint64_t request_length(struct request *request)
{
	const struct spdk_bdev_io *io = io_of(request);

	return io->u.bdev.num_blocks * io->bdev->blocklen;
}

static void below_ended(struct spdk_bdev_io *below, bool success, void *context)
{
	struct request *request = context;

	request->ended(request, below, success);
}

/* 0, or -errno and then nothing was submitted. */
static int forward(struct request *request)
{
	struct spdk_bdev_desc *base = request->base;
	struct spdk_io_channel *channel = request->channel;
	struct spdk_bdev_io *io = io_of(request);
	uint64_t offset = io->u.bdev.offset_blocks;
	uint64_t count = io->u.bdev.num_blocks;

	switch (io->type) {
	case SPDK_BDEV_IO_TYPE_READ:
		return spdk_bdev_readv_blocks(base, channel, io->u.bdev.iovs, io->u.bdev.iovcnt,
			offset, count, below_ended, request);
	case SPDK_BDEV_IO_TYPE_WRITE:
		return spdk_bdev_writev_blocks(base, channel, io->u.bdev.iovs, io->u.bdev.iovcnt,
			offset, count, below_ended, request);
	case SPDK_BDEV_IO_TYPE_WRITE_ZEROES:
		return spdk_bdev_write_zeroes_blocks(
			base, channel, offset, count, below_ended, request);
	case SPDK_BDEV_IO_TYPE_UNMAP:
		return spdk_bdev_unmap_blocks(base, channel, offset, count, below_ended, request);
	case SPDK_BDEV_IO_TYPE_COPY:
		return spdk_bdev_copy_blocks(base, channel, offset,
			io->u.bdev.copy.src_offset_blocks, count, below_ended, request);
	case SPDK_BDEV_IO_TYPE_FLUSH:
		return spdk_bdev_flush_blocks(base, channel, offset, count, below_ended, request);
	case SPDK_BDEV_IO_TYPE_RESET:
		return spdk_bdev_reset(base, channel, below_ended, request);
	default:
		return -ENOTSUP;
	}
}

static void submit_again(void *context)
{
	request_submit(context);
}

void request_submit(struct request *request)
{
	int rc;

	rc = forward(request);
	if (rc == -ENOMEM) {
		request->wait.bdev = spdk_bdev_desc_get_bdev(request->base);
		request->wait.cb_fn = submit_again;
		request->wait.cb_arg = request;
		rc = spdk_bdev_queue_io_wait(request->wait.bdev, request->channel, &request->wait);
		/* -EINVAL says that a request structure has just become free. */
		if (rc == -EINVAL)
			rc = forward(request);
	}
	if (rc != 0)
		request->ended(request, NULL, false);
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * How the device below an ordered device is flushed: a file or a kernel's block device by fdatasync
 * on a thread of its own, an NVMe namespace by a command through the device's own channel. All of
 * it belongs to the app thread.
 */

#include "flush.h"

#include <errno.h>
#include <stddef.h>

#include <spdk/nvme_spec.h>

static void synced(void *context, int status)
{
	struct flush *flush = context;

	flush->done(flush->context, status);
}

int flush_open(struct flush *flush, struct spdk_bdev_desc *base, struct spdk_io_channel *channel,
	const char *path)
{
	flush->base = base;
	flush->channel = channel;
	flush->syncing = NULL;
	return path == NULL ? 0 : syncing_open(&flush->syncing, path, synced, flush);
}

void flush_close(struct flush *flush)
{
	syncing_close(flush->syncing);
	flush->syncing = NULL;
}

static void command_done(struct spdk_bdev_io *io, bool success, void *context)
{
	spdk_bdev_free_io(io);
	synced(context, success ? 0 : -EIO);
}

/* SPDK's own flush of such a device does nothing unless it was asked to, in some versions never. */
int flush_command(struct flush *flush, spdk_bdev_io_completion_cb done, void *context)
{
	struct spdk_nvme_cmd command = {.opc = SPDK_NVME_OPC_FLUSH};

	return spdk_bdev_nvme_io_passthru(
		flush->base, flush->channel, &command, NULL, 0, done, context);
}

static void begin_command(void *context)
{
	struct flush *flush = context;
	int rc;

	rc = flush_command(flush, command_done, flush);
	if (rc == -ENOMEM) {
		flush->wait.bdev = spdk_bdev_desc_get_bdev(flush->base);
		flush->wait.cb_fn = begin_command;
		flush->wait.cb_arg = flush;
		rc = spdk_bdev_queue_io_wait(flush->wait.bdev, flush->channel, &flush->wait);
		/* -EINVAL says that a request structure has just become free. */
		if (rc == -EINVAL)
			rc = flush_command(flush, command_done, flush);
	}
	if (rc != 0)
		synced(flush, rc);
}

void flush_begin(struct flush *flush, synced_fn *done, void *context)
{
	flush->done = done;
	flush->context = context;
	if (flush->syncing != NULL)
		syncing_begin(flush->syncing);
	else
		begin_command(flush);
}

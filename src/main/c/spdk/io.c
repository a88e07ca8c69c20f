/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, I/O of open block devices.
 *
 * Every native method here only sends a request, from any thread: it returns 0, or -errno and then
 * the ticket never completes. The request completes with a result >= 0, or -errno: -EBADF for a
 * handle that is not open, -ENODEV for a device that is being removed, -EIO for one that failed.
 * Everything else runs on the I/O thread. Memory stays the caller's, who keeps it until the
 * completion. Offsets and lengths are bytes, multiples of the device's block, inside the device.
 */

#include "bounce.h"
#include "handles.h"
#include "ring.h"
#include "spdk_native.h"
#include "threads.h"

#include <errno.h>

#include <spdk/bdev_module.h>
#include <spdk/nvme_spec.h>

static void end_io(struct op *op, int64_t status)
{
	if (bounce_continue(op, status))
		return;
	handle_of(op)->busy--;
	op_complete(op, status);
}

static int64_t status_of(struct spdk_bdev_io *io, bool success)
{
	uint32_t result;
	int type, code;

	if (success)
		return 0;
	spdk_bdev_io_get_nvme_status(io, &result, &type, &code);
	if (type == SPDK_NVME_SCT_MEDIA_ERROR && code == SPDK_NVME_SC_COMPARE_FAILURE)
		return -EILSEQ;
	return -EIO;
}

static void io_done(struct spdk_bdev_io *io, bool success, void *context)
{
	int64_t status = status_of(io, success);

	spdk_bdev_free_io(io);
	end_io(context, status);
}

static void try_io(struct op *op);

static void try_again(void *context)
{
	try_io(context);
}

static void try_io(struct op *op)
{
	struct handle *handle = handle_of(op);
	int rc;

	rc = op->submit(op);
	if (rc == -ENOMEM) {
		/* No request structure free: SPDK calls again when there is one. */
		op->wait.bdev = bdev_of(handle);
		op->wait.cb_fn = try_again;
		op->wait.cb_arg = op;
		rc = spdk_bdev_queue_io_wait(op->wait.bdev, handle->channel, &op->wait);
		/* -EINVAL says that a request structure has just become free. */
		if (rc == -EINVAL)
			rc = op->submit(op);
	}
	if (rc != 0)
		end_io(op, rc);
}

static void begin_io(struct op *op)
{
	struct handle *handle = handle_of(op);

	if (handle == NULL) {
		op_complete(op, -EBADF);
		return;
	}
	if (handle->removed) {
		op_complete(op, -ENODEV);
		return;
	}
	handle->busy++;
	op->bounce.slot = NULL;
	if (handle->bounces && op->payload != NO_PAYLOAD)
		bounce_begin(op, try_io);
	else
		try_io(op);
}

static jint send_payload(jint ticket, io_fn *submit, jint handle, enum payload payload,
	jlong address, jlong offset, jlong length)
{
	struct op *op = op_of(ticket);

	op->submit = submit;
	op->handle = handle;
	op->payload = payload;
	op->memory = memory_at(address);
	op->offset = (uint64_t)offset;
	op->length = (uint64_t)length;
	return op_send(op, begin_io);
}

static jint send_io(jint ticket, io_fn *submit, jint handle, jlong offset, jlong length)
{
	return send_payload(ticket, submit, handle, NO_PAYLOAD, 0, offset, length);
}

static int submit_read(struct op *op)
{
	struct handle *handle = handle_of(op);

	return spdk_bdev_read(
		handle->desc, handle->channel, op->memory, op->offset, op->length, io_done, op);
}

static int submit_write(struct op *op)
{
	struct handle *handle = handle_of(op);

	return spdk_bdev_write(
		handle->desc, handle->channel, op->memory, op->offset, op->length, io_done, op);
}

static int submit_zeroes(struct op *op)
{
	struct handle *handle = handle_of(op);

	return spdk_bdev_write_zeroes(
		handle->desc, handle->channel, op->offset, op->length, io_done, op);
}

static int submit_unmap(struct op *op)
{
	struct handle *handle = handle_of(op);

	return spdk_bdev_unmap(handle->desc, handle->channel, op->offset, op->length, io_done, op);
}

/* Compares the first block with the memory and writes it, in one step: allocates, changes nothing. */
static int submit_rewrite(struct op *op)
{
	struct handle *handle = handle_of(op);
	uint32_t block = spdk_bdev_get_block_size(bdev_of(handle));

	if (op->offset % block != 0 || op->length < block)
		return -EINVAL;
	op->iov.iov_base = op->memory;
	op->iov.iov_len = block;
	return spdk_bdev_comparev_and_writev_blocks(handle->desc, handle->channel, &op->iov, 1,
		&op->iov, 1, op->offset / block, 1, io_done, op);
}

/* Reads length bytes at offset into memory. */
FUNCTION(jint, read)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong address, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_payload(ticket, submit_read, handle, FROM_DEVICE, address, offset, length);
}

/* Writes length bytes from memory at offset. */
FUNCTION(jint, write)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong address, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_payload(ticket, submit_write, handle, TO_DEVICE, address, offset, length);
}

/* Writes zeroes; on a thin volume this allocates. */
FUNCTION(jint, writeZeroes)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_io(ticket, submit_zeroes, handle, offset, length);
}

/* Gives clusters back where the volume can. */
FUNCTION(jint, unmap)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_io(ticket, submit_unmap, handle, offset, length);
}

/*
 * Writes the device's block at offset, which the memory begins with already: a copy-on-write
 * without a change. Completes with -EILSEQ, and writes nothing, when the block holds something else
 * by now.
 */
FUNCTION(jint, rewrite)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong address, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_payload(ticket, submit_rewrite, handle, TO_DEVICE, address, offset, length);
}

static void seek_done(struct spdk_bdev_io *io, bool success, void *context)
{
	struct op *op = context;
	uint64_t found = UINT64_MAX;
	int64_t status = status_of(io, success);

	if (success) {
		found = spdk_bdev_io_get_seek_offset(io);
		status = -ENXIO;
	}
	if (found != UINT64_MAX)
		status = (int64_t)(found * spdk_bdev_get_block_size(io->bdev));
	spdk_bdev_free_io(io);
	end_io(op, status);
}

static int submit_seek_data(struct op *op)
{
	struct handle *handle = handle_of(op);

	return spdk_bdev_seek_data(handle->desc, handle->channel,
		op->offset / spdk_bdev_get_block_size(bdev_of(handle)), seek_done, op);
}

static int submit_seek_hole(struct op *op)
{
	struct handle *handle = handle_of(op);

	return spdk_bdev_seek_hole(handle->desc, handle->channel,
		op->offset / spdk_bdev_get_block_size(bdev_of(handle)), seek_done, op);
}

/* Completes with the offset of the next allocated byte at or after offset, or -ENXIO. */
FUNCTION(jint, seekData)(JNIEnv *env, jclass self, jint ticket, jint handle, jlong offset)
{
	UNUSED_JNI();
	return send_io(ticket, submit_seek_data, handle, offset, 0);
}

/* Completes with the offset of the next byte at or after offset that is not allocated, or -ENXIO.
 */
FUNCTION(jint, seekHole)(JNIEnv *env, jclass self, jint ticket, jint handle, jlong offset)
{
	UNUSED_JNI();
	return send_io(ticket, submit_seek_hole, handle, offset, 0);
}

static void quiesce_done(void *context, int status)
{
	end_io(context, status);
}

/* The range is in blocks, 0 blocks for all of the device: it cannot be resized then. */
static int submit_quiesce(struct op *op)
{
	struct spdk_bdev *bdev = bdev_of(handle_of(op));
	uint32_t block = spdk_bdev_get_block_size(bdev);

	if (op->length == 0)
		return spdk_bdev_quiesce(bdev, bdev->module, quiesce_done, op);
	return spdk_bdev_quiesce_range(
		bdev, bdev->module, op->offset / block, op->length / block, quiesce_done, op);
}

static int submit_unquiesce(struct op *op)
{
	struct spdk_bdev *bdev = bdev_of(handle_of(op));
	uint32_t block = spdk_bdev_get_block_size(bdev);

	if (op->length == 0)
		return spdk_bdev_unquiesce(bdev, bdev->module, quiesce_done, op);
	return spdk_bdev_unquiesce_range(
		bdev, bdev->module, op->offset / block, op->length / block, quiesce_done, op);
}

/*
 * Holds back all reads and writes of the range, whoever makes them, and completes when none is
 * under way. Length 0 means the whole device. The same numbers end it.
 */
FUNCTION(jint, quiesce)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_io(ticket, submit_quiesce, handle, offset, length);
}

/* Ends what quiesce began with the same range. */
FUNCTION(jint, unquiesce)
(JNIEnv *env, jclass self, jint ticket, jint handle, jlong offset, jlong length)
{
	UNUSED_JNI();
	return send_io(ticket, submit_unquiesce, handle, offset, length);
}

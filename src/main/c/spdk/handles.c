/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, handles: opening and closing block devices. A handle
 * is a small number: an index into a table that belongs to the I/O thread.
 *
 * Every native method here only sends a request, from any thread: it returns 0, or -errno and then
 * the ticket never completes. The request completes with a result >= 0, or -errno: -EBADF for a
 * handle that is not open. A name stays the caller's, who keeps it until the completion.
 */

#include "handles.h"

#include "bounce.h"
#include "ring.h"
#include "spdk_native.h"
#include "threads.h"

#include <errno.h>
#include <string.h>

enum { HANDLES = 1024 };

static struct handle handles[HANDLES];

struct handle *handle_of(const struct op *op)
{
	struct handle *handle;

	if (op->handle < 0 || op->handle >= HANDLES)
		return NULL;
	handle = &handles[op->handle];
	return handle->desc == NULL ? NULL : handle;
}

static void device_event(enum spdk_bdev_event_type type, struct spdk_bdev *bdev, void *context)
{
	struct handle *handle = context;

	(void)bdev;
	/* The owner learns of the removal from its next request, and closes the handle; the removal
	 * waits for that. */
	if (type == SPDK_BDEV_EVENT_REMOVE)
		handle->removed = true;
}

static void open_device(struct op *op, bool write)
{
	struct handle *handle;
	int index = 0;
	int rc;

	while (index < HANDLES && handles[index].desc != NULL)
		index++;
	if (index == HANDLES) {
		op_complete(op, -EMFILE);
		return;
	}
	handle = &handles[index];
	memset(handle, 0, sizeof(*handle));
	rc = spdk_bdev_open_ext(op->memory, write, device_event, handle, &handle->desc);
	if (rc == 0) {
		handle->channel = spdk_bdev_get_io_channel(handle->desc);
		if (handle->channel == NULL) {
			spdk_bdev_close(handle->desc);
			rc = -ENOMEM;
		}
	}
	if (rc != 0)
		handle->desc = NULL;
	op_complete(op, rc != 0 ? rc : index);
}

static void open_read(struct op *op)
{
	open_device(op, false);
}

static void open_write(struct op *op)
{
	open_device(op, true);
}

/* Opens the device of this name, NUL-ended, for reading. Completes with a handle. */
FUNCTION(jint, openRead)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->memory = memory_at(name);
	return op_send(op, open_read);
}

/* Opens the device of this name for reading and writing. Completes with a handle. */
FUNCTION(jint, openWrite)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->memory = memory_at(name);
	return op_send(op, open_write);
}

static void close_device(struct op *op)
{
	struct handle *handle = handle_of(op);

	if (handle == NULL) {
		op_complete(op, -EBADF);
		return;
	}
	if (handle->busy > 0) {
		op_complete(op, -EBUSY);
		return;
	}
	if (handle->bounces)
		bounce_leave();
	spdk_put_io_channel(handle->channel);
	spdk_bdev_close(handle->desc);
	handle->desc = NULL;
	op_complete(op, 0);
}

/* Closes what an open gave. Completes with -EBUSY, and changes nothing, while I/O is under way. */
FUNCTION(jint, close)(JNIEnv *env, jclass self, jint ticket, jint handle)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->handle = handle;
	return op_send(op, close_device);
}

static void begin_bounce(struct op *op)
{
	struct handle *handle = handle_of(op);
	int rc = handle == NULL ? -EBADF : bounce_enter();

	if (rc == 0)
		handle->bounces = true;
	op_complete(op, rc);
}

/*
 * From the completion on, payload of this handle goes through the slots of bounceOpen: its device
 * does not reach the JVM's memory. Once a handle, before its first I/O.
 */
FUNCTION(jint, bounce)(JNIEnv *env, jclass self, jint ticket, jint handle)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->handle = handle;
	return op_send(op, begin_bounce);
}

static void size_of(struct op *op)
{
	struct handle *handle = handle_of(op);
	struct spdk_bdev *bdev;

	if (handle == NULL) {
		op_complete(op, -EBADF);
		return;
	}
	bdev = bdev_of(handle);
	op_complete(op, (int64_t)(spdk_bdev_get_num_blocks(bdev) * spdk_bdev_get_block_size(bdev)));
}

/* Completes with the device's size at this moment. */
FUNCTION(jint, size)(JNIEnv *env, jclass self, jint ticket, jint handle)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->handle = handle;
	return op_send(op, size_of);
}

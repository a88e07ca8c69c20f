/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.device.OrderedNative: the agent's own block device, which lies between
 * SPDK's device and the store. It passes everything on, and holds writes to metadata to the order
 * that order.c keeps.
 *
 * A request comes on any of SPDK's threads, and is passed on and answered there; writes to metadata
 * are gathered on the app thread. Devices are made, looked at and ended on the app thread, to which
 * the list of them belongs. Every native method here only sends a request, from any thread: it
 * returns 0, or -errno and then the ticket never completes.
 */

#include "io_scrubjay_engine_spdk_device_OrderedNative.h"

#include "../java.h"
#include "order.h"
#include "request.h"
#include "ring.h"
#include "threads.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <spdk/bdev_module.h>
#include <spdk/json.h>

#define JAVA_CLASS io_scrubjay_engine_spdk_device_OrderedNative

struct ordered {
	struct spdk_bdev bdev;
	struct spdk_bdev_desc *base;
	struct order *order;
	TAILQ_ENTRY(ordered) link;
};

/* What one of SPDK's threads has of an ordered device. */
struct way {
	struct spdk_io_channel *base;
};

static TAILQ_HEAD(, ordered) all = TAILQ_HEAD_INITIALIZER(all);

static struct spdk_bdev *base_of(const struct ordered *ordered)
{
	return spdk_bdev_desc_get_bdev(ordered->base);
}

static void passed(struct request *request, struct spdk_bdev_io *below, bool success)
{
	struct spdk_bdev_io *io = io_of(request);
	struct ordered *ordered = io->bdev->ctxt;

	(void)success;
	if (below == NULL) {
		spdk_bdev_io_complete(io, SPDK_BDEV_IO_STATUS_FAILED);
		return;
	}
	/* Also one that failed may be on the medium. */
	if (request_is_write(request))
		order_passed(ordered->order, request);
	spdk_bdev_io_complete_base_io_status(io, below);
	spdk_bdev_free_io(below);
}

static void read_into_buffer(struct spdk_io_channel *channel, struct spdk_bdev_io *io, bool success)
{
	(void)channel;
	if (success)
		request_submit(request_of(io));
	else
		spdk_bdev_io_complete(io, SPDK_BDEV_IO_STATUS_FAILED);
}

static void submit_request(struct spdk_io_channel *channel, struct spdk_bdev_io *io)
{
	struct ordered *ordered = io->bdev->ctxt;
	struct way *way = spdk_io_channel_get_ctx(channel);
	struct request *request = request_of(io);

	if (order_holds(ordered->order, request)) {
		order_take(ordered->order, request);
		return;
	}
	request->base = ordered->base;
	request->channel = way->base;
	request->ended = passed;
	if (io->type == SPDK_BDEV_IO_TYPE_READ)
		spdk_bdev_io_get_buf(io, read_into_buffer, request_length(request));
	else
		request_submit(request);
}

static bool io_type_supported(void *context, enum spdk_bdev_io_type type)
{
	struct ordered *ordered = context;

	switch (type) {
	case SPDK_BDEV_IO_TYPE_READ:
	case SPDK_BDEV_IO_TYPE_WRITE:
	case SPDK_BDEV_IO_TYPE_WRITE_ZEROES:
	case SPDK_BDEV_IO_TYPE_UNMAP:
	case SPDK_BDEV_IO_TYPE_COPY:
	case SPDK_BDEV_IO_TYPE_FLUSH:
	case SPDK_BDEV_IO_TYPE_RESET:
		return spdk_bdev_io_type_supported(base_of(ordered), type);
	default:
		return false;
	}
}

static struct spdk_io_channel *get_channel(void *context)
{
	return spdk_get_io_channel(context);
}

static int dump_info(void *context, struct spdk_json_write_ctx *json)
{
	struct ordered *ordered = context;

	spdk_json_write_named_object_begin(json, "ordered");
	spdk_json_write_named_string(json, "base_bdev", spdk_bdev_get_name(base_of(ordered)));
	spdk_json_write_object_end(json);
	return 0;
}

/* Undoes what make has done, once no thread has a channel any more. */
static void give_up(struct ordered *ordered)
{
	order_close(ordered->order);
	if (ordered->base != NULL)
		spdk_bdev_close(ordered->base);
	free(ordered->bdev.name);
	free(ordered);
}

static void without_channels(void *context)
{
	struct ordered *ordered = context;

	spdk_bdev_module_release_bdev(base_of(ordered));
	spdk_bdev_destruct_done(&ordered->bdev, 0);
	give_up(ordered);
}

static int destruct(void *context)
{
	struct ordered *ordered = context;

	TAILQ_REMOVE(&all, ordered, link);
	spdk_io_device_unregister(ordered, without_channels);
	/* It tells when it is done. */
	return 1;
}

static const struct spdk_bdev_fn_table functions = {
	.destruct = destruct,
	.submit_request = submit_request,
	.io_type_supported = io_type_supported,
	.get_io_channel = get_channel,
	.dump_info_json = dump_info,
};

static int module_init(void)
{
	return 0;
}

static int context_size(void)
{
	return sizeof(struct request);
}

static struct spdk_bdev_module module = {
	.name = "scrubjay_ordered",
	.module_init = module_init,
	.get_ctx_size = context_size,
};

SPDK_BDEV_MODULE_REGISTER(scrubjay_ordered, &module)

static void base_event(enum spdk_bdev_event_type type, struct spdk_bdev *base, void *context)
{
	struct ordered *ordered = context;

	if (type == SPDK_BDEV_EVENT_REMOVE)
		spdk_bdev_unregister(&ordered->bdev, NULL, NULL);
	else if (type == SPDK_BDEV_EVENT_RESIZE)
		spdk_bdev_notify_blockcnt_change(&ordered->bdev, spdk_bdev_get_num_blocks(base));
}

static int make_way(void *device, void *context)
{
	struct ordered *ordered = device;
	struct way *way = context;

	way->base = spdk_bdev_get_io_channel(ordered->base);
	return way->base == NULL ? -ENOMEM : 0;
}

static void end_way(void *device, void *context)
{
	struct way *way = context;

	(void)device;
	spdk_put_io_channel(way->base);
}

/* Looks like its base to whoever is above. */
static void resemble(struct ordered *ordered)
{
	struct spdk_bdev *base = base_of(ordered);

	ordered->bdev.product_name = "Scrubjay ordered";
	ordered->bdev.write_cache = base->write_cache;
	ordered->bdev.blocklen = base->blocklen;
	ordered->bdev.phys_blocklen = base->phys_blocklen;
	ordered->bdev.blockcnt = base->blockcnt;
	ordered->bdev.required_alignment = base->required_alignment;
	ordered->bdev.optimal_io_boundary = base->optimal_io_boundary;
	ordered->bdev.write_unit_size = base->write_unit_size;
	ordered->bdev.ctxt = ordered;
	ordered->bdev.fn_table = &functions;
	ordered->bdev.module = &module;
}

static int prepare(struct ordered *ordered, const char *base, const char *path)
{
	int rc;

	if (ordered->bdev.name == NULL)
		return -ENOMEM;
	rc = spdk_bdev_open_ext(base, true, base_event, ordered, &ordered->base);
	if (rc != 0)
		return rc;
	resemble(ordered);
	return order_open(&ordered->order, ordered->base, path);
}

static int publish(struct ordered *ordered)
{
	int rc;

	rc = spdk_bdev_module_claim_bdev(base_of(ordered), ordered->base, &module);
	if (rc != 0)
		return rc;
	spdk_io_device_register(ordered, make_way, end_way, sizeof(struct way), ordered->bdev.name);
	rc = spdk_bdev_register(&ordered->bdev);
	if (rc != 0) {
		spdk_io_device_unregister(ordered, NULL);
		spdk_bdev_module_release_bdev(base_of(ordered));
		return rc;
	}
	TAILQ_INSERT_TAIL(&all, ordered, link);
	return 0;
}

static int make(struct op *op)
{
	struct ordered *ordered = calloc(1, sizeof(*ordered));
	int rc;

	if (ordered == NULL)
		return -ENOMEM;
	ordered->bdev.name = strdup(op->memory);
	rc = prepare(ordered, memory_at((jlong)op->offset), memory_at((jlong)op->length));
	if (rc == 0)
		rc = publish(ordered);
	if (rc != 0) {
		give_up(ordered);
		return rc;
	}
	op_complete(op, 0);
	return 0;
}

static struct ordered *ordered_of(const struct op *op)
{
	struct ordered *ordered;

	TAILQ_FOREACH(ordered, &all, link)
	{
		if (strcmp(ordered->bdev.name, op->memory) == 0)
			return ordered;
	}
	return NULL;
}

static void removed(void *context, int status)
{
	op_complete(context, status);
}

static int end(struct op *op)
{
	struct ordered *ordered = ordered_of(op);

	if (ordered == NULL)
		return -ENODEV;
	spdk_bdev_unregister(&ordered->bdev, removed, op);
	return 0;
}

static int set_data(struct op *op)
{
	struct ordered *ordered = ordered_of(op);

	if (ordered == NULL)
		return -ENODEV;
	order_data(ordered->order, op->offset, op->length);
	op_complete(op, 0);
	return 0;
}

static int look(struct op *op)
{
	struct ordered *ordered = ordered_of(op);

	if (ordered == NULL)
		return -ENODEV;
	op_complete(op, order_is_halted(ordered->order) ? 1 : 0);
	return 0;
}

static void op_flushed(struct spdk_bdev_io *io, bool success, void *context)
{
	spdk_bdev_free_io(io);
	op_complete(context, success ? 0 : -EIO);
}

static int flush_now(struct op *op)
{
	struct ordered *ordered = ordered_of(op);

	return ordered == NULL ? -ENODEV : order_command(ordered->order, op_flushed, op);
}

/* App thread. The work returns 0 when it has completed the op or will, or -errno. */
static void work_on(struct op *op)
{
	int rc = op->submit(op);

	if (rc != 0)
		op_complete(op, rc);
}

static jint send_op(jint ticket, io_fn *work, jlong name, jlong offset, jlong length)
{
	struct op *op = op_of(ticket);

	op->submit = work;
	op->memory = memory_at(name);
	op->offset = (uint64_t)offset;
	op->length = (uint64_t)length;
	return op_send_to_app(op, work_on);
}

/*
 * Makes an ordered device of this name on a base, which nobody else can write to from then on. All
 * of it counts as metadata until data says otherwise. Texts are NUL-ended. The path is the
 * base's file or block device, which is synced; 0 says that the base is an NVMe namespace, which is
 * sent a flush command.
 */
FUNCTION(jint, make)
(JNIEnv *env, jclass self, jint ticket, jlong name, jlong base, jlong path)
{
	UNUSED_JNI();
	return send_op(ticket, make, name, base, path);
}

/*
 * Says where data begins on the ordered device, and how long its clusters are, in bytes: what lies
 * before is metadata. Once, before any data is written.
 */
FUNCTION(jint, data)
(JNIEnv *env, jclass self, jint ticket, jlong name, jlong offset, jlong cluster)
{
	UNUSED_JNI();
	return send_op(ticket, set_data, name, offset, cluster);
}

/*
 * Sends a flush to the NVMe namespace below the ordered device. Completes with 0 when that says that
 * all writes it had answered before are on its medium.
 */
FUNCTION(jint, flush)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	UNUSED_JNI();
	return send_op(ticket, flush_now, name, 0, 0);
}

/* Completes with 1 if no metadata is written any more, since a flush of some has failed; or 0. */
FUNCTION(jint, halted)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	UNUSED_JNI();
	return send_op(ticket, look, name, 0, 0);
}

/*
 * Ends what make made. A store on it is unloaded first. Completes with -ENODEV when it is
 * gone already, as it is when its base was removed.
 */
FUNCTION(jint, end)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	UNUSED_JNI();
	return send_op(ticket, end, name, 0, 0);
}

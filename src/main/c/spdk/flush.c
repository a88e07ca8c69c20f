/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.SpdkNative, flush: the volatile cache of an NVMe device below a store.
 *
 * A store claims its device, and its claim lets nobody else send a flush by SPDK's block layer. The
 * command says nothing of where the writes came from, so it is sent beside, on a queue of its own
 * that lasts for one flush: a controller that was reset in between, or is gone, is met as an error
 * of that queue. All of it runs on the app thread, as everything that concerns controllers.
 */

#include "shim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <spdk/bdev_module.h>
#include <spdk/nvme.h>
#include <spdk/thread.h>

enum { QUEUE_ENTRIES = 8 };

/* The open descriptor keeps the controller from being freed. */
struct flush {
	struct op *op;
	struct spdk_bdev_desc *desc;
	struct spdk_nvme_qpair *queue;
	struct spdk_poller *poller;
	bool answered;
	int64_t status;
};

static void device_event(enum spdk_bdev_event_type type, struct spdk_bdev *bdev, void *context)
{
	(void)type;
	(void)bdev;
	(void)context;
}

static void end_flush(struct flush *flush, int64_t status)
{
	struct op *op = flush->op;

	spdk_poller_unregister(&flush->poller);
	/* Answers what is not answered yet, into the flush. */
	spdk_nvme_ctrlr_free_io_qpair(flush->queue);
	if (flush->desc != NULL)
		spdk_bdev_close(flush->desc);
	free(flush);
	op_complete(op, status);
}

static void answered(void *context, const struct spdk_nvme_cpl *answer)
{
	struct flush *flush = context;

	flush->status = spdk_nvme_cpl_is_error(answer) ? -EIO : 0;
	flush->answered = true;
}

static int poll_queue(void *context)
{
	struct flush *flush = context;
	int rc = spdk_nvme_qpair_process_completions(flush->queue, 0);

	if (flush->answered)
		end_flush(flush, flush->status);
	else if (rc < 0)
		end_flush(flush, rc);
	return SPDK_POLLER_BUSY;
}

static int submit_flush(struct flush *flush, const char *name)
{
	struct spdk_nvme_io_qpair_opts options;
	struct spdk_nvme_ctrlr *controller;
	struct spdk_nvme_ns *namespace;
	int rc;

	rc = spdk_bdev_open_ext(name, false, device_event, flush, &flush->desc);
	if (rc != 0)
		return rc;
	if (strcmp(spdk_bdev_get_module_name(spdk_bdev_desc_get_bdev(flush->desc)), "nvme") != 0)
		return -ENOTSUP;
	namespace = spdk_bdev_get_module_ctx(flush->desc);
	if (namespace == NULL)
		return -ENODEV;
	controller = spdk_nvme_ns_get_ctrlr(namespace);
	spdk_nvme_ctrlr_get_default_io_qpair_opts(controller, &options, sizeof(options));
	options.io_queue_size = QUEUE_ENTRIES;
	options.io_queue_requests = QUEUE_ENTRIES;
	options.async_mode = true;
	flush->queue = spdk_nvme_ctrlr_alloc_io_qpair(controller, &options, sizeof(options));
	if (flush->queue == NULL)
		return -EIO;
	/* Waits in the queue until that is connected. */
	rc = spdk_nvme_ns_cmd_flush(namespace, flush->queue, answered, flush);
	if (rc != 0)
		return rc;
	flush->poller = SPDK_POLLER_REGISTER(poll_queue, flush, 0);
	return flush->poller == NULL ? -ENOMEM : 0;
}

static void begin_flush(void *context)
{
	struct op *op = context;
	struct flush *flush = calloc(1, sizeof(*flush));
	int rc;

	if (flush == NULL) {
		op_complete(op, -ENOMEM);
		return;
	}
	flush->op = op;
	rc = submit_flush(flush, op->memory);
	if (rc != 0)
		end_flush(flush, rc);
}

static void to_app_thread(struct op *op)
{
	int rc = spdk_thread_send_msg(spdk_thread_get_app_thread(), begin_flush, op);

	if (rc != 0)
		op_complete(op, rc);
}

/*
 * Sends a flush to the NVMe namespace of this name, NUL-ended. Completes with 0 when the device
 * says that all writes it had answered before are on its medium.
 */
FUNCTION(jint, flushNvme)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	struct op *op = op_of(ticket);

	UNUSED_JNI();
	op->memory = memory_at(name);
	return op_send(op, to_app_thread);
}

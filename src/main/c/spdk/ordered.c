/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.device.OrderedNative: the agent's own block device, which lies between SPDK's
 * device and the store.
 *
 * A store never flushes. On a device that loses its cache with the power, any of its writes may be
 * missing afterwards, also one that a later write, which is there, depends on. An ordered device
 * passes everything on, and holds writes to metadata to an order: one is not submitted before all
 * that the device had answered until then is on the medium, and it is not answered before it is on
 * the medium itself. Metadata is whatever begins before the first block of data.
 *
 * That costs one flush for many writes: each flush covers all data written so far and the metadata
 * that was submitted after the last flush, and lets go the metadata that has been waiting when the
 * flush began. A flush that fails fails both: what is answered is on the medium, and what is
 * submitted depends on nothing that is not. If it has failed metadata that was submitted, SPDK goes
 * on as if that had not been written, which it may have been; so no metadata is written any more,
 * and the next start finds what a kill at that moment would have left. Pages that only list more
 * clusters need less of it: listings.c.
 *
 * No two writes to the same page are under way at once, or the older could be the one that stays:
 * the newer replaces one that was not submitted yet, and both are answered when it has ended.
 *
 * Writes to metadata are gathered on the app thread; everything else stays on its own.
 */

#include "shim.h"

#include "io_scrubjay_engine_spdk_device_OrderedNative.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <spdk/bdev_module.h>
#include <spdk/env.h>
#include <spdk/json.h>
#include <spdk/log.h>
#include <spdk/nvme_spec.h>

#define ORDERED(type, name)                                                                        \
	JNIEXPORT type JNICALL Java_io_scrubjay_engine_spdk_device_OrderedNative_##name

/* What is kept of each request; requests to metadata are always in one list or under way. */
struct request {
	TAILQ_ENTRY(request) link;
	struct spdk_bdev_io_wait_entry wait;
	struct spdk_io_channel *channel;
	spdk_bdev_io_completion_cb done;
	enum spdk_bdev_io_status status;
	enum listing listing;
	/* A write to the same place that this one has replaced. */
	struct request *replaced;
};

TAILQ_HEAD(requests, request);

/* Calls fdatasync, which blocks, for the app thread. */
struct syncing {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool wanted;
	bool ended;
	/* -1 for a device that is sent a flush command instead, and has no such thread. */
	int fd;
	int status;
};

/* All of it belongs to the app thread, but for the two counts. */
struct ordered {
	struct spdk_bdev bdev;
	struct spdk_bdev_desc *base;
	struct spdk_io_channel *channel;
	struct syncing syncing;
	struct listings *listings;
	struct spdk_bdev_io_wait_entry wait;
	/* Where data begins. */
	_Atomic uint64_t data_block;
	/* How many writes the base has ended; up to which a flush under way, and the last one, go. */
	_Atomic uint64_t written;
	uint64_t covered;
	uint64_t durable;
	/* A flush is under way, or its requests are being answered and submitted. */
	bool in_round;
	/* Metadata was written and then not flushed: it is there or not, and SPDK says that it is not. */
	bool halted;
	unsigned writing;
	/* Not submitted; not submitted before the flush under way has ended; not answered. */
	struct requests waiting;
	struct requests next;
	struct requests done;
	TAILQ_ENTRY(ordered) link;
};

/* What a thread has of an ordered device. */
struct way {
	struct spdk_io_channel *base;
};

static TAILQ_HEAD(, ordered) all = TAILQ_HEAD_INITIALIZER(all);

static void go_on(struct ordered *ordered);

static struct request *request_of(struct spdk_bdev_io *io)
{
	return (struct request *)io->driver_ctx;
}

static struct spdk_bdev_io *io_of(struct request *request)
{
	return spdk_bdev_io_from_ctx(request);
}

static struct spdk_bdev *base_of(const struct ordered *ordered)
{
	return spdk_bdev_desc_get_bdev(ordered->base);
}

static bool is_write(const struct spdk_bdev_io *io)
{
	return io->type == SPDK_BDEV_IO_TYPE_WRITE || io->type == SPDK_BDEV_IO_TYPE_WRITE_ZEROES ||
		io->type == SPDK_BDEV_IO_TYPE_UNMAP || io->type == SPDK_BDEV_IO_TYPE_COPY;
}

static uint64_t offset_of(const struct spdk_bdev_io *io)
{
	return io->u.bdev.offset_blocks * io->bdev->blocklen;
}

static uint64_t length_of(const struct spdk_bdev_io *io)
{
	return io->u.bdev.num_blocks * io->bdev->blocklen;
}

/* Submits a request to the base as it is: 0, or -errno. */
static int forward(struct spdk_bdev_io *io)
{
	struct ordered *ordered = io->bdev->ctxt;
	struct request *request = request_of(io);
	uint64_t offset = io->u.bdev.offset_blocks;
	uint64_t count = io->u.bdev.num_blocks;

	switch (io->type) {
	case SPDK_BDEV_IO_TYPE_READ:
		return spdk_bdev_readv_blocks(ordered->base, request->channel, io->u.bdev.iovs,
			io->u.bdev.iovcnt, offset, count, request->done, io);
	case SPDK_BDEV_IO_TYPE_WRITE:
		return spdk_bdev_writev_blocks(ordered->base, request->channel, io->u.bdev.iovs,
			io->u.bdev.iovcnt, offset, count, request->done, io);
	case SPDK_BDEV_IO_TYPE_WRITE_ZEROES:
		return spdk_bdev_write_zeroes_blocks(
			ordered->base, request->channel, offset, count, request->done, io);
	case SPDK_BDEV_IO_TYPE_UNMAP:
		return spdk_bdev_unmap_blocks(
			ordered->base, request->channel, offset, count, request->done, io);
	case SPDK_BDEV_IO_TYPE_COPY:
		return spdk_bdev_copy_blocks(ordered->base, request->channel, offset,
			io->u.bdev.copy.src_offset_blocks, count, request->done, io);
	case SPDK_BDEV_IO_TYPE_FLUSH:
		return spdk_bdev_flush_blocks(
			ordered->base, request->channel, offset, count, request->done, io);
	case SPDK_BDEV_IO_TYPE_RESET:
		return spdk_bdev_reset(ordered->base, request->channel, request->done, io);
	default:
		return -ENOTSUP;
	}
}

static void answer_here(void *context)
{
	struct spdk_bdev_io *io = context;

	spdk_bdev_io_complete(io, request_of(io)->status);
}

/* Answers a write to metadata, and those that it has replaced. */
static void answer(struct request *request, enum spdk_bdev_io_status status)
{
	while (request != NULL) {
		struct request *replaced = request->replaced;
		struct spdk_bdev_io *io = io_of(request);

		request->status = status;
		spdk_thread_exec_msg(spdk_bdev_io_get_thread(io), answer_here, io);
		request = replaced;
	}
}

static void passed(struct spdk_bdev_io *base_io, bool success, void *context)
{
	struct spdk_bdev_io *io = context;
	struct ordered *ordered = io->bdev->ctxt;

	(void)success;
	/* ORDER: before whoever asked may write what depends on it. Also a failed one may be there. */
	if (is_write(io)) {
		listings_touched(ordered->listings, offset_of(io), length_of(io));
		atomic_fetch_add(&ordered->written, 1);
	}
	spdk_bdev_io_complete_base_io_status(io, base_io);
	spdk_bdev_free_io(base_io);
}

static void metadata_ended(struct spdk_bdev_io *io, bool success)
{
	struct ordered *ordered = io->bdev->ctxt;
	struct request *request = request_of(io);

	atomic_fetch_add(&ordered->written, 1);
	ordered->writing--;
	if (!success) {
		listings_forget(ordered->listings, offset_of(io), length_of(io));
		answer(request, SPDK_BDEV_IO_STATUS_FAILED);
	} else if (request->listing == LISTS_OTHERWISE) {
		TAILQ_INSERT_TAIL(&ordered->done, request, link);
	} else {
		answer(request, SPDK_BDEV_IO_STATUS_SUCCESS);
	}
	go_on(ordered);
}

static void metadata_written(struct spdk_bdev_io *base_io, bool success, void *context)
{
	spdk_bdev_free_io(base_io);
	metadata_ended(context, success);
}

static void submit(void *context)
{
	struct spdk_bdev_io *io = context;
	struct ordered *ordered = io->bdev->ctxt;
	struct request *request = request_of(io);
	int rc;

	rc = forward(io);
	if (rc == -ENOMEM) {
		request->wait.bdev = base_of(ordered);
		request->wait.cb_fn = submit;
		request->wait.cb_arg = io;
		rc = spdk_bdev_queue_io_wait(request->wait.bdev, request->channel, &request->wait);
		/* -EINVAL says that a request structure has just become free. */
		if (rc == -EINVAL)
			rc = forward(io);
	}
	if (rc == 0)
		return;
	if (request->done == metadata_written)
		metadata_ended(io, false);
	else
		spdk_bdev_io_complete(io, SPDK_BDEV_IO_STATUS_FAILED);
}

static void submit_next(struct ordered *ordered)
{
	struct request *request;

	while ((request = TAILQ_FIRST(&ordered->next)) != NULL) {
		TAILQ_REMOVE(&ordered->next, request, link);
		ordered->writing++;
		submit(io_of(request));
	}
	ordered->in_round = false;
	go_on(ordered);
}

static void answer_all(struct requests *requests, enum spdk_bdev_io_status status)
{
	struct request *request;

	while ((request = TAILQ_FIRST(requests)) != NULL) {
		TAILQ_REMOVE(requests, request, link);
		answer(request, status);
	}
}

static void flushed(struct ordered *ordered, int rc)
{
	if (rc == 0) {
		ordered->durable = ordered->covered;
		listings_flushed(ordered->listings);
		answer_all(&ordered->done, SPDK_BDEV_IO_STATUS_SUCCESS);
	} else {
		SPDK_ERRLOG("%s: a flush has failed: %d\n", ordered->bdev.name, rc);
		/* Also what was to be written is remembered as if it had been. */
		listings_forget(ordered->listings, 0, UINT64_MAX);
		ordered->halted |= !TAILQ_EMPTY(&ordered->done);
		answer_all(&ordered->done, SPDK_BDEV_IO_STATUS_FAILED);
		answer_all(&ordered->next, SPDK_BDEV_IO_STATUS_FAILED);
	}
	submit_next(ordered);
}

static void synced(void *context)
{
	struct ordered *ordered = context;

	flushed(ordered, ordered->syncing.status);
}

static void *sync_when_wanted(void *context)
{
	struct ordered *ordered = context;
	struct syncing *syncing = &ordered->syncing;
	int rc;

	/* Not where SPDK's own thread may be looking for work all the time. */
	spdk_unaffinitize_thread();
	pthread_mutex_lock(&syncing->lock);
	while (!syncing->ended) {
		if (!syncing->wanted) {
			pthread_cond_wait(&syncing->changed, &syncing->lock);
			continue;
		}
		syncing->wanted = false;
		pthread_mutex_unlock(&syncing->lock);
		do
			rc = fdatasync(syncing->fd);
		while (rc < 0 && errno == EINTR);
		syncing->status = rc < 0 ? -errno : 0;
		spdk_thread_send_msg(spdk_thread_get_app_thread(), synced, ordered);
		pthread_mutex_lock(&syncing->lock);
	}
	pthread_mutex_unlock(&syncing->lock);
	return NULL;
}

static void command_done(struct spdk_bdev_io *base_io, bool success, void *context)
{
	spdk_bdev_free_io(base_io);
	flushed(context, success ? 0 : -EIO);
}

/* SPDK's own flush of such a device does nothing unless it was asked to, in some versions never. */
static int send_command(struct ordered *ordered, spdk_bdev_io_completion_cb done, void *context)
{
	struct spdk_nvme_cmd command = {.opc = SPDK_NVME_OPC_FLUSH};

	return spdk_bdev_nvme_io_passthru(
		ordered->base, ordered->channel, &command, NULL, 0, done, context);
}

static void begin_command(void *context)
{
	struct ordered *ordered = context;
	int rc;

	rc = send_command(ordered, command_done, ordered);
	if (rc == -ENOMEM) {
		ordered->wait.bdev = base_of(ordered);
		ordered->wait.cb_fn = begin_command;
		ordered->wait.cb_arg = ordered;
		rc = spdk_bdev_queue_io_wait(ordered->wait.bdev, ordered->channel, &ordered->wait);
		if (rc == -EINVAL)
			rc = send_command(ordered, command_done, ordered);
	}
	if (rc != 0)
		flushed(ordered, rc);
}

static void begin_flush(struct ordered *ordered)
{
	struct syncing *syncing = &ordered->syncing;

	if (syncing->fd < 0) {
		begin_command(ordered);
		return;
	}
	pthread_mutex_lock(&syncing->lock);
	syncing->wanted = true;
	pthread_cond_signal(&syncing->changed);
	pthread_mutex_unlock(&syncing->lock);
}

static enum listing listing_of(struct ordered *ordered, const struct spdk_bdev_io *io)
{
	if (io->type == SPDK_BDEV_IO_TYPE_WRITE && io->u.bdev.iovcnt == 1 &&
		io->u.bdev.iovs[0].iov_len == 4096 && offset_of(io) % 4096 == 0)
		return listings_take(ordered->listings, offset_of(io), io->u.bdev.iovs[0].iov_base);
	listings_forget(ordered->listings, offset_of(io), length_of(io));
	return LISTS_OTHERWISE;
}

/* The one among those to be submitted next that has a byte in common with this. */
static struct request *rival_of(struct ordered *ordered, struct request *request)
{
	uint64_t offset = offset_of(io_of(request));
	uint64_t length = length_of(io_of(request));
	struct request *other;

	TAILQ_FOREACH(other, &ordered->next, link)
	{
		uint64_t begin = offset_of(io_of(other));

		if (begin < offset + length && offset < begin + length_of(io_of(other)))
			return other;
	}
	return NULL;
}

static bool replaces(struct request *request, struct request *rival)
{
	const struct spdk_bdev_io *io = io_of(request), *other = io_of(rival);

	return io->type == SPDK_BDEV_IO_TYPE_WRITE && other->type == SPDK_BDEV_IO_TYPE_WRITE &&
		io->u.bdev.offset_blocks == other->u.bdev.offset_blocks &&
		io->u.bdev.num_blocks == other->u.bdev.num_blocks;
}

/* Chooses what is submitted next; whether a flush has to come before it. */
static bool choose_next(struct ordered *ordered)
{
	bool flush = !TAILQ_EMPTY(&ordered->done);
	struct request *request, *rival;

	while ((request = TAILQ_FIRST(&ordered->waiting)) != NULL) {
		rival = rival_of(ordered, request);
		if (rival != NULL && !replaces(request, rival))
			break;
		TAILQ_REMOVE(&ordered->waiting, request, link);
		request->listing = listing_of(ordered, io_of(request));
		request->replaced = rival;
		if (rival != NULL) {
			TAILQ_REMOVE(&ordered->next, rival, link);
			if (rival->listing < request->listing)
				request->listing = rival->listing;
		}
		flush |= request->listing != LISTS_UNTOUCHED;
		TAILQ_INSERT_TAIL(&ordered->next, request, link);
	}
	return flush;
}

/* Begins the next round, if the last one has ended and there is anything to be done. */
static void go_on(struct ordered *ordered)
{
	if (ordered->in_round || ordered->writing > 0)
		return;
	if (TAILQ_EMPTY(&ordered->waiting) && TAILQ_EMPTY(&ordered->done))
		return;
	ordered->in_round = true;
	if (ordered->halted) {
		answer_all(&ordered->done, SPDK_BDEV_IO_STATUS_FAILED);
		answer_all(&ordered->waiting, SPDK_BDEV_IO_STATUS_FAILED);
		ordered->in_round = false;
		return;
	}
	if (!choose_next(ordered)) {
		submit_next(ordered);
		return;
	}
	ordered->covered = atomic_load(&ordered->written);
	listings_flush_begins(ordered->listings);
	if (ordered->covered == ordered->durable)
		flushed(ordered, 0);
	else
		begin_flush(ordered);
}

static void take_turn(void *context)
{
	struct spdk_bdev_io *io = context;
	struct ordered *ordered = io->bdev->ctxt;
	struct request *request = request_of(io);

	request->channel = ordered->channel;
	request->done = metadata_written;
	TAILQ_INSERT_TAIL(&ordered->waiting, request, link);
	go_on(ordered);
}

static void read_into_buffer(struct spdk_io_channel *channel, struct spdk_bdev_io *io, bool success)
{
	(void)channel;
	if (success)
		submit(io);
	else
		spdk_bdev_io_complete(io, SPDK_BDEV_IO_STATUS_FAILED);
}

static void submit_request(struct spdk_io_channel *channel, struct spdk_bdev_io *io)
{
	struct ordered *ordered = io->bdev->ctxt;
	struct way *way = spdk_io_channel_get_ctx(channel);
	struct request *request = request_of(io);

	request->channel = way->base;
	request->done = passed;
	if (io->type == SPDK_BDEV_IO_TYPE_READ)
		spdk_bdev_io_get_buf(
			io, read_into_buffer, io->u.bdev.num_blocks * io->bdev->blocklen);
	else if (is_write(io) && io->u.bdev.offset_blocks < atomic_load(&ordered->data_block))
		spdk_thread_exec_msg(spdk_thread_get_app_thread(), take_turn, io);
	else
		submit(io);
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

static void end_syncing(struct syncing *syncing)
{
	if (syncing->fd < 0)
		return;
	pthread_mutex_lock(&syncing->lock);
	syncing->ended = true;
	pthread_cond_signal(&syncing->changed);
	pthread_mutex_unlock(&syncing->lock);
	pthread_join(syncing->thread, NULL);
	close(syncing->fd);
}

/* Undoes what make has done, once no thread has a channel any more. */
static void give_up(struct ordered *ordered)
{
	end_syncing(&ordered->syncing);
	if (ordered->channel != NULL)
		spdk_put_io_channel(ordered->channel);
	if (ordered->base != NULL)
		spdk_bdev_close(ordered->base);
	listings_free(ordered->listings);
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

static int begin_syncing(struct ordered *ordered, const char *path)
{
	struct syncing *syncing = &ordered->syncing;
	int rc;

	if (path == NULL)
		return 0;
	/* Of its own, or another's sync would be told of an error instead. */
	syncing->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (syncing->fd < 0)
		return -errno;
	rc = pthread_create(&syncing->thread, NULL, sync_when_wanted, ordered);
	if (rc != 0) {
		close(syncing->fd);
		syncing->fd = -1;
	}
	return -rc;
}

static int prepare(struct ordered *ordered, const char *base, const char *path)
{
	int rc;

	if (ordered->bdev.name == NULL || ordered->listings == NULL)
		return -ENOMEM;
	rc = spdk_bdev_open_ext(base, true, base_event, ordered, &ordered->base);
	if (rc != 0)
		return rc;
	ordered->channel = spdk_bdev_get_io_channel(ordered->base);
	if (ordered->channel == NULL)
		return -ENOMEM;
	resemble(ordered);
	return begin_syncing(ordered, path);
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
	pthread_mutex_init(&ordered->syncing.lock, NULL);
	pthread_cond_init(&ordered->syncing.changed, NULL);
	ordered->syncing.fd = -1;
	TAILQ_INIT(&ordered->waiting);
	TAILQ_INIT(&ordered->next);
	TAILQ_INIT(&ordered->done);
	/* What the device has answered to whoever was before is not known to be on the medium. */
	atomic_init(&ordered->written, 1);
	/* Until somebody tells where data begins. */
	atomic_init(&ordered->data_block, UINT64_MAX);
	ordered->listings = listings_new();
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
	listings_clusters(ordered->listings, op->length);
	atomic_store(&ordered->data_block, op->offset / ordered->bdev.blocklen);
	op_complete(op, 0);
	return 0;
}

static int look(struct op *op)
{
	struct ordered *ordered = ordered_of(op);

	if (ordered == NULL)
		return -ENODEV;
	op_complete(op, ordered->halted ? 1 : 0);
	return 0;
}

static void op_flushed(struct spdk_bdev_io *base_io, bool success, void *context)
{
	spdk_bdev_free_io(base_io);
	op_complete(context, success ? 0 : -EIO);
}

static int flush_now(struct op *op)
{
	struct ordered *ordered = ordered_of(op);

	return ordered == NULL ? -ENODEV : send_command(ordered, op_flushed, op);
}

static void run_on_app_thread(void *context)
{
	struct op *op = context;
	int rc = op->submit(op);

	if (rc != 0)
		op_complete(op, rc);
}

static void to_app_thread(struct op *op)
{
	int rc = spdk_thread_send_msg(spdk_thread_get_app_thread(), run_on_app_thread, op);

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
	return op_send(op, to_app_thread);
}

/*
 * Makes an ordered device of this name on a base, which nobody else can write to from then on. All
 * of it counts as metadata until data says otherwise. Texts are NUL-ended. The path is the
 * base's file or block device, which is synced; 0 says that the base is an NVMe namespace, which is
 * sent a flush command.
 */
ORDERED(jint, make)
(JNIEnv *env, jclass self, jint ticket, jlong name, jlong base, jlong path)
{
	UNUSED_JNI();
	return send_op(ticket, make, name, base, path);
}

/*
 * Says where data begins on the ordered device, and how long its clusters are, in bytes: what lies
 * before is metadata. Once, before any data is written.
 */
ORDERED(jint, data)
(JNIEnv *env, jclass self, jint ticket, jlong name, jlong offset, jlong cluster)
{
	UNUSED_JNI();
	return send_op(ticket, set_data, name, offset, cluster);
}

/*
 * Sends a flush to the NVMe namespace below the ordered device. Completes with 0 when that says that
 * all writes it had answered before are on its medium.
 */
ORDERED(jint, flush)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	UNUSED_JNI();
	return send_op(ticket, flush_now, name, 0, 0);
}

/* Completes with 1 if no metadata is written any more, since a flush of some has failed; or 0. */
ORDERED(jint, halted)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	UNUSED_JNI();
	return send_op(ticket, look, name, 0, 0);
}

/*
 * Ends what make made. A store on it is unloaded first. Completes with -ENODEV when it is
 * gone already, as it is when its base was removed.
 */
ORDERED(jint, end)(JNIEnv *env, jclass self, jint ticket, jlong name)
{
	UNUSED_JNI();
	return send_op(ticket, end, name, 0, 0);
}

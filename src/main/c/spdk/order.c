/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order in which an ordered device writes metadata.
 *
 * A store never flushes. If a device loses its cache in a power failure, any of the store's writes
 * may be missing afterwards, even if a later write that depends on it is there. So a write to
 * metadata is submitted only when everything that the device has answered until then is on the
 * medium, and it is answered only when it is on the medium itself. Metadata is everything that
 * begins before the first block of data.
 *
 * That costs one flush for many writes. It goes in rounds: writes wait; a flush covers all data
 * written so far and the metadata that was submitted after the last flush; then that metadata is
 * answered, and the writes that waited when the flush began are submitted. If the flush fails, both
 * fail: metadata that was answered is always on the medium, and metadata that was submitted never
 * depends on anything that is not. After submitted metadata has failed, SPDK continues as if it had
 * not been written, although it may have been; so no more metadata is written, and the next start
 * finds the medium as a kill at that moment would have left it. Pages that only list more clusters
 * need less order: listings.c.
 *
 * No two writes to one page are under way at once, or the older one could be the one that stays:
 * a newer write replaces one that was not submitted yet, and both are answered when the newer ends.
 *
 * Everything here runs on the app thread, except for what order.h says. A request belongs to the
 * order from order_take until it is answered, on the thread that it came from.
 */

#include "order.h"

#include "flush.h"
#include "listings.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <spdk/log.h>
#include <spdk/thread.h>

TAILQ_HEAD(requests, request);

/* All of it belongs to the app thread, but for the two counts. */
struct order {
	struct spdk_bdev_desc *base;
	struct spdk_io_channel *channel;
	struct flush flush;
	struct listings *listings;
	/* Where data begins, in bytes. */
	_Atomic uint64_t data_offset;
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
};

static void go_on(struct order *order);

static void answer_here(void *context)
{
	struct request *request = context;

	spdk_bdev_io_complete(io_of(request), request->turn.status);
}

/* Answers a write to metadata, and those that it has replaced, each on its own thread. */
static void answer(struct request *request, enum spdk_bdev_io_status status)
{
	while (request != NULL) {
		struct request *replaced = request->turn.replaced;

		request->turn.status = status;
		spdk_thread_exec_msg(spdk_bdev_io_get_thread(io_of(request)), answer_here, request);
		request = replaced;
	}
}

static void answer_all(struct requests *requests, enum spdk_bdev_io_status status)
{
	struct request *request;

	while ((request = TAILQ_FIRST(requests)) != NULL) {
		TAILQ_REMOVE(requests, request, turn.link);
		answer(request, status);
	}
}

static void metadata_ended(struct request *request, struct spdk_bdev_io *below, bool success)
{
	struct order *order = request->turn.order;

	if (below != NULL)
		spdk_bdev_free_io(below);
	atomic_fetch_add(&order->written, 1);
	order->writing--;
	if (!success) {
		listings_forget(order->listings, request_offset(request), request_length(request));
		answer(request, SPDK_BDEV_IO_STATUS_FAILED);
	} else if (request->turn.listing == LISTS_OTHERWISE) {
		TAILQ_INSERT_TAIL(&order->done, request, turn.link);
	} else {
		answer(request, SPDK_BDEV_IO_STATUS_SUCCESS);
	}
	go_on(order);
}

static void submit_next(struct order *order)
{
	struct request *request;

	while ((request = TAILQ_FIRST(&order->next)) != NULL) {
		TAILQ_REMOVE(&order->next, request, turn.link);
		order->writing++;
		request_submit(request);
	}
	order->in_round = false;
	go_on(order);
}

static void flushed(void *context, int rc)
{
	struct order *order = context;

	if (rc == 0) {
		order->durable = order->covered;
		listings_flushed(order->listings);
		answer_all(&order->done, SPDK_BDEV_IO_STATUS_SUCCESS);
	} else {
		SPDK_ERRLOG("%s: a flush has failed: %d\n",
			spdk_bdev_get_name(spdk_bdev_desc_get_bdev(order->base)), rc);
		/* Also what was to be written is remembered as if it had been. */
		listings_forget(order->listings, 0, UINT64_MAX);
		order->halted |= !TAILQ_EMPTY(&order->done);
		answer_all(&order->done, SPDK_BDEV_IO_STATUS_FAILED);
		answer_all(&order->next, SPDK_BDEV_IO_STATUS_FAILED);
	}
	submit_next(order);
}

static enum listing listing_of(struct order *order, struct request *request)
{
	const struct spdk_bdev_io *io = io_of(request);
	uint64_t offset = request_offset(request);

	if (io->type == SPDK_BDEV_IO_TYPE_WRITE && io->u.bdev.iovcnt == 1 &&
		io->u.bdev.iovs[0].iov_len == 4096 && offset % 4096 == 0)
		return listings_take(order->listings, offset, io->u.bdev.iovs[0].iov_base);
	listings_forget(order->listings, offset, request_length(request));
	return LISTS_OTHERWISE;
}

/* The one among those to be submitted next that has a byte in common with this. */
static struct request *rival_of(struct order *order, struct request *request)
{
	uint64_t offset = request_offset(request);
	uint64_t length = request_length(request);
	struct request *other;

	TAILQ_FOREACH(other, &order->next, turn.link)
	{
		uint64_t begin = request_offset(other);

		if (begin < offset + length && offset < begin + request_length(other))
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
static bool choose_next(struct order *order)
{
	bool flush = !TAILQ_EMPTY(&order->done);
	struct request *request, *rival;

	while ((request = TAILQ_FIRST(&order->waiting)) != NULL) {
		rival = rival_of(order, request);
		if (rival != NULL && !replaces(request, rival))
			break;
		TAILQ_REMOVE(&order->waiting, request, turn.link);
		request->turn.listing = listing_of(order, request);
		request->turn.replaced = rival;
		if (rival != NULL) {
			TAILQ_REMOVE(&order->next, rival, turn.link);
			if (rival->turn.listing < request->turn.listing)
				request->turn.listing = rival->turn.listing;
		}
		flush |= request->turn.listing != LISTS_UNTOUCHED;
		TAILQ_INSERT_TAIL(&order->next, request, turn.link);
	}
	return flush;
}

/* Begins the next round, if the last one has ended and there is anything to be done. */
static void go_on(struct order *order)
{
	if (order->in_round || order->writing > 0)
		return;
	if (TAILQ_EMPTY(&order->waiting) && TAILQ_EMPTY(&order->done))
		return;
	order->in_round = true;
	if (order->halted) {
		answer_all(&order->done, SPDK_BDEV_IO_STATUS_FAILED);
		answer_all(&order->waiting, SPDK_BDEV_IO_STATUS_FAILED);
		order->in_round = false;
		return;
	}
	if (!choose_next(order)) {
		submit_next(order);
		return;
	}
	order->covered = atomic_load(&order->written);
	listings_flush_begins(order->listings);
	if (order->covered == order->durable)
		flushed(order, 0);
	else
		flush_begin(&order->flush, flushed, order);
}

static void take_turn(void *context)
{
	struct request *request = context;
	struct order *order = request->turn.order;

	request->base = order->base;
	request->channel = order->channel;
	request->ended = metadata_ended;
	TAILQ_INSERT_TAIL(&order->waiting, request, turn.link);
	go_on(order);
}

void order_take(struct order *order, struct request *request)
{
	request->turn.order = order;
	spdk_thread_exec_msg(spdk_thread_get_app_thread(), take_turn, request);
}

bool order_holds(struct order *order, struct request *request)
{
	return request_is_write(request) &&
		request_offset(request) < atomic_load(&order->data_offset);
}

void order_passed(struct order *order, struct request *request)
{
	/* ORDER: before the write is answered: its sender may then write what depends on it. */
	listings_touched(order->listings, request_offset(request), request_length(request));
	atomic_fetch_add(&order->written, 1);
}

void order_data(struct order *order, uint64_t offset, uint64_t cluster_bytes)
{
	listings_clusters(order->listings, cluster_bytes);
	atomic_store(&order->data_offset, offset);
}

bool order_is_halted(const struct order *order)
{
	return order->halted;
}

int order_command(struct order *order, spdk_bdev_io_completion_cb done, void *context)
{
	return flush_command(&order->flush, done, context);
}

static int prepare(struct order *order, const char *path)
{
	order->listings = listings_new();
	order->channel = spdk_bdev_get_io_channel(order->base);
	if (order->listings == NULL || order->channel == NULL)
		return -ENOMEM;
	return flush_open(&order->flush, order->base, order->channel, path);
}

int order_open(struct order **opened, struct spdk_bdev_desc *base, const char *path)
{
	struct order *order = calloc(1, sizeof(*order));
	int rc;

	if (order == NULL)
		return -ENOMEM;
	order->base = base;
	TAILQ_INIT(&order->waiting);
	TAILQ_INIT(&order->next);
	TAILQ_INIT(&order->done);
	/* Writes that the device answered to earlier users may not be on the medium. */
	atomic_init(&order->written, 1);
	/* Until order_data says where data begins. */
	atomic_init(&order->data_offset, UINT64_MAX);
	rc = prepare(order, path);
	if (rc != 0) {
		order_close(order);
		return rc;
	}
	*opened = order;
	return 0;
}

void order_close(struct order *order)
{
	if (order == NULL)
		return;
	flush_close(&order->flush);
	if (order->channel != NULL)
		spdk_put_io_channel(order->channel);
	listings_free(order->listings);
	free(order);
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which writes to metadata need only a part of the order that order.c keeps.
 *
 * The first write to a cluster of a volume makes SPDK write a page that lists the clusters of the
 * volume, by far the most frequent write to metadata. If it only adds clusters to the earlier page,
 *
 *  - only the bytes of these clusters have to be on the medium before it: copied bytes, or zeroes.
 *    If none of the clusters was written since the last flush, nothing has to be;
 *  - it need not be on the medium when it is answered: if it is lost, only writes that nobody has
 *    flushed are lost. A page that frees a cluster is written later, with a flush in between.
 *
 * The layout is that of SPDK's struct spdk_blob_md_page with an extent page in it, little-endian.
 *
 * Everything belongs to the app thread, except for the epoch and the epochs of the clusters, which
 * any thread reads and writes: they only grow.
 */

#include "listings.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	PAGE_BYTES = 4096,
	TYPE_AT = 16,
	LENGTH_AT = 17,
	/* The number of the first cluster, which is counted in the length. */
	FIRST_AT = 21,
	CLUSTERS_AT = 25,
	NEXT_AT = 4088,
	TYPE_EXTENT_PAGE = 6,
	/* Pages that are remembered, and numbers for clusters; what shares one costs a flush at most. */
	PAGES_KEPT = 64,
	SLOTS = 16384
};

struct page {
	bool known;
	uint64_t offset;
	uint8_t bytes[PAGE_BYTES];
};

struct listings {
	uint64_t cluster_bytes;
	/* Counts flushes; up to which one everything is on the medium, or will be. */
	_Atomic uint64_t epoch;
	uint64_t covered;
	uint64_t durable;
	/* The epoch in which a write to one of these clusters has ended last. */
	_Atomic uint64_t touched[SLOTS];
	struct page pages[PAGES_KEPT];
};

struct listings *listings_new(void)
{
	struct listings *listings = calloc(1, sizeof(*listings));

	if (listings != NULL)
		atomic_init(&listings->epoch, 1);
	return listings;
}

void listings_free(struct listings *listings)
{
	free(listings);
}

void listings_clusters(struct listings *listings, uint64_t cluster_bytes)
{
	listings->cluster_bytes = cluster_bytes;
}

static void touch(_Atomic uint64_t *slot, uint64_t epoch)
{
	uint64_t before = atomic_load(slot);

	while (before < epoch && !atomic_compare_exchange_weak(slot, &before, epoch))
		;
}

void listings_touched(struct listings *listings, uint64_t offset, uint64_t length)
{
	/* ORDER: a flush that begins after this has been read covers the write. */
	uint64_t epoch = atomic_load(&listings->epoch);
	uint64_t first, count;

	if (listings->cluster_bytes == 0 || length == 0)
		return;
	first = offset / listings->cluster_bytes;
	count = (offset + length - 1) / listings->cluster_bytes - first + 1;
	if (count > SLOTS)
		count = SLOTS;
	for (uint64_t at = 0; at < count; at++)
		touch(&listings->touched[(first + at) % SLOTS], epoch);
}

void listings_flush_begins(struct listings *listings)
{
	listings->covered = atomic_fetch_add(&listings->epoch, 1);
}

void listings_flushed(struct listings *listings)
{
	listings->durable = listings->covered;
}

static struct page *kept(struct listings *listings, uint64_t offset)
{
	return &listings->pages[offset / PAGE_BYTES % PAGES_KEPT];
}

void listings_forget(struct listings *listings, uint64_t offset, uint64_t length)
{
	for (int at = 0; at < PAGES_KEPT; at++) {
		struct page *page = &listings->pages[at];

		if (page->offset < offset + length && offset < page->offset + PAGE_BYTES)
			page->known = false;
	}
}

static uint32_t number_at(const uint8_t *page, uint32_t at)
{
	uint32_t number;

	memcpy(&number, page + at, sizeof(number));
	return number;
}

static bool is_listing(const uint8_t *page)
{
	uint32_t length = number_at(page, LENGTH_AT);

	return page[TYPE_AT] == TYPE_EXTENT_PAGE && length >= CLUSTERS_AT - FIRST_AT &&
		length <= NEXT_AT - FIRST_AT && length % sizeof(uint32_t) == 0;
}

/* Compares two listings of the same part of a volume. */
static enum listing compare(const struct listings *listings, const uint8_t *old, const uint8_t *new)
{
	uint32_t end = FIRST_AT + number_at(new, LENGTH_AT);
	enum listing kind = LISTS_UNTOUCHED;

	if (memcmp(old, new, CLUSTERS_AT) != 0)
		return LISTS_OTHERWISE;
	for (uint32_t at = CLUSTERS_AT; at < end; at += sizeof(uint32_t)) {
		uint32_t cluster = number_at(new, at);

		if (cluster == number_at(old, at))
			continue;
		if (number_at(old, at) != 0)
			return LISTS_OTHERWISE;
		if (atomic_load(&listings->touched[cluster % SLOTS]) > listings->durable)
			kind = LISTS_MORE;
	}
	return kind;
}

enum listing listings_take(struct listings *listings, uint64_t offset, const uint8_t *page)
{
	struct page *before = kept(listings, offset);
	enum listing kind = LISTS_OTHERWISE;

	if (listings->cluster_bytes == 0 || !is_listing(page)) {
		listings_forget(listings, offset, PAGE_BYTES);
		return LISTS_OTHERWISE;
	}
	if (before->known && before->offset == offset)
		kind = compare(listings, before->bytes, page);
	before->known = true;
	before->offset = offset;
	memcpy(before->bytes, page, PAGE_BYTES);
	return kind;
}

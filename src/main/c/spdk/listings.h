/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a page of metadata does to the list of a volume's clusters: see listings.c. App thread,
 * except for listings_touched.
 */

#ifndef SCRUBJAY_LISTINGS_H
#define SCRUBJAY_LISTINGS_H

#include <stdint.h>

/*
 * OTHERWISE: anything but one of the others. MORE: only adds clusters, and some of them have been
 * written since the last flush. UNTOUCHED: only adds clusters, none of which has.
 */
enum listing { LISTS_OTHERWISE, LISTS_MORE, LISTS_UNTOUCHED };

struct listings;

/* The caller's until listings_free. NULL when there is no memory. */
struct listings *listings_new(void);
void listings_free(struct listings *listings);

/* How long clusters are. Until this is called, no page is known to list anything. */
void listings_clusters(struct listings *listings, uint64_t cluster_bytes);

/* Called by any thread when a write to data has ended or failed, before it is answered. */
void listings_touched(struct listings *listings, uint64_t offset, uint64_t length);

/* A flush begins. */
void listings_flush_begins(struct listings *listings);

/* The flush that began last has ended well. */
void listings_flushed(struct listings *listings);

/* This page of 4096 bytes will be written there; what it does to the list. It is copied. */
enum listing listings_take(struct listings *listings, uint64_t offset, const uint8_t *page);

/* What lies there is not known any more. */
void listings_forget(struct listings *listings, uint64_t offset, uint64_t length);

#endif

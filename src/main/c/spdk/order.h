/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order in which metadata reaches the medium: see order.c. App thread, where nothing else is
 * said.
 */

#ifndef SCRUBJAY_ORDER_H
#define SCRUBJAY_ORDER_H

#include "request.h"

#include <stdbool.h>
#include <stdint.h>

struct order;

/*
 * Keeps the order of writes to this base, which stays the caller's until after order_close. The path
 * as in flush_open. All of the device is metadata at first. 0, or -errno.
 */
int order_open(struct order **opened, struct spdk_bdev_desc *base, const char *path);

/* Ends what order_open made, when no request is under way. NULL is none. */
void order_close(struct order *order);

/* Says where data begins, and how long its clusters are, in bytes. Once, before any is written. */
void order_data(struct order *order, uint64_t offset, uint64_t cluster_bytes);

/* Whether the order is kept for this request: a write that begins in the metadata. Any thread. */
bool order_holds(struct order *order, struct request *request);

/* Takes such a request, and answers it: the caller has nothing more to do with it. Any thread. */
void order_take(struct order *order, struct request *request);

/*
 * A write to data has ended or failed. Any thread, before the write is answered: its sender may
 * then write what depends on it.
 */
void order_passed(struct order *order, struct request *request);

/* Whether no metadata is written any more, since a flush of some has failed. */
bool order_is_halted(const struct order *order);

/* Sends a flush command beside the order: as flush_command. */
int order_command(struct order *order, spdk_bdev_io_completion_cb done, void *context);

#endif

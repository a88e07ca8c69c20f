/* SPDX-License-Identifier: Apache-2.0 */

/* A thread that calls fdatasync for the app thread: see syncing.c. App thread only. */

#ifndef SCRUBJAY_SYNCING_H
#define SCRUBJAY_SYNCING_H

struct syncing;

/* A sync has ended: 0, or -errno. */
typedef void synced_fn(void *context, int status);

/*
 * Opens the file or block device of this path, and begins a thread that syncs it. The caller's until
 * syncing_close. 0, or -errno.
 */
int syncing_open(struct syncing **opened, const char *path, synced_fn *synced, void *context);

/* Waits for the thread to end, and ends what syncing_open made. NULL is none. */
void syncing_close(struct syncing *syncing);

/* Has everything synced that was written before. Synced is called on the app thread; one at a time. */
void syncing_begin(struct syncing *syncing);

#endif

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A library for LD_PRELOAD that stands between a process and the C library wherever the process touches
 * the files of one pool. For tests; nothing of it is in the product.
 *
 *   calls.c    knows the calls: for each function of libc that touches files it finds out which file
 *              that is, and asks and tells the policy, if the file lies below the pool
 *   orders.c   is one policy: it writes down which calls are made, and holds or fails the one that a
 *              test has ordered; pool-calls.so
 *   record.c   is another: it keeps all that is written, so that a test can replay it; pool-record.so
 *   interrupt.c   is a third: it interrupts calls, and lets them move less than they were asked for;
 *              pool-interrupt.so
 *   cached.c   is a fourth: a page cache whose medium has lost what was written; pool-cached.so
 *
 * What is not intercepted: calls that libc makes inside itself
 * (closedir's close, fopen's open), mmap and io_uring.
 *
 * The environment of the process says which pool:
 *
 *   POOL_CALLS_ROOT       the pool's directory, absolute and without symbolic links
 *   POOL_CALLS_CONTROL    a directory for what the policy and the test tell each other
 */

#ifndef POOL_CALLS_H
#define POOL_CALLS_H

#include <stddef.h>

/* A call that is about to be made, or has been. All pointers are the caller's. */
struct pool_call {
	/* As libc has it, without its endings "64" and "at"; "create" for an open that may create,
	 * "drop" for a posix_fadvise that drops pages. */
	const char *name;
	/* Below the pool's directory, which itself is "."; an open file's is the one it has now. */
	const char *path;
	/* Where a rename or link leads, also below the pool; otherwise NULL. */
	const char *to;
	/* Where a copy comes from, also below the pool; otherwise NULL. */
	const char *from;
	/* What a write writes; otherwise NULL. */
	const void *data;
	/* Where in the file, -1 where that is not said, and how many bytes. */
	long long offset;
	long long length;
	/* An open's flags, the mode of fallocate; otherwise 0. */
	int flags;
};

/*
 * Asked before a call, by the thread that makes it, which goes on when this returns: 0, or the error number that
 * the call fails with instead of being made.
 */
int before_pool_call(const struct pool_call *call);

/* Told after a call that was made: what it returned, and the error number if that is -1. */
void after_pool_call(const struct pool_call *call, long long result, int error);

/*
 * Asked for each read or write of a file, if the policy has it: how many bytes of the length the call is made for, at
 * least one.
 */
__attribute__((weak)) size_t shorten_pool_call(int fd, size_t length);

#endif

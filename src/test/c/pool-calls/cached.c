/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The policy of a test that has a page cache and a medium which hold different bytes: see pool_calls.h.
 * The pool's file system has no way around its page cache: whoever asks for one is refused with EINVAL.
 * Its medium lost all that was written to the files called `data`. As long as the page cache has the
 * bytes, reads are right. It drops those it is told to drop, but only if they were synced, as the kernel
 * does; from then on the medium answers: with zeroes.
 *
 * Its own calls go to the kernel directly: they must not come back here.
 */

#include "pool_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH_BYTES = 8200, BLOCK_BYTES = 4096 };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
/* Guarded: whether the page cache has bytes of such a file that were not synced. A test has one volume. */
static bool dirty;

static bool holds_data(const char *path)
{
	const char *name = strrchr(path, '/');

	return name != NULL && strcmp(name, "/data") == 0;
}

/* The medium answers from now on. Calls are made as a whole: nobody is told of a short one. */
static void lose(const char *name, long long offset, long long length)
{
	static const char zeroes[BLOCK_BYTES];
	char path[PATH_BYTES];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", getenv("POOL_CALLS_ROOT"), name);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0)
		abort();
	for (long long at = 0; at < length; at += BLOCK_BYTES) {
		long long part = length - at < BLOCK_BYTES ? length - at : BLOCK_BYTES;

		if (syscall(SYS_pwrite64, fd, zeroes, part, offset + at) != part)
			abort();
	}
	syscall(SYS_close, fd);
}

int before_pool_call(const struct pool_call *call)
{
	bool opens = strcmp(call->name, "open") == 0 || strcmp(call->name, "create") == 0;

	return opens && (call->flags & O_DIRECT) != 0 ? EINVAL : 0;
}

void after_pool_call(const struct pool_call *call, long long result, int error)
{
	int kept = errno;

	if (error != 0 || result < 0 || !holds_data(call->path))
		return;
	pthread_mutex_lock(&guard);
	if (strcmp(call->name, "pwrite") == 0)
		dirty = true;
	else if (strcmp(call->name, "fdatasync") == 0 || strcmp(call->name, "fsync") == 0)
		dirty = false;
	else if (strcmp(call->name, "drop") == 0 && !dirty)
		lose(call->path, call->offset, call->length);
	pthread_mutex_unlock(&guard);
	errno = kept;
}

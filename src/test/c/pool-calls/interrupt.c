/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The policy of a test that makes life hard for its process: see pool_calls.h. Of the calls that a signal
 * may interrupt, each thread's first, third and so on fails with EINTR, and each read or write that is made
 * moves about half of what was asked for, as it may at any time. All of it is legal.
 *
 * In the control directory it leaves the file `interrupted` when a call was, and `shortened` likewise.
 *
 * Its own calls go to the kernel directly: they must not come back here.
 */

#include "pool_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is read or written around the page cache stays a multiple of this. */
enum { BLOCK_BYTES = 4096, PATH_BYTES = 4200 };

static __thread unsigned int turns;

static bool may_be_interrupted(const char *name)
{
	static const char *const names[] = {"open", "create", "read", "write", "pread", "pwrite",
		"fsync", "fdatasync", "ftruncate", "fallocate", "copy_file_range", "reflink", NULL};

	for (const char *const *one = names; *one != NULL; one++)
		if (strcmp(name, *one) == 0)
			return true;
	return false;
}

static void leave(const char *name)
{
	char path[PATH_BYTES];
	const char *directory = getenv("POOL_CALLS_CONTROL");
	int error = errno;
	int fd;

	if (directory == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		syscall(SYS_close, fd);
	errno = error;
}

int before_pool_call(const struct pool_call *call)
{
	if (!may_be_interrupted(call->name) || turns++ % 2 == 1)
		return 0;
	leave("interrupted");
	return EINTR;
}

void after_pool_call(const struct pool_call *call, long long result, int error)
{
	(void)call;
	(void)result;
	(void)error;
}

size_t shorten_pool_call(int fd, size_t length)
{
	int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
	size_t unit = flags >= 0 && (flags & O_DIRECT) != 0 ? BLOCK_BYTES : 1;
	size_t less = length / 2 / unit * unit;

	if (less == 0)
		return length;
	leave("shortened");
	return less;
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The policy of a test that replays what a process did to its pool: see pool_calls.h. In the control
 * directory it writes the file `record`, one entry for each call that changes something or makes it
 * last, in the order in which they happened:
 *
 *   <moment> <thread> <call> <offset> <length> <flags> <result> <path bytes> <other bytes> <data bytes>
 *
 * and a line feed; then the path, the other path (where a rename leads, or where a copy comes from)
 * and what was written, one behind the other. The moment is `begin` for a sync that is about to be
 * made, which makes last what had ended by then, and `end` for any call that was made and succeeded.
 * An open of a file that does not exist is recorded as well: by one, a test marks what it does next.
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
#include <sys/uio.h>
#include <unistd.h>

enum { HEAD_BYTES = 256, PATH_BYTES = 4200 };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static bool is_sync(const char *name)
{
	static const char *const names[] = {"fsync", "fdatasync", NULL};

	return is_one_of(name, names);
}

static bool is_change(const char *name)
{
	static const char *const names[] = {"create", "write", "pwrite", "ftruncate", "fallocate",
		"copy_file_range", "reflink", "mkdir", "rmdir", "unlink", "rename", "link", NULL};

	return is_one_of(name, names);
}

/* Opened once, and never closed: a file of its own name for each process, as a child inherits both. */
static int record_file(void)
{
	static int fd = -1;
	const char *directory = getenv("POOL_CALLS_CONTROL");

	if (fd < 0 && directory != NULL) {
		char path[PATH_BYTES];

		snprintf(path, sizeof(path), "%s/record", directory);
		fd = (int)syscall(SYS_openat, AT_FDCWD, path,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
	return fd;
}

/* Nothing of a record may be missing, or the replay would be of something else. */
static void write_whole(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		long n = syscall(SYS_write, fd, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			abort();
		bytes += n;
		length -= (size_t)n;
	}
}

static void note(const char *moment, const struct pool_call *call, long long result)
{
	const char *other = call->to != NULL ? call->to : call->from != NULL ? call->from : "";
	size_t data_bytes = call->data != NULL && result > 0 ? (size_t)result : 0;
	char head[HEAD_BYTES];
	int error = errno;
	int fd;

	pthread_mutex_lock(&guard);
	fd = record_file();
	if (fd < 0)
		abort();
	snprintf(head, sizeof(head), "%s %ld %s %lld %lld %d %lld %zu %zu %zu\n", moment,
		(long)syscall(SYS_gettid), call->name, call->offset, call->length, call->flags,
		result, strlen(call->path), strlen(other), data_bytes);
	write_whole(fd, head, strlen(head));
	write_whole(fd, call->path, strlen(call->path));
	write_whole(fd, other, strlen(other));
	write_whole(fd, call->data, data_bytes);
	pthread_mutex_unlock(&guard);
	errno = error;
}

int before_pool_call(const struct pool_call *call)
{
	if (is_sync(call->name))
		note("begin", call, 0);
	return 0;
}

void after_pool_call(const struct pool_call *call, long long result, int error)
{
	bool made = error == 0 && (is_sync(call->name) || is_change(call->name));

	if (made || (error == ENOENT && strcmp(call->name, "open") == 0))
		note("end", call, result);
}

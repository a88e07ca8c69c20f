/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The policy of a test that holds calls, fails them, or wants to know which ones are made: see
 * pool_calls.h. In the control directory are
 *
 *   calls   written here: a line for each call before it is made, its name and its path, and behind a
 *           space the second path of those that have two
 *   order   written by the test, by a rename, so that it is read whole; one line:
 *
 *               <number> hold <call> <nth> <pattern>
 *               <number> fail:<errno> <call> <nth> <pattern>
 *               <number> pass
 *
 *           The pattern is one of fnmatch for the path, or both paths, as in `calls`. Counted from 1 since this order
 *           was given; 0 means each call. Each order has another number than the one before it.
 *   held    there while a call is held, which ends when another order is given
 *
 * Its own calls go to the kernel directly: they must not come back here.
 */

#include "pool_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_BYTES = 9000, WORD_BYTES = 32, POLL_NANOS = 2000000 };

struct order {
	long number;
	char verb[WORD_BYTES];
	char call[WORD_BYTES];
	long nth;
	char pattern[TEXT_BYTES];
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
/* Guarded: the order that was read last, and how many calls were as it has them. */
static long known;
static long seen;

static int control(const char *name, int flags)
{
	char path[TEXT_BYTES];
	const char *directory = getenv("POOL_CALLS_CONTROL");

	if (directory == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

static void remove_control(const char *name)
{
	char path[TEXT_BYTES];
	const char *directory = getenv("POOL_CALLS_CONTROL");

	if (directory == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

static struct order given(void)
{
	struct order order = {.number = 0, .verb = "pass"};
	char text[TEXT_BYTES];
	long length;
	int fd = control("order", O_RDONLY);

	if (fd < 0)
		return order;
	length = syscall(SYS_read, fd, text, sizeof(text) - 1);
	syscall(SYS_close, fd);
	text[length < 0 ? 0 : length] = '\0';
	sscanf(text, "%ld %31s %31s %ld %8999[^\n]", &order.number, order.verb, order.call,
		&order.nth, order.pattern);
	return order;
}

static void note(const char *name, const char *line)
{
	int fd = control(name, O_WRONLY | O_CREAT | O_APPEND);

	if (fd < 0)
		return;
	syscall(SYS_write, fd, line, strlen(line));
	syscall(SYS_close, fd);
}

/* Whether this call is the one that the order is about. */
static bool is_meant(const struct order *order, const char *name, const char *paths)
{
	if (order->number != known) {
		known = order->number;
		seen = 0;
	}
	if (strcmp(order->call, name) != 0 || fnmatch(order->pattern, paths, 0) != 0)
		return false;
	seen++;
	return order->nth == 0 || order->nth == seen;
}

static void hold(const struct order *order, const char *line)
{
	const struct timespec pause = {.tv_nsec = POLL_NANOS};

	note("held", line);
	while (given().number == order->number)
		nanosleep(&pause, NULL);
	remove_control("held");
}

int before_pool_call(const struct pool_call *call)
{
	char paths[TEXT_BYTES];
	char line[TEXT_BYTES + WORD_BYTES];
	int error = errno;
	int refusal = 0;
	struct order order;
	bool meant;

	snprintf(paths, sizeof(paths), "%s%s%s", call->path, call->to == NULL ? "" : " ",
		call->to == NULL ? "" : call->to);
	snprintf(line, sizeof(line), "%s %s\n", call->name, paths);
	pthread_mutex_lock(&guard);
	order = given();
	meant = is_meant(&order, call->name, paths);
	note("calls", line);
	pthread_mutex_unlock(&guard);
	if (meant && strcmp(order.verb, "hold") == 0)
		hold(&order, line);
	else if (meant && strncmp(order.verb, "fail:", 5) == 0)
		refusal = atoi(order.verb + 5);
	errno = error;
	return refusal;
}

void after_pool_call(const struct pool_call *call, long long result, int error)
{
	(void)call;
	(void)result;
	(void)error;
}

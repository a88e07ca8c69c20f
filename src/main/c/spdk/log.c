/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Passes SPDK's log to Java's through a pipe. SPDK's threads write and never wait: lines are lost
 * while the pipe is full. One Java thread reads. Both ends are opened before SPDK starts; SPDK's
 * pthread closes the writing end; nobody closes the reading end, since its reader may still use it.
 */

#include "log.h"

#include "spdk_native.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { LOG_LINE = 1024 };

static int read_end = -1;
static int write_end = -1;

int log_open(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	read_end = ends[0];
	write_end = ends[1];
	/* INVARIANT I-10: SPDK's threads do not wait for Java: a full pipe loses lines. */
	return fcntl(write_end, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

void log_close(void)
{
	close(write_end);
}

void log_line(int level, const char *file, int line, const char *function, const char *format,
	va_list arguments)
{
	char text[LOG_LINE];
	int length;

	(void)file;
	(void)line;
	(void)function;
	text[0] = (char)('0' + (level < 0 ? 0 : level));
	length = vsnprintf(text + 1, sizeof(text) - 2, format, arguments);
	if (length < 0)
		return;
	if (length > LOG_LINE - 3)
		length = LOG_LINE - 3;
	while (length > 0 && text[length] == '\n')
		length--;
	text[length + 1] = '\n';
	if (write(write_end, text, (size_t)length + 2) < 0)
		return;
}

/*
 * Waits for log text: lines, each a digit (SPDK's level: 0 error, 1 warning, 2 notice) and the
 * text. One thread only. Bytes written to the address, or 0 when SPDK has ended.
 */
FUNCTION(jint, readLog)(JNIEnv *env, jclass self, jlong address, jint max)
{
	ssize_t count;

	UNUSED_JNI();
	do
		count = read(read_end, memory_at(address), (size_t)max);
	while (count < 0 && errno == EINTR);
	return count < 0 ? -errno : (jint)count;
}

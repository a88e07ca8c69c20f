/* SPDX-License-Identifier: Apache-2.0 */

/* SPDK's log on its way into Java's: see log.c. */

#ifndef SCRUBJAY_LOG_H
#define SCRUBJAY_LOG_H

#include <stdarg.h>

/* Opens the pipe. Once, before SPDK starts. 0, or -errno. */
int log_open(void);

/* Says that nothing will be logged any more: the reader takes what is there, and then the end. */
void log_close(void);

/* For SPDK, which calls it for each line of its log. Any of its threads; never waits. */
void log_line(int level, const char *file, int line, const char *function, const char *format,
	va_list arguments);

#endif

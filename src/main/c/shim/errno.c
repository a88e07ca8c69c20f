/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.ErrnoNative: the error numbers that mean something to Java. They differ between
 * processors, so Java asks for them by name. Any thread; nothing is kept.
 */

#include "io_scrubjay_engine_ErrnoNative.h"

#include "../java.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define JAVA_CLASS io_scrubjay_engine_ErrnoNative

#define NUMBER(name) #name, name

static const struct {
	const char *name;
	int number;
} numbers[] = {
	{NUMBER(EPERM)},
	{NUMBER(ENOENT)},
	{NUMBER(EINTR)},
	{NUMBER(EIO)},
	{NUMBER(ENXIO)},
	{NUMBER(EAGAIN)},
	{NUMBER(ENOMEM)},
	{NUMBER(EACCES)},
	{NUMBER(ENOTBLK)},
	{NUMBER(EBUSY)},
	{NUMBER(EEXIST)},
	{NUMBER(ENODEV)},
	{NUMBER(EINVAL)},
	{NUMBER(ENFILE)},
	{NUMBER(EMFILE)},
	{NUMBER(EFBIG)},
	{NUMBER(ENOSPC)},
	{NUMBER(ENOSYS)},
	{NUMBER(ELOOP)},
	{NUMBER(ENOLINK)},
	{NUMBER(EILSEQ)},
	{NUMBER(EOPNOTSUPP)},
	{NUMBER(ENETDOWN)},
	{NUMBER(ENETUNREACH)},
	{NUMBER(ECONNABORTED)},
	{NUMBER(ECONNRESET)},
	{NUMBER(ENOTCONN)},
	{NUMBER(ESHUTDOWN)},
	{NUMBER(ETIMEDOUT)},
	{NUMBER(ECONNREFUSED)},
	{NUMBER(EHOSTDOWN)},
	{NUMBER(EHOSTUNREACH)},
	{NUMBER(ESTALE)},
	{NUMBER(EDQUOT)},
	{NUMBER(ENOMEDIUM)},
};

/* The error number of this name, NUL-ended; -EINVAL when it is not in the list above. */
FUNCTION(jint, number)(JNIEnv *env, jclass self, jlong name)
{
	UNUSED_JNI();
	for (size_t at = 0; at < sizeof(numbers) / sizeof(numbers[0]); at++)
		if (strcmp(numbers[at].name, memory_at(name)) == 0)
			return numbers[at].number;
	return -EINVAL;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* io.scrubjay.block.ProgramPagesNative: what Java has no call for. */

#include "io_scrubjay_block_ProgramPagesNative.h"

#include "../java.h"

#define JAVA_CLASS io_scrubjay_block_ProgramPagesNative

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

/*
 * Takes the pages of [address, address + length) out of memory: 0, or -errno. Of a private mapping
 * of a file to which nothing was written, they are read from the file again where they are needed;
 * anything else is lost. Any thread.
 */
FUNCTION(jint, giveBack)(JNIEnv *env, jclass self, jlong address, jlong length)
{
	UNUSED_JNI();
	return madvise(memory_at(address), (size_t)length, MADV_DONTNEED) == 0 ? 0 : -errno;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* io.scrubjay.block.ProgramPagesNative: what Java has no call for. */

#include "io_scrubjay_block_ProgramPagesNative.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

/*
 * Takes the pages of [address, address + length) out of memory: 0, or -errno. Of a private mapping
 * of a file to which nothing was written, they are read from the file again where they are needed;
 * anything else is lost. Any thread.
 */
JNIEXPORT jint JNICALL Java_io_scrubjay_block_ProgramPagesNative_giveBack(
	JNIEnv *env, jclass self, jlong address, jlong length)
{
	(void)env;
	(void)self;
	return madvise((void *)(intptr_t)address, (size_t)length, MADV_DONTNEED) == 0 ? 0 : -errno;
}

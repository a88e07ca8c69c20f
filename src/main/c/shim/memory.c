/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.block.BufferAddress: the one place where an object crosses from Java, to become the
 * address that all other functions take.
 */

#include "io_scrubjay_block_BufferAddress.h"

#include "../java.h"

#define JAVA_CLASS io_scrubjay_block_BufferAddress

#include <stdint.h>

/* Address of a direct buffer's first byte, whatever its position; 0 when it is not direct. Any
 * thread. */
FUNCTION(jlong, base)(JNIEnv *env, jclass self, jobject buffer)
{
	(void)self;
	return (jlong)(intptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}

/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, reserve: memory kept for the copying of clusters.
 *
 * At the first write to a cluster after a snapshot or a clone SPDK copies it, through a buffer of a
 * cluster's size that it allocates then. Without one it tries again and again, and says nothing:
 * the write stays unanswered for as long as the connections of hosts have all memory. So one buffer
 * is kept back. The linker has SPDK's blobstore allocate by what is below (--wrap), which gives it
 * that buffer when there is no other; each copy that finds it in use is tried again until it is free.
 * Where SPDK is linked as shared libraries its own calls do not come here: nothing is kept back then.
 *
 * The two functions that replace SPDK's may run on any of its threads; the flag says who has the
 * buffer. The native method runs on the Java thread that calls it.
 */

#include "spdk_native.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <spdk/env.h>

/* Written before SPDK copies anything of the pool that it is for, and not while a copy is made. */
static void *buffer;
static size_t buffer_length;
static atomic_bool lent;

void *__real_spdk_malloc(size_t size, size_t align, uint64_t *unused, int numa_id, uint32_t flags);
void *__wrap_spdk_malloc(size_t size, size_t align, uint64_t *unused, int numa_id, uint32_t flags);
void __real_spdk_free(void *memory);
void __wrap_spdk_free(void *memory);

void *__wrap_spdk_malloc(size_t size, size_t align, uint64_t *unused, int numa_id, uint32_t flags)
{
	void *memory = __real_spdk_malloc(size, align, unused, numa_id, flags);

	/* Of this size nothing but clusters is allocated. */
	if (memory == NULL && buffer != NULL && size == buffer_length &&
		!atomic_exchange(&lent, true))
		memory = buffer;
	return memory;
}

void __wrap_spdk_free(void *memory)
{
	if (memory != NULL && memory == buffer)
		atomic_store(&lent, false);
	else
		__real_spdk_free(memory);
}

/*
 * Keeps a buffer of so many bytes back until the process ends, in place of the one of another pool
 * that is not open any more. 0, -EBUSY while that is in use, or -ENOMEM. After the start; one call
 * at a time, and none while a pool is open.
 */
FUNCTION(jint, reserve)(JNIEnv *env, jclass self, jlong length)
{
	void *memory;

	UNUSED_JNI();
	if (buffer != NULL && buffer_length == (size_t)length)
		return 0;
	if (atomic_load(&lent))
		return -EBUSY;
	__real_spdk_free(buffer);
	buffer = NULL;
	memory = __real_spdk_malloc(
		(size_t)length, 4096, NULL, SPDK_ENV_NUMA_ID_ANY, SPDK_MALLOC_DMA);
	if (memory == NULL)
		return -ENOMEM;
	buffer_length = (size_t)length;
	buffer = memory;
	return 0;
}

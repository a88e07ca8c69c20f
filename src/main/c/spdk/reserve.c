/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, reserve: memory kept for the copying of clusters.
 *
 * At the first write to a cluster after a snapshot or a clone, SPDK copies the cluster through a
 * buffer of its size, which it allocates then. If it gets none, it retries without any error:
 * the write stays unanswered for as long as the connections of hosts have all memory. So one buffer
 * is reserved. The linker (--wrap) makes SPDK's blobstore allocate with the functions below, which
 * give it the reserved buffer when there is no other; SPDK retries a copy until the buffer is free.
 * If SPDK is linked as shared libraries, its own calls do not come here, and the buffer has no use.
 *
 * The two functions that replace SPDK's may run on any of its threads; the flag says who has the
 * buffer. The native method runs on the Java thread that calls it.
 */

#include "spdk_native.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <spdk/env.h>

/* Written before SPDK copies a cluster of the pool that it is for, and never during a copy. */
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

	/* Only buffers for clusters have this size. */
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
 * Reserves a buffer of this length until the process ends. It replaces that of an earlier pool.
 * Returns 0, -EBUSY while the earlier buffer is in use, or -ENOMEM. After the start; one call at a
 * time, and none while a pool is open.
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

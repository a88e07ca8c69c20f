/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The thread that syncs a file or kernel block device. fdatasync blocks, and SPDK's pthread must
 * not: so a pthread for each ordered device waits for a request, calls fdatasync, and sends the
 * result to the app thread.
 *
 * It shares the two flags with the app thread, under the lock. The status is written before the
 * message that reads it is sent, and not again before that was run.
 */

#include "syncing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <spdk/env.h>
#include <spdk/thread.h>

struct syncing {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool wanted;
	bool ended;
	int fd;
	int status;
	synced_fn *synced;
	void *context;
};

/* App thread. */
static void tell(void *context)
{
	struct syncing *syncing = context;

	syncing->synced(syncing->context, syncing->status);
}

static int sync_file(int fd)
{
	int rc;

	do
		rc = fdatasync(fd);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? -errno : 0;
}

/* The thread itself. */
static void *sync_when_wanted(void *context)
{
	struct syncing *syncing = context;

	/* Not on the core where SPDK's own thread may be polling all the time. */
	spdk_unaffinitize_thread();
	pthread_mutex_lock(&syncing->lock);
	while (!syncing->ended) {
		if (!syncing->wanted) {
			pthread_cond_wait(&syncing->changed, &syncing->lock);
			continue;
		}
		syncing->wanted = false;
		pthread_mutex_unlock(&syncing->lock);
		syncing->status = sync_file(syncing->fd);
		spdk_thread_send_msg(spdk_thread_get_app_thread(), tell, syncing);
		pthread_mutex_lock(&syncing->lock);
	}
	pthread_mutex_unlock(&syncing->lock);
	return NULL;
}

static int start(struct syncing *syncing, const char *path)
{
	int rc;

	/* Its own descriptor: on a shared one, another sync could get the error instead. */
	syncing->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (syncing->fd < 0)
		return -errno;
	rc = pthread_create(&syncing->thread, NULL, sync_when_wanted, syncing);
	if (rc != 0)
		close(syncing->fd);
	return -rc;
}

int syncing_open(struct syncing **opened, const char *path, synced_fn *synced, void *context)
{
	struct syncing *syncing = calloc(1, sizeof(*syncing));
	int rc;

	if (syncing == NULL)
		return -ENOMEM;
	pthread_mutex_init(&syncing->lock, NULL);
	pthread_cond_init(&syncing->changed, NULL);
	syncing->synced = synced;
	syncing->context = context;
	rc = start(syncing, path);
	if (rc != 0) {
		free(syncing);
		return rc;
	}
	*opened = syncing;
	return 0;
}

void syncing_begin(struct syncing *syncing)
{
	pthread_mutex_lock(&syncing->lock);
	syncing->wanted = true;
	pthread_cond_signal(&syncing->changed);
	pthread_mutex_unlock(&syncing->lock);
}

void syncing_close(struct syncing *syncing)
{
	if (syncing == NULL)
		return;
	pthread_mutex_lock(&syncing->lock);
	syncing->ended = true;
	pthread_cond_signal(&syncing->changed);
	pthread_mutex_unlock(&syncing->lock);
	pthread_join(syncing->thread, NULL);
	close(syncing->fd);
	free(syncing);
}

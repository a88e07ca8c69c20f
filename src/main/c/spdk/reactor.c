/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.process.SpdkNative, start, stop and park: SPDK's life inside a JVM.
 *
 * SPDK runs on a pthread of its own, which never enters Java. It starts and stops once in a process:
 * a second start of its framework crashes. The native methods run on the Java thread that calls
 * them, any one, and wait for that pthread; the state they share with it is guarded by the lock.
 * Every result is >= 0, or -errno.
 */

#include "control.h"
#include "log.h"
#include "ring.h"
#include "spdk_native.h"
#include "threads.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <spdk/env.h>
#include <spdk/event.h>
#include <spdk/log.h>
#include <spdk/thread.h>
#include <spdk/version.h>

#if SPDK_VERSION < SPDK_VERSION_NUM(24, 1, 0)
#error "SPDK 24.01 or later is needed"
#endif

/* Messages that SPDK has; it ends the process when they are used up. */
enum { MESSAGE_POOL = 8191 };

enum { FLAG_NO_HUGE = 1, FLAG_NO_PCI = 2, FLAG_INTERRUPT = 4 };

enum state { NEW, STARTING, RUNNING, STOPPING, ENDED };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum state state;
	int failure;
	pthread_t thread;
	/* Options of the start; the strings are copies. */
	char *rpc_path;
	char *config_path;
	char core_mask[32];
	int memory_mib;
	int flags;
} shim = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

/*
 * SPDK's environment installs a handler for SIGBUS in a constructor of its own, as soon as the
 * library is loaded. It does nothing for a fault that is not its own, so a JVM that touches a
 * truncated mapped file would fault for ever. Ours runs before it and remembers what was there.
 */
static struct sigaction sigbus_before;

__attribute__((constructor(101))) static void remember_sigbus(void)
{
	sigaction(SIGBUS, NULL, &sigbus_before);
}

/* Called once by the JVM, after all constructors. */
JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
	(void)vm;
	(void)reserved;
	sigaction(SIGBUS, &sigbus_before, NULL);
	return JNI_VERSION_1_8;
}

static void set_state(enum state state, int failure)
{
	pthread_mutex_lock(&shim.lock);
	shim.state = state;
	shim.failure = failure;
	pthread_cond_broadcast(&shim.changed);
	pthread_mutex_unlock(&shim.lock);
}

/* App thread, as soon as SPDK's framework runs. */
static void started(void *context)
{
	int rc;

	(void)context;
	rc = control_open(shim.rpc_path);
	if (rc != 0) {
		spdk_app_stop(rc);
		return;
	}
	rc = threads_open();
	if (rc != 0) {
		control_close();
		spdk_app_stop(rc);
		return;
	}
	set_state(RUNNING, 0);
}

/* SPDK's pthread, from its beginning to its end. */
static void *run_spdk(void *unused)
{
	struct spdk_app_opts opts;
	int rc;

	(void)unused;
	spdk_app_opts_init(&opts, sizeof(opts));
	opts.name = "scrubjay";
	/* The control socket is our own: control.c. */
	opts.rpc_addr = NULL;
	opts.json_config_file = shim.config_path;
	opts.reactor_mask = shim.core_mask;
	opts.mem_size = shim.memory_mib;
	opts.no_huge = (shim.flags & FLAG_NO_HUGE) != 0;
	opts.no_pci = (shim.flags & FLAG_NO_PCI) != 0;
	opts.interrupt_mode = (shim.flags & FLAG_INTERRUPT) != 0;
	opts.disable_signal_handlers = true;
#if SPDK_VERSION >= SPDK_VERSION_NUM(24, 9, 0)
	opts.disable_cpumask_locks = true;
#endif
	opts.enable_coredump = false;
	opts.shm_id = -1;
	opts.num_entries = 0;
	opts.msg_mempool_size = MESSAGE_POOL;
	opts.log = log_line;
	opts.print_level = SPDK_LOG_NOTICE;
	rc = spdk_app_start(&opts, started, NULL);
	threads_refuse();
	spdk_app_fini();
	log_close();
	set_state(ENDED, rc > 0 ? -EINVAL : rc);
	ring_close();
	return NULL;
}

/* 0, or -errno. */
static int start_thread(void)
{
	sigset_t all, before;
	int rc;

	/* The JVM's signals are the JVM's; faults stay deliverable, for they are this thread's own.
	 */
	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	rc = pthread_create(&shim.thread, NULL, run_spdk, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -rc;
}

/*
 * Starts SPDK on a thread of its own and waits until it runs. Paths are addresses of NUL-ended
 * bytes, copied here. Once in a process: 0, -EALREADY, or what it failed with; the log says more.
 */
FUNCTION(jint, start)
(JNIEnv *env, jclass self, jlong rpc_path, jlong config_path, jint core, jint memory_mib,
	jint flags)
{
	int rc;

	UNUSED_JNI();
	pthread_mutex_lock(&shim.lock);
	if (shim.state != NEW) {
		pthread_mutex_unlock(&shim.lock);
		return -EALREADY;
	}
	shim.state = STARTING;
	pthread_mutex_unlock(&shim.lock);
	shim.rpc_path = strdup(memory_at(rpc_path));
	shim.config_path = strdup(memory_at(config_path));
	snprintf(shim.core_mask, sizeof(shim.core_mask), "[%d]", (int)core);
	shim.memory_mib = memory_mib;
	shim.flags = flags;
	rc = ring_open();
	if (rc == 0)
		rc = log_open();
	if (rc == 0)
		rc = start_thread();
	if (rc != 0) {
		set_state(ENDED, rc);
		return rc;
	}
	pthread_mutex_lock(&shim.lock);
	while (shim.state == STARTING)
		pthread_cond_wait(&shim.changed, &shim.lock);
	rc = shim.state == RUNNING ? 0 : shim.failure != 0 ? shim.failure : -EIO;
	pthread_mutex_unlock(&shim.lock);
	return rc;
}

/* App thread, when the I/O thread has ended. */
static void stop_app(void *unused)
{
	(void)unused;
	control_close();
	spdk_app_stop(0);
}

/*
 * Stops SPDK and waits for its end. The caller has closed every handle, has no request under way
 * and makes none any more: a descriptor left open would make this wait for ever.
 */
FUNCTION(jint, stop)(JNIEnv *env, jclass self)
{
	int rc;

	UNUSED_JNI();
	pthread_mutex_lock(&shim.lock);
	if (shim.state != RUNNING) {
		pthread_mutex_unlock(&shim.lock);
		return -ESHUTDOWN;
	}
	shim.state = STOPPING;
	pthread_mutex_unlock(&shim.lock);
	threads_refuse();
	threads_close(stop_app);
	rc = pthread_join(shim.thread, NULL);
	return rc != 0 ? -rc : shim.failure;
}

/* App thread, for ever. */
static void rest(void *unused)
{
	(void)unused;
	log_close();
	set_state(ENDED, 0);
	ring_close();
	for (;;)
		pause();
}

/*
 * Has SPDK's pthread do nothing any more, and waits until it does so, instead of a stop: for when
 * SPDK itself has left a descriptor open. The process can end then; nothing else can be asked.
 */
FUNCTION(jint, park)(JNIEnv *env, jclass self)
{
	int rc;

	UNUSED_JNI();
	pthread_mutex_lock(&shim.lock);
	if (shim.state != RUNNING) {
		pthread_mutex_unlock(&shim.lock);
		return -ESHUTDOWN;
	}
	shim.state = STOPPING;
	pthread_mutex_unlock(&shim.lock);
	threads_refuse();
	rc = spdk_thread_send_msg(spdk_thread_get_app_thread(), rest, NULL);
	pthread_mutex_lock(&shim.lock);
	while (rc == 0 && shim.state != ENDED)
		pthread_cond_wait(&shim.changed, &shim.lock);
	pthread_mutex_unlock(&shim.lock);
	return rc;
}

/* The version compiled against: year, month and patch as two decimal digits each. */
FUNCTION(jint, version)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return SPDK_VERSION;
}

/* The flags of start, so that Java need not know their bits. */
FUNCTION(jint, flagNoHuge)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return FLAG_NO_HUGE;
}

FUNCTION(jint, flagNoPci)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return FLAG_NO_PCI;
}

FUNCTION(jint, flagInterrupt)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	return FLAG_INTERRUPT;
}

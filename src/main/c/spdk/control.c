/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The control socket, JSON-RPC over a Unix socket in this process.
 *
 * The server that SPDK's framework would open looks for work every 4 ms, at all times: that is most
 * of what an idle agent would cost, and most of the time that a call would take. This one is polled
 * often while the agent makes a call, and rarely otherwise, for an administrator's rpc.py.
 *
 * Everything here belongs to the app thread. The native methods send it a message, from any thread,
 * and do not wait.
 */

#include "control.h"

#include "spdk_native.h"
#include "threads.h"

#include <errno.h>

#include <spdk/rpc.h>
#include <spdk/thread.h>
#include <spdk/version.h>

enum { OFTEN_US = 200, SELDOM_US = 100000 };

#if SPDK_VERSION >= SPDK_VERSION_NUM(24, 5, 0)

static struct spdk_rpc_server *server;

static int listen_at(const char *path)
{
	server = spdk_rpc_server_listen(path);
	return server == NULL ? -EADDRNOTAVAIL : 0;
}

static void accept_calls(void)
{
	spdk_rpc_server_accept(server);
}

static void close_socket(void)
{
	spdk_rpc_server_close(server);
}

#else

static int listen_at(const char *path)
{
	return spdk_rpc_listen(path);
}

static void accept_calls(void)
{
	spdk_rpc_accept();
}

static void close_socket(void)
{
	spdk_rpc_close();
}

#endif

static struct spdk_poller *poller;
/* The agent's own calls under way. */
static int calls;

static int look(void *unused)
{
	(void)unused;
	accept_calls();
	return calls > 0 ? SPDK_POLLER_BUSY : SPDK_POLLER_IDLE;
}

/* 0, or -ENOMEM, and then it is looked at as often as before. */
static int look_every(uint64_t period_us)
{
	struct spdk_poller *next;

	next = spdk_poller_register_named(look, NULL, period_us, "scrubjay_control");
	if (next == NULL)
		return -ENOMEM;
	spdk_poller_unregister(&poller);
	poller = next;
	return 0;
}

int control_open(const char *path)
{
	int rc;

	rc = listen_at(path);
	if (rc != 0)
		return rc;
	rc = look_every(SELDOM_US);
	if (rc != 0)
		close_socket();
	return rc;
}

void control_close(void)
{
	spdk_poller_unregister(&poller);
	close_socket();
}

/* A message that comes after control_close finds no poller. */
static void call_begins(void *unused)
{
	(void)unused;
	if (poller == NULL || calls++ > 0)
		return;
	/* The caller has written its request already. */
	accept_calls();
	look_every(OFTEN_US);
}

static void call_ends(void *unused)
{
	(void)unused;
	if (poller == NULL || --calls > 0)
		return;
	look_every(SELDOM_US);
}

/* The agent has written a request to the control socket. */
FUNCTION(void, callBegins)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	app_send(call_begins);
}

/* The answer has been read, or nobody waits for it any more. Once after each callBegins. */
FUNCTION(void, callEnds)(JNIEnv *env, jclass self)
{
	UNUSED_JNI();
	app_send(call_ends);
}

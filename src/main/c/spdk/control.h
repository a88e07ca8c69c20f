/* SPDX-License-Identifier: Apache-2.0 */

/* The control socket: see control.c. */

#ifndef SCRUBJAY_CONTROL_H
#define SCRUBJAY_CONTROL_H

/* Opens the control socket at this path, which is not kept. App thread. 0, or -errno. */
int control_open(const char *path);

/* Ends what control_open began. App thread. */
void control_close(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */

/* For the files that have native methods of SpdkNative. */

#ifndef SCRUBJAY_SPDK_NATIVE_H
#define SCRUBJAY_SPDK_NATIVE_H

#include "io_scrubjay_engine_spdk_process_SpdkNative.h"

#include "../java.h"

#define JAVA_CLASS io_scrubjay_engine_spdk_process_SpdkNative

#endif

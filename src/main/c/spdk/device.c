/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.spdk.device.DeviceNative: the file or block device below a pool, seen from the
 * operating system: a lock, what lies on it, and its cache. Knows nothing of SPDK.
 *
 * Every function runs on the Java thread that calls it, any of them, and blocks it for the device.
 * Nothing is kept between calls; memory and paths stay the caller's, and a descriptor is the caller's
 * until it calls close. Every result is >= 0, or -errno.
 */

#include "io_scrubjay_engine_spdk_device_DeviceNative.h"

#include "../java.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <blkid/blkid.h>

/* As many as SPDK asks for. */
enum { RING_ENTRIES = 512 };

#define JAVA_CLASS io_scrubjay_engine_spdk_device_DeviceNative

/*
 * Opens a file or block device for reading and writing, and locks it against every other opening
 * by this function, in this process or another: -EAGAIN when there is one, -EBUSY when a block
 * device is mounted or otherwise claimed. The lock is the open file's, not the process's, so that
 * closing another descriptor of the same file does not lose it.
 */
FUNCTION(jint, openLocked)(JNIEnv *env, jclass self, jlong path)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat status;
	int flags = O_RDWR | O_CLOEXEC;
	int fd, rc;

	UNUSED_JNI();
	if (stat(memory_at(path), &status) < 0)
		return -errno;
	if (S_ISBLK(status.st_mode))
		flags |= O_EXCL;
	else if (!S_ISREG(status.st_mode))
		return -ENOTBLK;
	fd = open(memory_at(path), flags);
	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		rc = errno == EACCES ? -EAGAIN : -errno;
		close(fd);
		return rc;
	}
	return fd;
}

/* Closes what openLocked or openMemory gave, and with it ends the lock. */
FUNCTION(jint, close)(JNIEnv *env, jclass self, jint fd)
{
	UNUSED_JNI();
	return close(fd) < 0 ? -errno : 0;
}

/* The length in bytes; that of a block device is asked of the kernel's block layer. */
FUNCTION(jlong, size)(JNIEnv *env, jclass self, jint fd)
{
	struct stat status;
	uint64_t bytes;

	UNUSED_JNI();
	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISBLK(status.st_mode))
		return status.st_size;
	return ioctl(fd, BLKGETSIZE64, &bytes) < 0 ? -errno : (jlong)bytes;
}

/* Reads up to length bytes at offset; fewer only at the end. */
FUNCTION(jlong, read)(JNIEnv *env, jclass self, jint fd, jlong address, jlong offset, jlong length)
{
	uint8_t *to = memory_at(address);
	jlong done = 0;

	UNUSED_JNI();
	while (done < length) {
		ssize_t count =
			pread(fd, to + done, (size_t)(length - done), (off_t)(offset + done));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			break;
		done += count;
	}
	return done;
}

/* Writes length bytes at offset, all of them unless it fails; then some may be written. */
FUNCTION(jlong, write)(JNIEnv *env, jclass self, jint fd, jlong address, jlong offset, jlong length)
{
	const uint8_t *from = memory_at(address);
	jlong done = 0;

	UNUSED_JNI();
	while (done < length) {
		ssize_t count =
			pwrite(fd, from + done, (size_t)(length - done), (off_t)(offset + done));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			return -EIO;
		done += count;
	}
	return done;
}

/* Creates a file of this size that is only in memory, without data; close ends it. */
FUNCTION(jint, openMemory)(JNIEnv *env, jclass self, jlong size)
{
	int fd = memfd_create("scrubjay-device", MFD_CLOEXEC);
	int rc;

	UNUSED_JNI();
	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

/* Makes everything written to the device durable, whichever descriptor it was written through. */
FUNCTION(jint, sync)(JNIEnv *env, jclass self, jint fd)
{
	int rc;

	UNUSED_JNI();
	do
		rc = fdatasync(fd);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? -errno : 0;
}

/* The length of the name, or 0 for nothing, or -EIO. The probe and the name stay the caller's. */
static int look(blkid_probe probe, int fd, char *name, size_t max)
{
	const char *type = NULL;
	int rc;

	if (blkid_probe_set_device(probe, fd, 0, 0) != 0)
		return -EIO;
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE);
	blkid_probe_enable_partitions(probe, 1);
	rc = blkid_do_safeprobe(probe);
	if (rc == 1)
		return 0;
	if (rc == -2)
		type = "several file systems at once";
	else if (rc != 0)
		return -EIO;
	else if (blkid_probe_lookup_value(probe, "TYPE", &type, NULL) != 0 &&
		blkid_probe_lookup_value(probe, "PTTYPE", &type, NULL) != 0)
		type = "something unnamed";
	snprintf(name, max, "%s", type);
	return (int)strlen(name);
}

/*
 * Looks for the signature of a file system, volume manager or partition table. 0 when libblkid
 * knows of none; else the length of its name, which is then at the address.
 */
FUNCTION(jint, signature)(JNIEnv *env, jclass self, jint fd, jlong address, jint max)
{
	blkid_probe probe = blkid_new_probe();
	int rc;

	UNUSED_JNI();
	if (probe == NULL)
		return -ENOMEM;
	rc = look(probe, fd, memory_at(address), (size_t)max);
	blkid_free_probe(probe);
	return rc;
}

/*
 * Whether this process may use io_uring: 0, or -EPERM or -ENOSYS if the kernel or a container's
 * filter forbids it. SPDK does not check that, and accesses the ring that it did not get.
 */
FUNCTION(jint, ioUring)(JNIEnv *env, jclass self)
{
	struct io_uring_params params;
	long ring;

	UNUSED_JNI();
	memset(&params, 0, sizeof(params));
	ring = syscall(SYS_io_uring_setup, RING_ENTRIES, &params);
	if (ring < 0)
		return -errno;
	close((int)ring);
	return 0;
}

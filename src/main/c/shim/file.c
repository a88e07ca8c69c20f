/* SPDX-License-Identifier: Apache-2.0 */

/*
 * io.scrubjay.engine.file.FileNative: one function for one system call, or for one loop around it.
 *
 * Every result is >= 0, or -errno. Every function may be called from any thread and blocks that
 * thread for the device; EINTR is never seen by the caller. A path is the address of its bytes with
 * a NUL at the end, a buffer the address of its first byte; both stay the caller's. A descriptor
 * comes from one of the open functions and is the caller's until it calls close.
 */

#include "io_scrubjay_engine_file_FileNative.h"

#include "../java.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The bytes belong to tenants: nobody but the agent's user may look at them. */
enum { FILE_MODE = 0600, DIRECTORY_MODE = 0700 };

#define JAVA_CLASS io_scrubjay_engine_file_FileNative

/* The call's result, or -errno; again and again while a signal interrupts it. */
#define RETRY(call)                                                                                \
	({                                                                                         \
		long long result_;                                                                 \
		do                                                                                 \
			result_ = (call);                                                          \
		while (result_ < 0 && errno == EINTR);                                             \
		result_ < 0 ? -(long long)errno : result_;                                         \
	})

/* O_NOFOLLOW wherever a file of a volume is meant: a link there may lead out of the pool. */
static jint open_file(jlong path, int flags)
{
	return (jint)RETRY(open(memory_at(path), flags | O_CLOEXEC, FILE_MODE));
}

/* Opens a file for reading through the page cache. */
FUNCTION(jint, openRead)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return open_file(path, O_RDONLY | O_NOFOLLOW);
}

/* Opens a directory, also by a link to it; -ENOTDIR for anything else. */
FUNCTION(jint, openDirectory)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return open_file(path, O_RDONLY | O_DIRECTORY);
}

/*
 * Takes the exclusive lock of an open file or directory, or returns -EWOULDBLOCK while another
 * opening has it. The lock ends when the descriptor is closed.
 */
FUNCTION(jint, lock)(JNIEnv *env, jclass self, jint fd)
{
	UNUSED_JNI();
	return (jint)RETRY(flock(fd, LOCK_EX | LOCK_NB));
}

/* 1 when the path leads to the file or directory that is open as fd, 0 when it leads to another. */
FUNCTION(jint, leadsTo)(JNIEnv *env, jclass self, jlong path, jint fd)
{
	struct stat there;
	struct stat open;

	UNUSED_JNI();
	if (stat(memory_at(path), &there) < 0 || fstat(fd, &open) < 0)
		return -errno;
	return there.st_dev == open.st_dev && there.st_ino == open.st_ino;
}

/* 0 when there is anything at this path, which may be a symbolic link; -ENOENT when there is not. */
FUNCTION(jint, find)(JNIEnv *env, jclass self, jlong path)
{
	struct stat found;

	UNUSED_JNI();
	return lstat(memory_at(path), &found) < 0 ? -errno : 0;
}

/* How many names an open file has; 0 once it was removed. */
FUNCTION(jlong, links)(JNIEnv *env, jclass self, jint fd)
{
	struct stat file;

	UNUSED_JNI();
	return fstat(fd, &file) < 0 ? -errno : (jlong)file.st_nlink;
}

/* Opens a file for reading around the page cache; -EINVAL where the file system cannot. */
FUNCTION(jint, openReadDirect)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return open_file(path, O_RDONLY | O_DIRECT | O_NOFOLLOW);
}

/* Opens a file for reading and writing through the page cache. */
FUNCTION(jint, openWrite)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return open_file(path, O_RDWR | O_NOFOLLOW);
}

/* Opens a file for reading and writing around the page cache; -EINVAL where the file system cannot.
 */
FUNCTION(jint, openWriteDirect)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return open_file(path, O_RDWR | O_DIRECT | O_NOFOLLOW);
}

/* Makes an empty file and opens it for reading and writing; one that exists is emptied. */
FUNCTION(jint, create)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return open_file(path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW);
}

/* Gives a descriptor back. It is gone whatever the result, so EINTR is no reason to try again. */
FUNCTION(jint, close)(JNIEnv *env, jclass self, jint fd)
{
	UNUSED_JNI();
	return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

/*
 * Reads length bytes at offset. Less only when the file ends there: the number of bytes before its
 * end.
 *
 * The end is asked for after a short read, not found by reading again: around the page cache, a
 * read at an end that is not aligned is EINVAL.
 */
FUNCTION(jlong, pread)
(JNIEnv *env, jclass self, jint fd, jlong address, jlong offset, jlong length)
{
	char *to = memory_at(address);
	jlong done = 0;

	UNUSED_JNI();
	while (done < length) {
		long long n = RETRY(pread(fd, to + done, (size_t)(length - done), offset + done));
		struct stat file;

		if (n < 0)
			return n;
		if (n == 0)
			break;
		done += n;
		if (done < length) {
			if (fstat(fd, &file) < 0)
				return -errno;
			if (offset + done >= file.st_size)
				break;
		}
	}
	return done;
}

/* Writes length bytes at offset, all of them unless it fails; then some may be written. */
FUNCTION(jlong, pwrite)
(JNIEnv *env, jclass self, jint fd, jlong address, jlong offset, jlong length)
{
	const char *from = memory_at(address);
	jlong done = 0;

	UNUSED_JNI();
	while (done < length) {
		long long n =
			RETRY(pwrite(fd, from + done, (size_t)(length - done), offset + done));

		if (n < 0)
			return n;
		if (n == 0)
			return -EIO;
		done += n;
	}
	return done;
}

/* Makes a file's data durable, with as much of its metadata as reading them needs. */
FUNCTION(jint, fdatasync)(JNIEnv *env, jclass self, jint fd)
{
	UNUSED_JNI();
	return (jint)RETRY(fdatasync(fd));
}

/* Makes a file durable, or the names in a directory. */
FUNCTION(jint, fsync)(JNIEnv *env, jclass self, jint fd)
{
	UNUSED_JNI();
	return (jint)RETRY(fsync(fd));
}

/* Sets a file's length; what is new reads as zeroes. */
FUNCTION(jint, ftruncate)(JNIEnv *env, jclass self, jint fd, jlong length)
{
	UNUSED_JNI();
	return (jint)RETRY(ftruncate(fd, length));
}

/* Gives every block of the range to the file; data stay, holes read as zeroes still. */
FUNCTION(jint, allocate)(JNIEnv *env, jclass self, jint fd, jlong offset, jlong length)
{
	UNUSED_JNI();
	return (jint)RETRY(fallocate(fd, 0, offset, length));
}

/* As allocate, and copies what the file shares with others; -EOPNOTSUPP where nothing is ever
 * shared. */
FUNCTION(jint, unshare)(JNIEnv *env, jclass self, jint fd, jlong offset, jlong length)
{
	UNUSED_JNI();
	return (jint)RETRY(fallocate(fd, FALLOC_FL_UNSHARE_RANGE, offset, length));
}

/* Makes the range read as zeroes and keeps its blocks. */
FUNCTION(jint, zeroRange)(JNIEnv *env, jclass self, jint fd, jlong offset, jlong length)
{
	UNUSED_JNI();
	return (jint)RETRY(
		fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offset, length));
}

/* Makes the range read as zeroes and gives its blocks back. */
FUNCTION(jint, punchHole)(JNIEnv *env, jclass self, jint fd, jlong offset, jlong length)
{
	UNUSED_JNI();
	return (jint)RETRY(
		fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length));
}

/* The first byte of data at or after offset; -ENXIO when there is none. Moves the file position
 * only. */
FUNCTION(jlong, seekData)(JNIEnv *env, jclass self, jint fd, jlong offset)
{
	UNUSED_JNI();
	return RETRY(lseek(fd, offset, SEEK_DATA));
}

/* The first byte of a hole at or after offset, the file's end being one; -ENXIO beyond the end. */
FUNCTION(jlong, seekHole)(JNIEnv *env, jclass self, jint fd, jlong offset)
{
	UNUSED_JNI();
	return RETRY(lseek(fd, offset, SEEK_HOLE));
}

/* Makes the first file share all blocks of the second; an error where the file system cannot. */
FUNCTION(jint, reflink)(JNIEnv *env, jclass self, jint to, jint from)
{
	UNUSED_JNI();
	return (jint)RETRY(ioctl(to, FICLONE, from));
}

/* Drops what the page cache has of the range and what is already on the medium. */
FUNCTION(jint, dropCache)(JNIEnv *env, jclass self, jint fd, jlong offset, jlong length)
{
	UNUSED_JNI();
	/* This one returns the error number itself. */
	return -posix_fadvise(fd, offset, length, POSIX_FADV_DONTNEED);
}

/*
 * Where on the device a file's data lie: writes up to capacity triples of 64-bit numbers to
 * address, offset in the file, offset on the device, length; from the given offset on, in ascending
 * order. Only extents whose place is known and final, and whose bytes lie there as they are;
 * extents that hold no data yet, or hold them packed, are left out. A result of 0 can thus mean
 * that all extents looked at were left out: offset in the file where to go on is written behind the
 * triples, -1 at the end of the file.
 */
FUNCTION(jint, extents)
(JNIEnv *env, jclass self, jint fd, jlong address, jlong offset, jint capacity)
{
	const __u32 vague = FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_ENCODED |
		FIEMAP_EXTENT_NOT_ALIGNED | FIEMAP_EXTENT_UNWRITTEN;
	jlong *out = memory_at(address);
	struct fiemap *map;
	jlong next = -1;
	jint count = 0;
	jint result;

	UNUSED_JNI();
	map = calloc(1, sizeof(*map) + (size_t)capacity * sizeof(map->fm_extents[0]));
	if (map == NULL)
		return -ENOMEM;
	map->fm_start = (__u64)offset;
	map->fm_length = FIEMAP_MAX_OFFSET - (__u64)offset;
	map->fm_flags = FIEMAP_FLAG_SYNC;
	map->fm_extent_count = (__u32)capacity;
	result = (jint)RETRY(ioctl(fd, FS_IOC_FIEMAP, map));
	if (result < 0)
		goto out;
	for (__u32 i = 0; i < map->fm_mapped_extents; i++) {
		const struct fiemap_extent *extent = &map->fm_extents[i];

		next = (extent->fe_flags & FIEMAP_EXTENT_LAST) ?
			-1 :
			(jlong)(extent->fe_logical + extent->fe_length);
		if (extent->fe_flags & vague)
			continue;
		out[3 * count] = (jlong)extent->fe_logical;
		out[3 * count + 1] = (jlong)extent->fe_physical;
		out[3 * count + 2] = (jlong)extent->fe_length;
		count++;
	}
	out[3 * count] = next;
	result = count;
out:
	free(map);
	return result;
}

/* A file's length in bytes. */
FUNCTION(jlong, size)(JNIEnv *env, jclass self, jint fd)
{
	struct stat file;

	UNUSED_JNI();
	return fstat(fd, &file) < 0 ? -errno : file.st_size;
}

/* The bytes a file occupies, which are fewer than its length when it has holes. */
FUNCTION(jlong, occupied)(JNIEnv *env, jclass self, jlong path)
{
	/* POSIX counts st_blocks in these, whatever the file system's own block is. */
	enum { STAT_BLOCK = 512 };
	struct stat file;

	UNUSED_JNI();
	return stat(memory_at(path), &file) < 0 ? -errno : (jlong)file.st_blocks * STAT_BLOCK;
}

/*
 * How many files may be made yet on the file system of a path; the largest number there is where it has no bound of its
 * own for them, which it says by counting none at all.
 */
FUNCTION(jlong, freeFiles)(JNIEnv *env, jclass self, jlong path)
{
	struct statvfs system;
	long long result;

	UNUSED_JNI();
	result = RETRY(statvfs(memory_at(path), &system));
	if (result < 0)
		return result;
	return system.f_files == 0 || system.f_favail > INT64_MAX ? INT64_MAX :
								    (jlong)system.f_favail;
}

/* Makes a directory; -EEXIST when there is one. */
FUNCTION(jint, mkdir)(JNIEnv *env, jclass self, jlong path)
{
	UNUSED_JNI();
	return (jint)RETRY(mkdir(memory_at(path), DIRECTORY_MODE));
}

/* Renames in one step. A file takes the place of a file, a directory that of an empty one only. */
FUNCTION(jint, rename)(JNIEnv *env, jclass self, jlong from, jlong to)
{
	UNUSED_JNI();
	return (jint)RETRY(rename(memory_at(from), memory_at(to)));
}

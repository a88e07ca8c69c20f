/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The calls: see pool_calls.h.
 *
 * Which file a descriptor belongs to is asked of /proc each time, not kept: descriptors are closed and
 * duplicated in ways that cannot be seen from here, and files are renamed while they are open.
 */

#include "pool_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* The function of this name that would have been called without us. */
#define NEXT(function)                                                                             \
	({                                                                                         \
		static __typeof__(&function) next_;                                                \
		if (next_ == NULL)                                                                 \
			next_ = (__typeof__(&function))dlsym(RTLD_NEXT, #function);                \
		next_;                                                                             \
	})

/* Makes the call if it is not the pool's, or with the policy before and after it. */
#define MAKE(is_pool, told, call)                                                                  \
	({                                                                                         \
		__typeof__(call) result_ = (__typeof__(call))-1;                                   \
		int error_ = (is_pool) ? before_pool_call(&(told)) : 0;                            \
		if (error_ == 0) {                                                                 \
			result_ = (call);                                                          \
			error_ = errno;                                                            \
			if (is_pool)                                                               \
				after_pool_call(&(told), (long long)result_,                       \
					result_ == (__typeof__(call))-1 ? error_ : 0);             \
		}                                                                                  \
		errno = error_;                                                                    \
		result_;                                                                           \
	})

static const char *root(void)
{
	static const char *value;

	if (value == NULL) {
		value = getenv("POOL_CALLS_ROOT");
		if (value == NULL)
			value = "";
	}
	return value;
}

/* Whether an absolute path lies below the pool; then what it is called there. */
static bool is_below(const char *path, char *name)
{
	size_t length = strlen(root());

	if (length == 0 || strncmp(path, root(), length) != 0)
		return false;
	if (path[length] == '\0') {
		strcpy(name, ".");
		return true;
	}
	if (path[length] != '/')
		return false;
	snprintf(name, PATH_BYTES, "%s", path + length + 1);
	return true;
}

static bool path_of(int fd, char *path)
{
	char link[32];
	long length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_BYTES - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return true;
}

static bool is_pool_file(int fd, char *name)
{
	char path[PATH_BYTES];
	int error = errno;
	bool is_pool = root()[0] != '\0' && path_of(fd, path) && is_below(path, name);

	errno = error;
	return is_pool;
}

/* A relative path is looked at only where it is one of a directory that is open: agents have no others. */
static bool is_pool_path(int directory, const char *path, char *name)
{
	char whole[2 * PATH_BYTES];
	int error = errno;
	bool is_pool = false;

	if (root()[0] == '\0' || path == NULL)
		return false;
	if (path[0] == '/') {
		is_pool = is_below(path, name);
	} else if (directory != AT_FDCWD && path_of(directory, whole)) {
		size_t length = strlen(whole);

		snprintf(whole + length, sizeof(whole) - length, "/%s", path);
		is_pool = is_below(whole, name);
	}
	errno = error;
	return is_pool;
}

/* A call on an open file: its name, its descriptor, and how it is made. */
#define ON_FILE(name_, fd_, data_, offset_, length_, flags_, call_)                                \
	({                                                                                         \
		char path_[PATH_BYTES];                                                            \
		bool is_pool_ = is_pool_file(fd_, path_);                                          \
		struct pool_call told_ = {.name = (name_),                                         \
			.path = path_,                                                             \
			.data = (data_),                                                           \
			.offset = (long long)(offset_),                                            \
			.length = (long long)(length_),                                            \
			.flags = (flags_)};                                                        \
		MAKE(is_pool_, told_, call_);                                                      \
	})

/* A call that fills an open file from another. */
#define COPYING(name_, fd_, from_, offset_, length_, call_)                                        \
	({                                                                                         \
		char path_[PATH_BYTES];                                                            \
		char source_[PATH_BYTES];                                                          \
		bool is_pool_ = is_pool_file(fd_, path_);                                          \
		struct pool_call told_ = {.name = (name_),                                         \
			.path = path_,                                                             \
			.from = is_pool_file(from_, source_) ? source_ : NULL,                     \
			.offset = (long long)(offset_),                                            \
			.length = (long long)(length_)};                                           \
		MAKE(is_pool_, told_, call_);                                                      \
	})

/* How many bytes of a read or write are moved. */
static size_t moved(int fd, size_t length)
{
	char name[PATH_BYTES];

	return shorten_pool_call != NULL && is_pool_file(fd, name) ? shorten_pool_call(fd, length) :
								     length;
}

/* A call on a name. */
#define ON_PATH(name_, directory_, of_, call_) OPENING(name_, directory_, of_, 0, call_)

/* One that opens what has this name. */
#define OPENING(name_, directory_, of_, flags_, call_)                                             \
	({                                                                                         \
		char path_[PATH_BYTES];                                                            \
		bool is_pool_ = is_pool_path(directory_, of_, path_);                              \
		struct pool_call told_ = {                                                         \
			.name = (name_), .path = path_, .offset = -1, .flags = (flags_)};          \
		MAKE(is_pool_, told_, call_);                                                      \
	})

/* A call on two names. */
#define ON_PATHS(name_, from_at_, from_, to_at_, to_, call_)                                       \
	({                                                                                         \
		char path_[PATH_BYTES];                                                            \
		char second_[PATH_BYTES];                                                          \
		bool is_pool_ = is_pool_path(from_at_, from_, path_) &&                            \
			is_pool_path(to_at_, to_, second_);                                        \
		struct pool_call told_ = {                                                         \
			.name = (name_), .path = path_, .to = second_, .offset = -1};              \
		MAKE(is_pool_, told_, call_);                                                      \
	})

/* Under the name that a program compiled for large files calls. */
#define ALSO_64(type, name, ...) type name##64(__VA_ARGS__) __attribute__((alias(#name)))

static const char *opening(int flags)
{
	return flags & O_CREAT ? "create" : "open";
}

static int mode_of(int flags, va_list arguments)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, int) : 0;
}

int openat(int directory, const char *path, int flags, ...)
{
	va_list arguments;
	int mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return OPENING(
		opening(flags), directory, path, flags, NEXT(openat)(directory, path, flags, mode));
}
ALSO_64(int, openat, int directory, const char *path, int flags, ...);

int open(const char *path, int flags, ...)
{
	va_list arguments;
	int mode;

	va_start(arguments, flags);
	mode = mode_of(flags, arguments);
	va_end(arguments);
	return OPENING(opening(flags), AT_FDCWD, path, flags, NEXT(open)(path, flags, mode));
}
ALSO_64(int, open, const char *path, int flags, ...);

ssize_t read(int fd, void *buffer, size_t length)
{
	return ON_FILE("read", fd, NULL, -1, length, 0, NEXT(read)(fd, buffer, moved(fd, length)));
}

ssize_t write(int fd, const void *buffer, size_t length)
{
	return ON_FILE(
		"write", fd, buffer, -1, length, 0, NEXT(write)(fd, buffer, moved(fd, length)));
}

ssize_t pread(int fd, void *buffer, size_t length, off_t offset)
{
	return ON_FILE("pread", fd, NULL, offset, length, 0,
		NEXT(pread)(fd, buffer, moved(fd, length), offset));
}
ALSO_64(ssize_t, pread, int fd, void *buffer, size_t length, off64_t offset);

ssize_t pwrite(int fd, const void *buffer, size_t length, off_t offset)
{
	return ON_FILE("pwrite", fd, buffer, offset, length, 0,
		NEXT(pwrite)(fd, buffer, moved(fd, length), offset));
}
ALSO_64(ssize_t, pwrite, int fd, const void *buffer, size_t length, off64_t offset);

int fsync(int fd)
{
	return ON_FILE("fsync", fd, NULL, -1, 0, 0, NEXT(fsync)(fd));
}

int fdatasync(int fd)
{
	return ON_FILE("fdatasync", fd, NULL, -1, 0, 0, NEXT(fdatasync)(fd));
}

int ftruncate(int fd, off_t length)
{
	return ON_FILE("ftruncate", fd, NULL, 0, length, 0, NEXT(ftruncate)(fd, length));
}
ALSO_64(int, ftruncate, int fd, off64_t length);

int fallocate(int fd, int mode, off_t offset, off_t length)
{
	return ON_FILE("fallocate", fd, NULL, offset, length, mode,
		NEXT(fallocate)(fd, mode, offset, length));
}
ALSO_64(int, fallocate, int fd, int mode, off64_t offset, off64_t length);

/* Of these, the one that drops pages of the cache; it returns the error number. */
int posix_fadvise(int fd, off_t offset, off_t length, int advice)
{
	int result;

	if (advice != POSIX_FADV_DONTNEED)
		return NEXT(posix_fadvise)(fd, offset, length, advice);
	result = ON_FILE("drop", fd, NULL, offset, length, 0,
		NEXT(posix_fadvise)(fd, offset, length, advice));
	return result < 0 ? errno : result;
}
ALSO_64(int, posix_fadvise, int fd, off64_t offset, off64_t length, int advice);

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length,
	unsigned int flags)
{
	return COPYING("copy_file_range", to, from, to_offset == NULL ? -1 : *to_offset, length,
		NEXT(copy_file_range)(from, from_offset, to, to_offset, length, flags));
}

/* Of these, the one that shares blocks changes a file. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (request != FICLONE)
		return NEXT(ioctl)(fd, request, argument);
	return COPYING(
		"reflink", fd, (int)(intptr_t)argument, 0, 0, NEXT(ioctl)(fd, request, argument));
}

int stat(const char *path, struct stat *into)
{
	return ON_PATH("stat", AT_FDCWD, path, NEXT(stat)(path, into));
}

int stat64(const char *path, struct stat64 *into)
{
	return ON_PATH("stat", AT_FDCWD, path, NEXT(stat64)(path, into));
}

int lstat(const char *path, struct stat *into)
{
	return ON_PATH("stat", AT_FDCWD, path, NEXT(lstat)(path, into));
}

int lstat64(const char *path, struct stat64 *into)
{
	return ON_PATH("stat", AT_FDCWD, path, NEXT(lstat64)(path, into));
}

int mkdirat(int directory, const char *path, mode_t mode)
{
	return ON_PATH("mkdir", directory, path, NEXT(mkdirat)(directory, path, mode));
}

int mkdir(const char *path, mode_t mode)
{
	return ON_PATH("mkdir", AT_FDCWD, path, NEXT(mkdir)(path, mode));
}

int rmdir(const char *path)
{
	return ON_PATH("rmdir", AT_FDCWD, path, NEXT(rmdir)(path));
}

int unlinkat(int directory, const char *path, int flags)
{
	return ON_PATH(flags & AT_REMOVEDIR ? "rmdir" : "unlink", directory, path,
		NEXT(unlinkat)(directory, path, flags));
}

int unlink(const char *path)
{
	return ON_PATH("unlink", AT_FDCWD, path, NEXT(unlink)(path));
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
	return ON_PATHS(
		"rename", from_at, from, to_at, to, NEXT(renameat)(from_at, from, to_at, to));
}

int rename(const char *from, const char *to)
{
	return ON_PATHS("rename", AT_FDCWD, from, AT_FDCWD, to, NEXT(rename)(from, to));
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
	return ON_PATHS(
		"link", from_at, from, to_at, to, NEXT(linkat)(from_at, from, to_at, to, flags));
}

int link(const char *from, const char *to)
{
	return ON_PATHS("link", AT_FDCWD, from, AT_FDCWD, to, NEXT(link)(from, to));
}

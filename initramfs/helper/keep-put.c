/* Puts what an archive on standard input holds into the file system whose root is the root of this process. */
#include "helper.h"
#include "kept.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static struct kept kept;
static char path[PATH_MAX + 1], target[PATH_MAX + 1];

static int failed(const char *what)
{
	return fail("WRITE_FAILED", "/%s cannot be %s: %s", kept.name, what, strerror(errno));
}

static int put_bytes(struct archive *archive)
{
	static uint8_t bytes[65536];
	const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return failed("made");
	for (uint64_t left = kept.size; left > 0;) {
		const size_t now = left < sizeof bytes ? (size_t)left : sizeof bytes;
		if (!archive_read(archive, bytes, now)) {
			close(file);
			return FAILED;
		}
		if (!write_stream(file, bytes, now)) {
			const int status = failed("written");
			close(file);
			return status;
		}
		left -= now;
	}
	if (close(file) != 0)
		return failed("written");
	return archive_skip_pad(archive, kept.size) ? DONE : FAILED;
}

/* A folder that is there is filled; whatever else is in the way goes. */
static int make(struct archive *archive)
{
	struct stat there;
	const mode_t device = kept.type == '3' ? S_IFCHR : S_IFBLK;
	if (lstat(path, &there) == 0) {
		if (kept.type == '5' && (S_ISDIR(there.st_mode) || (kept.parent && stat(path, &there) == 0 && S_ISDIR(there.st_mode))))
			return DONE;
		if (S_ISDIR(there.st_mode)) {
			errno = EISDIR;
			return failed("put where the new system has a folder");
		}
		if (unlink(path) != 0)
			return failed("replaced");
	}
	switch (kept.type) {
	case '0': return put_bytes(archive);
	case '1':
		snprintf(target, sizeof target, "/%s", kept.link);
		return link(target, path) == 0 ? DONE : failed("linked");
	case '2': return symlink(kept.link, path) == 0 ? DONE : failed("linked");
	case '5': return mkdir(path, 0700) == 0 ? DONE : failed("made");
	case '6': return mkfifo(path, 0600) == 0 ? DONE : failed("made");
	default: return mknod(path, device | 0600, makedev(kept.major, kept.minor)) == 0 ? DONE : failed("made");
	}
}

static int put_one(struct archive *archive)
{
	struct stat there;
	snprintf(path, sizeof path, "/%s", kept.name);
	/* Of a folder that only leads to what is kept, the new system knows better what it should be. */
	if (kept.parent && stat(path, &there) == 0 && S_ISDIR(there.st_mode))
		return DONE;
	if (make(archive) != DONE)
		return FAILED;
	/* A hard link has what its file has. */
	if (kept.type == '1')
		return DONE;
	/* The owner comes first: a change of it takes away the bits of set-uid and capabilities. */
	if (lchown(path, kept.uid, kept.gid) != 0)
		return failed("given its owner");
	if (kept.type != '2' && chmod(path, kept.mode) != 0)
		return failed("given its mode");
	if (write_attributes(path, &kept) != DONE)
		return FAILED;
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = kept.mtime}};
	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0 ? DONE : failed("given its time");
}

int put_archive(struct archive *archive)
{
	int found;
	umask(077);
	while ((found = archive_next(archive, &kept)) > 0)
		if (put_one(archive) != DONE)
			return FAILED;
	return found < 0 ? FAILED : DONE;
}

int keep_put(const char *sha256)
{
	static struct archive archive;
	char hex[65];
	archive_begin(&archive, "what is kept");
	if (put_archive(&archive) != DONE)
		return FAILED;
	sha256_end(&archive.sum, hex);
	return strcmp(hex, sha256) == 0 ? DONE : fail("WRITE_FAILED", "what was put there is not what was saved");
}

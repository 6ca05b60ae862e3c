/*
 * Puts a whole tree, an archive on standard input, into the file system whose root is the root of this process. Until all of it has
 * come it grows in a folder: nothing that looks for a system at the usual places finds a part of one.
 */
#include "helper.h"
#include "kept.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROWING ".levitate-tree"

static int failed(const char *what)
{
	return fail("WRITE_FAILED", "the root of the new file system cannot be %s: %s", what, strerror(errno));
}

static int grow(void)
{
	static struct archive archive;
	char more;
	archive_begin(&archive, "the tree");
	if (put_archive(&archive) != DONE)
		return FAILED;
	/* Whoever sends it says so when all of it was sent. */
	return read(STDIN_FILENO, &more, 1) == 0 ? DONE : fail("WRITE_FAILED", "something follows the end of the tree");
}

/* A folder that gets another one above it is changed for some file systems (Linux fs/f2fs/dir.c, f2fs_set_link): it keeps its time. */
static int lift_one(const char *from, const char *to)
{
	struct stat about;
	if (lstat(from, &about) != 0 || rename(from, to) != 0)
		return failed("filled");
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = about.st_mtime}};
	return utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW) == 0 ? DONE : failed("filled");
}

static int lift_all(void)
{
	char from[PATH_MAX], to[PATH_MAX];
	DIR *folder = opendir("/" GROWING);
	struct dirent *one;
	int status = folder ? DONE : failed("read");
	while (status == DONE && (one = readdir(folder))) {
		if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
			continue;
		snprintf(from, sizeof from, "/" GROWING "/%s", one->d_name);
		snprintf(to, sizeof to, "/%s", one->d_name);
		status = lift_one(from, to);
	}
	if (folder)
		closedir(folder);
	return status;
}

/* The root gets what its entry of the archive gave to the folder in its place. */
static int lift_root(const struct stat *about, const struct kept *kept)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = about->st_mtime}};
	if (rmdir("/" GROWING) != 0)
		return failed("cleared");
	if (chown("/", about->st_uid, about->st_gid) != 0)
		return failed("given its owner");
	if (chmod("/", about->st_mode & 07777) != 0)
		return failed("given its mode");
	if (write_attributes("/", kept) != DONE)
		return FAILED;
	return utimensat(AT_FDCWD, "/", times, 0) == 0 ? DONE : failed("given its time");
}

int tree_put(const char *unused)
{
	static struct kept kept;
	struct stat about;
	(void)unused;
	const int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || mkdir("/" GROWING, 0700) != 0 || chroot("/" GROWING) != 0 || chdir("/") != 0)
		return failed("entered");
	if (grow() != DONE)
		return FAILED;
	if (fchdir(root) != 0 || chroot(".") != 0)
		return failed("entered");
	close(root);
	if (lstat("/" GROWING, &about) != 0)
		return failed("read");
	if (read_attributes("/" GROWING, &kept) != DONE || lift_all() != DONE)
		return FAILED;
	return lift_root(&about, &kept);
}

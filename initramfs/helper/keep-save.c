/*
 * Writes an archive of files to standard output, with all that is to be kept of them. On standard error it tells of each path, by
 * its place among the arguments, that is not there, and at the end how much it was.
 */
#include "helper.h"
#include "kept.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static struct archive archive;
static struct kept kept;
static uint64_t most, entries, content;
static size_t root; /* how many bytes of a path are the root that its name counts from */

/* Files with several names: the first that comes is the file, the others are hard links to it. */
static struct seen {
	struct seen *before;
	dev_t device;
	ino_t inode;
	char name[];
} *seen;

/* The folders on the way that are in the archive already. */
static struct way {
	struct way *before;
	char name[];
} *ways;

static int unreadable(const char *path)
{
	return fail("FLASHER_FAILED", "%s cannot be kept: %s", path, strerror(errno));
}

static const char *name_before(const struct stat *about)
{
	for (const struct seen *one = seen; one; one = one->before)
		if (one->device == about->st_dev && one->inode == about->st_ino)
			return one->name;
	return NULL;
}

static int remember(const struct stat *about)
{
	struct seen *one = malloc(sizeof *one + strlen(kept.name) + 1);
	if (!one)
		return fail("FLASHER_FAILED", "there is no room in RAM for the names of what is kept");
	one->before = seen;
	one->device = about->st_dev;
	one->inode = about->st_ino;
	strcpy(one->name, kept.name);
	seen = one;
	return DONE;
}

static int save_bytes(const char *path)
{
	static uint8_t bytes[65536];
	uint64_t left = kept.size;
	const int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return unreadable(path);
	int status = archive_put(&archive, &kept);
	while (status == DONE && left > 0) {
		const ssize_t now = read(file, bytes, left < sizeof bytes ? (size_t)left : sizeof bytes);
		if (now < 0 && errno == EINTR)
			continue;
		if (now < 0)
			status = unreadable(path);
		else if (now == 0)
			status = fail("FLASHER_FAILED", "%s became shorter while it was read", path);
		else if ((status = archive_bytes(&archive, bytes, (size_t)now)) == DONE)
			left -= (uint64_t)now;
	}
	close(file);
	return status == DONE ? archive_pad(&archive, kept.size) : status;
}

/* Sets what kind of file it is, and where it leads; gives 0 for what is not to be kept: a socket, which means nothing without its program. */
static int kind_of(const char *path, const struct stat *about)
{
	const char *before;
	kept.link[0] = 0;
	switch (about->st_mode & S_IFMT) {
	case S_IFDIR: kept.type = '5'; return 1;
	case S_IFIFO: kept.type = '6'; return 1;
	case S_IFCHR: kept.type = '3'; return 1;
	case S_IFBLK: kept.type = '4'; return 1;
	case S_IFLNK: {
		const ssize_t length = readlink(path, kept.link, sizeof kept.link - 1);
		kept.link[length > 0 ? length : 0] = 0;
		kept.type = '2';
		return 1;
	}
	case S_IFREG:
		before = about->st_nlink > 1 ? name_before(about) : NULL;
		/* A path that is named twice is kept once. */
		if (before && strcmp(before, kept.name) == 0)
			return 0;
		kept.type = before ? '1' : '0';
		if (before)
			snprintf(kept.link, sizeof kept.link, "%s", before);
		return 1;
	default: return 0;
	}
}

static int save_one(const char *path, const struct stat *about, int parent)
{
	kept.parent = parent;
	kept.mode = about->st_mode & 07777;
	kept.uid = about->st_uid;
	kept.gid = about->st_gid;
	kept.major = major(about->st_rdev);
	kept.minor = minor(about->st_rdev);
	kept.size = kept.type == '0' ? (uint64_t)about->st_size : 0;
	kept.mtime = about->st_mtime;
	content += kept.size;
	if (content > most)
		return fail("FLASHER_FAILED", "%s does not fit any more into the %llu bytes that are kept at most", path, (unsigned long long)most);
	if (!parent)
		entries++;
	if (read_attributes(path, &kept) != DONE)
		return FAILED;
	if (about->st_nlink > 1 && kept.type == '0' && remember(about) != DONE)
		return FAILED;
	return kept.type == '0' ? save_bytes(path) : archive_put(&archive, &kept);
}

static int save_tree(const char *path, dev_t device);

static int save_below(const char *path, dev_t device)
{
	struct dirent **found;
	char below[PATH_MAX];
	int status = DONE;
	const int count = scandir(path, &found, NULL, alphasort);
	if (count < 0)
		return unreadable(path);
	for (int at = 0; at < count; at++) {
		const char *name = found[at]->d_name;
		if (status == DONE && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			status = snprintf(below, sizeof below, "%s/%s", path, name) < (int)sizeof below
				? save_tree(below, device)
				: fail("FLASHER_FAILED", "a path below %.200s is too long", path);
		free(found[at]);
	}
	free(found);
	return status;
}

static int save_tree(const char *path, dev_t device)
{
	struct stat about;
	/* What has vanished since its folder was read was not to be kept. */
	if (lstat(path, &about) != 0)
		return errno == ENOENT ? DONE : unreadable(path);
	/* What is mounted inside belongs to another place. */
	if (about.st_dev != device)
		return DONE;
	snprintf(kept.name, sizeof kept.name, "%s", path + root + 1);
	if (!kind_of(path, &about))
		return DONE;
	const int status = save_one(path, &about, 0);
	return status == DONE && S_ISDIR(about.st_mode) ? save_below(path, device) : status;
}

static int is_on_the_way(const char *name)
{
	for (const struct way *one = ways; one; one = one->before)
		if (strcmp(one->name, name) == 0)
			return 1;
	struct way *one = malloc(sizeof *one + strlen(name) + 1);
	if (one) {
		one->before = ways;
		strcpy(one->name, name);
		ways = one;
	}
	return 0;
}

/* The folders that lead to a path, for a new system that lacks them. */
static int save_way(const char *path)
{
	char above[PATH_MAX];
	struct stat about;
	for (const char *slash = strchr(path + root + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
		if (is_on_the_way(above))
			continue;
		/* Of a link on the way, the folder that it leads to counts. */
		if (stat(above, &about) != 0)
			return unreadable(above);
		snprintf(kept.name, sizeof kept.name, "%s", above + root + 1);
		kept.type = '5';
		kept.link[0] = 0;
		if (save_one(above, &about, 1) != DONE)
			return FAILED;
	}
	return DONE;
}

int keep_save(uint64_t bytes, const char *from, char **paths, int count)
{
	char hex[65];
	struct stat about;
	most = bytes;
	root = strcmp(from, "/") == 0 ? 0 : strlen(from);
	archive_begin(&archive, "what is kept");
	for (int at = 0; at < count; at++) {
		if (strncmp(paths[at], from, root) != 0 || paths[at][root] != '/' || strlen(paths[at]) >= PATH_MAX - 1)
			return MISUSE;
		if (lstat(paths[at], &about) != 0) {
			if (errno != ENOENT && errno != ENOTDIR)
				return unreadable(paths[at]);
			fprintf(stderr, "levitate-keep absent %d\n", at);
			continue;
		}
		if (save_way(paths[at]) != DONE || save_tree(paths[at], about.st_dev) != DONE)
			return FAILED;
	}
	if (archive_end(&archive) != DONE)
		return FAILED;
	sha256_end(&archive.sum, hex);
	fprintf(stderr, "levitate-keep saved %llu %llu %llu %s\n", (unsigned long long)entries, (unsigned long long)content,
		(unsigned long long)archive.bytes, hex);
	return DONE;
}

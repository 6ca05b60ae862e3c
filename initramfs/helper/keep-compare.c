/* Compares what an archive on standard input holds with the file system whose root is the root of this process. */
#include "helper.h"
#include "kept.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static struct archive archive;
static struct kept kept, there;
static char path[PATH_MAX + 1], target[PATH_MAX + 1];

static int differs(const char *what)
{
	return fail("VERIFY_FAILED", "/%s in the new system has not the %s that was kept", kept.name, what);
}

static int same_bytes(void)
{
	static uint8_t saved[65536], found[65536];
	int same = 1;
	const int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	for (uint64_t left = kept.size, at = 0; left > 0;) {
		const size_t now = left < sizeof saved ? (size_t)left : sizeof saved;
		int direct = 0;
		if (!archive_read(&archive, saved, now)) {
			close(file);
			return FAILED;
		}
		same = same && file >= 0 && read_whole(file, found, now, at, &direct) == (long)now && memcmp(saved, found, now) == 0;
		left -= now;
		at += now;
	}
	close(file);
	if (!archive_skip_pad(&archive, kept.size))
		return FAILED;
	return same ? DONE : differs("content");
}

static int same_attributes(void)
{
	const char *name, *other;
	const uint8_t *value, *its, *at = kept.attributes, *in;
	size_t length, count;
	snprintf(there.name, sizeof there.name, "%s", kept.name);
	if (read_attributes(path, &there) != DONE)
		return 0;
	while ((at = next_attribute(&kept, at, &name, &value, &length))) {
		int same = 0;
		in = there.attributes;
		while (!same && (in = next_attribute(&there, in, &other, &its, &count)))
			same = strcmp(name, other) == 0 && length == count && memcmp(value, its, length) == 0;
		if (!same)
			return 0;
	}
	return 1;
}

static int compare_link(const struct stat *about)
{
	const ssize_t length = readlink(path, target, sizeof target - 1);
	target[length > 0 ? length : 0] = 0;
	return S_ISLNK(about->st_mode) && strcmp(target, kept.link) == 0 ? DONE : differs("link");
}

static int compare_hard_link(const struct stat *about)
{
	struct stat first;
	snprintf(target, sizeof target, "/%s", kept.link);
	return lstat(target, &first) == 0 && first.st_dev == about->st_dev && first.st_ino == about->st_ino ? DONE : differs("hard link");
}

static int compare_one(void)
{
	static const mode_t types[] = {S_IFREG, 0, S_IFLNK, S_IFCHR, S_IFBLK, S_IFDIR, S_IFIFO};
	struct stat about;
	snprintf(path, sizeof path, "/%s", kept.name);
	if (kept.parent)
		return stat(path, &about) == 0 && S_ISDIR(about.st_mode) ? DONE : differs("folder");
	if (lstat(path, &about) != 0)
		return fail("VERIFY_FAILED", "/%s, which was kept, is not in the new system", kept.name);
	if (kept.type == '1')
		return compare_hard_link(&about);
	if ((about.st_mode & S_IFMT) != types[kept.type - '0'])
		return differs("type");
	if (about.st_uid != kept.uid || about.st_gid != kept.gid)
		return differs("owner");
	if (kept.type != '2' && (about.st_mode & 07777) != kept.mode)
		return differs("mode");
	if (!same_attributes())
		return differs("attributes");
	if ((kept.type == '3' || kept.type == '4') && about.st_rdev != makedev(kept.major, kept.minor))
		return differs("number");
	if (kept.type == '2')
		return compare_link(&about);
	if (kept.type != '0')
		return DONE;
	if ((uint64_t)about.st_size != kept.size)
		return differs("length");
	if (about.st_mtime != kept.mtime)
		return differs("time");
	return same_bytes();
}

int keep_compare(const char *sha256)
{
	char hex[65];
	int found;
	archive_begin(&archive, "what is kept");
	while ((found = archive_next(&archive, &kept)) > 0)
		if (compare_one() != DONE)
			return FAILED;
	sha256_end(&archive.sum, hex);
	if (found < 0)
		return FAILED;
	return strcmp(hex, sha256) == 0 ? DONE : fail("VERIFY_FAILED", "what was compared is not what was saved");
}

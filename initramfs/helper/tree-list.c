/* Lists all that is in the file system whose root is the root of this process, in lines of the flasher's protocol. */
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

static struct kept there;
static char link_text[PATH_MAX + 1];

static int unreadable(void)
{
	return fail("VERIFY_FAILED", "/%s cannot be read back: %s", there.name, strerror(errno));
}

/* A string of JSON with a character for each byte: what is in names need not be text. */
static void put_text(const char *text)
{
	putchar('"');
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
			printf("\\u%04x", *at);
		else
			putchar(*at);
	}
	putchar('"');
}

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return "file";
	case S_IFDIR: return "folder";
	case S_IFLNK: return "link";
	case S_IFCHR: return "character";
	case S_IFBLK: return "block";
	case S_IFIFO: return "fifo";
	default: return "other";
	}
}

static int list_bytes(const char *path, const struct stat *about);
static int list_link(const char *path);
static int list_attributes(const char *path);

/* All that is said of a name stands from here on. */
static int list_one(const char *path, const struct stat *about)
{
	int status = DONE;
	printf("{\"type\":\"file\",\"path\":");
	put_text(there.name);
	printf(",\"kind\":\"%s\",\"mode\":%u,\"uid\":%u,\"gid\":%u,\"mtime\":%lld,\"inode\":%llu", kind_of(about->st_mode),
		(unsigned)about->st_mode & 07777, (unsigned)about->st_uid, (unsigned)about->st_gid, (long long)about->st_mtime,
		(unsigned long long)about->st_ino);
	if (S_ISCHR(about->st_mode) || S_ISBLK(about->st_mode))
		printf(",\"major\":%u,\"minor\":%u", major(about->st_rdev), minor(about->st_rdev));
	if (S_ISREG(about->st_mode))
		status = list_bytes(path, about);
	if (S_ISLNK(about->st_mode))
		status = list_link(path);
	if (status == DONE)
		status = list_attributes(path);
	puts("}");
	return status;
}

static int list_bytes(const char *path, const struct stat *about)
{
	static uint8_t bytes[65536];
	struct sha256 sum;
	char hex[65];
	ssize_t count;
	const int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (file < 0)
		return unreadable();
	sha256_begin(&sum);
	while ((count = read(file, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
		if (count > 0)
			sha256_add(&sum, bytes, (size_t)count);
	const int status = count < 0 ? unreadable() : DONE;
	close(file);
	sha256_end(&sum, hex);
	printf(",\"size\":%llu,\"sha256\":\"%s\"", (unsigned long long)about->st_size, hex);
	return status;
}

static int list_link(const char *path)
{
	const ssize_t length = readlink(path, link_text, sizeof link_text - 1);
	if (length < 0)
		return unreadable();
	link_text[length] = 0;
	printf(",\"link\":");
	put_text(link_text);
	return DONE;
}

static int list_attributes(const char *path)
{
	const uint8_t *value, *at = there.attributes;
	const char *name, *between = "";
	struct sha256 sum;
	size_t length;
	char hex[65];
	if (read_attributes(path, &there) != DONE)
		return FAILED;
	printf(",\"attributes\":{");
	while ((at = next_attribute(&there, at, &name, &value, &length))) {
		fputs(between, stdout);
		put_text(name);
		sha256_begin(&sum);
		sha256_add(&sum, value, length);
		sha256_end(&sum, hex);
		printf(":\"%s\"", hex);
		between = ",";
	}
	putchar('}');
	return DONE;
}

static int list_tree(const char *path)
{
	struct dirent **found;
	char below[PATH_MAX];
	struct stat about;
	snprintf(there.name, sizeof there.name, "%s", path[1] ? path + 1 : ".");
	if (lstat(path, &about) != 0)
		return unreadable();
	int status = list_one(path, &about);
	if (status != DONE || !S_ISDIR(about.st_mode))
		return status;
	const int count = scandir(path, &found, NULL, alphasort);
	if (count < 0)
		return unreadable();
	for (int at = 0; at < count; at++) {
		const char *name = found[at]->d_name;
		if (status == DONE && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			status = snprintf(below, sizeof below, "%s/%s", path[1] ? path : "", name) < (int)sizeof below
				? list_tree(below)
				: fail("VERIFY_FAILED", "a path below %.200s is too long", path);
		free(found[at]);
	}
	free(found);
	return status;
}

int tree_list(const char *unused)
{
	(void)unused;
	const int status = list_tree("/");
	return fflush(stdout) == 0 ? status : fail("CONNECTION_LOST", "nobody takes the list");
}

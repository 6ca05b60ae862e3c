/*
 * A disk in a file, served over FUSE at another file (linux/fuse.h), on which a loop device stands. As a true disk it has a cache: what was
 * written and not flushed may be on it or not when its power goes, which is when this process is killed. It can be slow, and one sector
 * of it can be bad.
 *
 *   disk FILE PLACE RATE SEED [read|write|flush|drop SECTOR [once]]
 *
 * RATE is bytes a second, or 0. A bad sector cannot be read, or not be written, is told only when the cache is flushed, or silently keeps
 * what it has.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SECTOR 512u
#define MOST (1u << 20) /* bytes of a request */

static int connection, file;
static uint8_t *seen;  /* what the disk says that it holds */
static uint8_t *dirty; /* which of its sectors are in its cache alone */
static uint64_t size, rate;
static uint32_t state;
static const char *bad = "";
static uint64_t bad_sector;
static int once;

static uint32_t random_word(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	return state ^= state << 5;
}

static void take_time(uint64_t bytes)
{
	if (rate == 0)
		return;
	const uint64_t ns = bytes * 1000000000u / rate;
	const struct timespec time = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
	nanosleep(&time, NULL);
}

/* Whether this is about the bad sector, which then fails in its way. */
static int fails(const char *how, uint64_t from, uint64_t bytes)
{
	if (strcmp(bad, how) != 0 || bad_sector < from / SECTOR || bad_sector >= (from + bytes + SECTOR - 1) / SECTOR)
		return 0;
	if (once)
		bad = "";
	return 1;
}

static void keep(uint64_t sector)
{
	if (pwrite(file, seen + sector * SECTOR, SECTOR, (off_t)(sector * SECTOR)) != SECTOR)
		_exit(3);
	dirty[sector] = 0;
}

/* Puts a stretch of sectors into the cache, of which the disk writes some at once. */
static void cache(uint64_t from, uint64_t bytes)
{
	for (uint64_t sector = from / SECTOR; sector < (from + bytes + SECTOR - 1) / SECTOR; sector += 8) {
		const int at_once = random_word() % 4 == 0;
		for (uint64_t one = sector; one < sector + 8 && one * SECTOR < from + bytes; one++) {
			dirty[one] = 1;
			if (at_once)
				keep(one);
		}
	}
}

static int write_bytes(uint64_t to, const uint8_t *bytes, uint64_t count)
{
	if (to + count > size)
		return -ENOSPC;
	if (fails("write", to, count))
		return -EIO;
	uint8_t old[SECTOR];
	const int dropped = fails("drop", to, count);
	if (dropped)
		memcpy(old, seen + bad_sector * SECTOR, SECTOR);
	if (bytes)
		memcpy(seen + to, bytes, count);
	else
		memset(seen + to, 0, count);
	if (dropped)
		memcpy(seen + bad_sector * SECTOR, old, SECTOR);
	cache(to, count);
	return 0;
}

/* Writes the cache out, in any order; the power may go meanwhile. */
static int flush(void)
{
	const uint64_t sectors = size / SECTOR, first = random_word() % sectors;
	int failed = 0;
	for (uint64_t i = 0; i < sectors; i++) {
		/* An odd step leads to each sector once, because their number is a power of two. */
		const uint64_t sector = (first + i * 1237) % sectors;
		if (!dirty[sector])
			continue;
		if (fails("flush", sector * SECTOR, SECTOR)) {
			failed = -EIO;
			dirty[sector] = 0;
			continue;
		}
		if (i % 64 == 0)
			take_time(64 * SECTOR);
		keep(sector);
	}
	return failed;
}

static void reply(uint64_t unique, int error, const void *with, size_t bytes)
{
	const struct fuse_out_header head = {.len = (uint32_t)(sizeof head + bytes), .error = error, .unique = unique};
	const struct iovec parts[2] = {{(void *)(uintptr_t)&head, sizeof head}, {(void *)(uintptr_t)with, bytes}};
	if (writev(connection, parts, bytes > 0 ? 2 : 1) < 0 && errno != ENOENT)
		_exit(4);
}

static void answer(const struct fuse_in_header *in, const void *of)
{
	static uint8_t sent[MOST];
	switch (in->opcode) {
	case FUSE_INIT: {
		const struct fuse_init_in *asked = of;
		const struct fuse_init_out out = {
			.major = FUSE_KERNEL_VERSION,
			.minor = FUSE_KERNEL_MINOR_VERSION,
			.max_readahead = asked->max_readahead,
			.flags = FUSE_BIG_WRITES | FUSE_MAX_PAGES,
			.max_background = 16,
			.congestion_threshold = 12,
			.max_write = MOST,
			.time_gran = 1,
			.max_pages = MOST / 4096,
		};
		reply(in->unique, 0, &out, sizeof out);
		return;
	}
	case FUSE_GETATTR:
	case FUSE_SETATTR: {
		const struct fuse_attr_out out = {
			.attr_valid = 3600,
			.attr = {.ino = 1, .size = size, .blocks = size / SECTOR, .mode = S_IFREG | 0600, .nlink = 1, .blksize = 4096},
		};
		reply(in->unique, 0, &out, sizeof out);
		return;
	}
	case FUSE_OPEN: {
		const struct fuse_open_out out = {.fh = 1, .open_flags = FOPEN_DIRECT_IO};
		reply(in->unique, 0, &out, sizeof out);
		return;
	}
	case FUSE_READ: {
		const struct fuse_read_in *read_in = of;
		const uint64_t from = read_in->offset < size ? read_in->offset : size;
		const uint64_t count = read_in->size < size - from ? read_in->size : size - from;
		take_time(count);
		if (fails("read", from, count)) {
			reply(in->unique, -EIO, NULL, 0);
			return;
		}
		memcpy(sent, seen + from, count);
		reply(in->unique, 0, sent, count);
		return;
	}
	case FUSE_WRITE: {
		const struct fuse_write_in *write_in = of;
		const struct fuse_write_out out = {.size = write_in->size};
		const int failed = write_bytes(write_in->offset, (const uint8_t *)(write_in + 1), write_in->size);
		reply(in->unique, failed, &out, failed ? 0 : sizeof out);
		return;
	}
	case FUSE_FALLOCATE: {
		const struct fuse_fallocate_in *range = of;
		reply(in->unique, write_bytes(range->offset, NULL, range->length), NULL, 0);
		return;
	}
	case FUSE_FSYNC:
		reply(in->unique, flush(), NULL, 0);
		return;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_ACCESS:
		reply(in->unique, 0, NULL, 0);
		return;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	default:
		reply(in->unique, -ENOSYS, NULL, 0);
	}
}

int main(int count, char **words)
{
	static uint8_t request[MOST + 8192];
	struct stat about;
	if (count < 5)
		return 2;
	file = open(words[1], O_RDWR | O_CLOEXEC);
	if (file < 0 || fstat(file, &about) != 0)
		return 2;
	size = (uint64_t)about.st_size;
	rate = strtoull(words[3], NULL, 10);
	state = (uint32_t)strtoul(words[4], NULL, 10) | 1;
	if (count > 6) {
		bad = words[5];
		bad_sector = strtoull(words[6], NULL, 10);
		once = count > 7;
	}
	seen = malloc(size);
	dirty = calloc(size / SECTOR, 1);
	if (!seen || !dirty || pread(file, seen, size, 0) != (ssize_t)size)
		return 2;
	connection = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char options[80];
	snprintf(options, sizeof options, "fd=%d,rootmode=100600,user_id=0,group_id=0", connection);
	if (connection < 0 || mount("disk", words[2], "fuse.disk", MS_NOSUID | MS_NODEV, options) != 0) {
		perror("disk");
		return 2;
	}
	for (;;) {
		const ssize_t got = read(connection, request, sizeof request);
		if (got < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		/* Where it is unmounted, its work is done. */
		if (got < (ssize_t)sizeof(struct fuse_in_header))
			return flush() != 0;
		answer((const void *)request, request + sizeof(struct fuse_in_header));
	}
}

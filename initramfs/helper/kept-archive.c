/* Writes an archive to standard output and reads one from standard input: tar(5), ustar with pax headers. */
#include "helper.h"
#include "kept.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512
#define ATTRIBUTE "SCHILY.xattr."
#define PARENT "LEVITATE.parent"

/* The header of ustar. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100], magic[6], version[2];
	char user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};

static char pax[MOST_ATTRIBUTES + 4 * PATH_MAX];
static size_t pax_length;

int archive_begin(struct archive *archive, const char *what)
{
	archive->what = what;
	sha256_begin(&archive->sum);
	archive->bytes = 0;
	return DONE;
}

int archive_bytes(struct archive *archive, const void *bytes, size_t count)
{
	sha256_add(&archive->sum, bytes, count);
	archive->bytes += count;
	return write_stream(STDOUT_FILENO, bytes, count) ? DONE : fail("CONNECTION_LOST", "nobody takes what is kept");
}

static size_t padding(uint64_t size)
{
	return (size_t)((BLOCK - size % BLOCK) % BLOCK);
}

int archive_pad(struct archive *archive, uint64_t size)
{
	static const char zeros[BLOCK];
	return archive_bytes(archive, zeros, padding(size));
}

int archive_end(struct archive *archive)
{
	static const char zeros[2 * BLOCK];
	return archive_bytes(archive, zeros, sizeof zeros);
}

static unsigned checksum(const struct header *header)
{
	unsigned sum = 0;
	for (size_t at = 0; at < sizeof *header; at++)
		sum += at >= 148 && at < 156 ? ' ' : ((const uint8_t *)header)[at];
	return sum;
}

/* Octal digits; whether the number fits is asked before. */
static void octal(char *field, size_t room, uint64_t value)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%0*llo", (int)room - 1, (unsigned long long)value);
	memcpy(field, digits, room);
}

static int put_header(struct archive *archive, const struct kept *kept, const char *name, char type, uint64_t size)
{
	struct header header = {.magic = "ustar", .version = {'0', '0'}, .type = type};
	_Static_assert(sizeof header == BLOCK, "a header is a block");
	memcpy(header.name, name, strnlen(name, sizeof header.name));
	memcpy(header.link, kept->link, strnlen(kept->link, sizeof header.link));
	octal(header.mode, sizeof header.mode, kept->mode);
	octal(header.uid, sizeof header.uid, kept->uid & 07777777);
	octal(header.gid, sizeof header.gid, kept->gid & 07777777);
	octal(header.size, sizeof header.size, size);
	octal(header.mtime, sizeof header.mtime, kept->mtime > 0 ? (uint64_t)kept->mtime & 077777777777 : 0);
	octal(header.major, sizeof header.major, kept->major & 07777777);
	octal(header.minor, sizeof header.minor, kept->minor & 07777777);
	octal(header.sum, sizeof header.sum - 1, checksum(&header));
	header.sum[7] = ' ';
	return archive_bytes(archive, &header, sizeof header);
}

/* A record of a pax header, which begins with its own length. */
static int add_record(const char *key, const void *value, size_t length)
{
	const size_t rest = strlen(key) + length + 3;
	size_t whole = rest + 1;
	char digits[24];
	while ((size_t)snprintf(digits, sizeof digits, "%zu", whole) + rest > whole)
		whole++;
	if (whole > sizeof pax - pax_length)
		return 0;
	pax_length += (size_t)sprintf(pax + pax_length, "%s %s=", digits, key);
	memcpy(pax + pax_length, value, length);
	pax_length += length;
	pax[pax_length++] = '\n';
	return 1;
}

static int add_text(const char *key, const char *text)
{
	return add_record(key, text, strlen(text));
}

static int add_number(const char *key, uint64_t value)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
	return add_text(key, digits);
}

int archive_put(struct archive *archive, const struct kept *kept)
{
	char name[PATH_MAX + 1], key[300];
	const char *attribute;
	const uint8_t *value, *at = kept->attributes;
	size_t length;
	snprintf(name, sizeof name, "%s%s", kept->name, kept->type == '5' ? "/" : "");
	pax_length = 0;
	int room = (strlen(name) <= 100 || add_text("path", name)) && (strlen(kept->link) <= 100 || add_text("linkpath", kept->link)) &&
		(kept->uid <= 07777777 || add_number("uid", kept->uid)) && (kept->gid <= 07777777 || add_number("gid", kept->gid)) &&
		(!kept->parent || add_text(PARENT, "1"));
	while (room && (at = next_attribute(kept, at, &attribute, &value, &length)))
		room = snprintf(key, sizeof key, ATTRIBUTE "%s", attribute) < (int)sizeof key && add_record(key, value, length);
	if (!room)
		return fail("FLASHER_FAILED", "/%s has more attributes than can be kept", kept->name);
	if (pax_length > 0 &&
		(put_header(archive, kept, "pax", 'x', pax_length) != DONE || archive_bytes(archive, pax, pax_length) != DONE ||
			archive_pad(archive, pax_length) != DONE))
		return FAILED;
	return put_header(archive, kept, name, kept->type, kept->type == '0' ? kept->size : 0);
}

int archive_read(struct archive *archive, void *bytes, size_t count)
{
	size_t done = 0;
	while (done < count) {
		const ssize_t now = read(STDIN_FILENO, (char *)bytes + done, count - done);
		if (now < 0 && errno == EINTR)
			continue;
		if (now <= 0) {
			fail("CONNECTION_LOST", "%s ended too early", archive->what);
			return 0;
		}
		done += (size_t)now;
	}
	sha256_add(&archive->sum, bytes, count);
	archive->bytes += count;
	return 1;
}

int archive_skip_pad(struct archive *archive, uint64_t size)
{
	char zeros[BLOCK];
	return archive_read(archive, zeros, padding(size));
}

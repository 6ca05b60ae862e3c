/* Reads the entries of an archive that kept-archive.c wrote. */
#include "helper.h"
#include "kept.h"
#include <stdlib.h>
#include <string.h>

#define BLOCK 512
#define ATTRIBUTE "SCHILY.xattr."

static char records[MOST_ATTRIBUTES + 4 * PATH_MAX];

static int unreadable(const struct archive *archive)
{
	fail("FLASHER_FAILED", "%s is no archive that can be read", archive->what);
	return -1;
}

static int octal(const uint8_t *field, size_t room, uint64_t *value)
{
	*value = 0;
	size_t at = 0;
	for (; at < room && field[at] >= '0' && field[at] <= '7'; at++)
		*value = *value * 8 + (uint64_t)(field[at] - '0');
	return at > 0 && (at == room || field[at] == 0 || field[at] == ' ');
}

/* A relative path that leads nowhere but down, without the slash at its end; a dot is the place itself. */
static int take_name(char *into, const char *text, size_t length)
{
	if (length > 0 && text[length - 1] == '/')
		length--;
	if (length == 1 && text[0] == '.')
		return into[0] = '.', into[1] = 0, 1;
	if (length == 0 || length >= PATH_MAX || text[0] == '/' || memchr(text, 0, length))
		return 0;
	memcpy(into, text, length);
	into[length] = 0;
	for (const char *part = into; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL) {
		const size_t end = strcspn(part, "/");
		if (end == 0 || (end <= 2 && memcmp(part, "..", end) == 0))
			return 0;
	}
	return 1;
}

static int take_link(struct kept *kept, const char *text, size_t length)
{
	if (length >= PATH_MAX || memchr(text, 0, length))
		return 0;
	memcpy(kept->link, text, length);
	kept->link[length] = 0;
	return 1;
}

static int is_key(const char *key, size_t length, const char *known)
{
	return length == strlen(known) && memcmp(key, known, length) == 0;
}

static int take_id(uint32_t *id, const char *text, size_t length)
{
	char digits[24] = "";
	uint64_t value;
	if (length >= sizeof digits)
		return 0;
	memcpy(digits, text, length);
	if (!number(digits, &value) || value > UINT32_MAX)
		return 0;
	*id = (uint32_t)value;
	return 1;
}

static int take_record(struct kept *kept, const char *key, size_t named, const char *value, size_t length)
{
	const size_t prefix = strlen(ATTRIBUTE);
	if (is_key(key, named, "path"))
		return take_name(kept->name, value, length);
	if (is_key(key, named, "linkpath"))
		return take_link(kept, value, length);
	if (is_key(key, named, "uid"))
		return take_id(&kept->uid, value, length);
	if (is_key(key, named, "gid"))
		return take_id(&kept->gid, value, length);
	if (is_key(key, named, "LEVITATE.parent"))
		return kept->parent = 1;
	char name[256] = "";
	if (named <= prefix || named - prefix >= sizeof name || memcmp(key, ATTRIBUTE, prefix) != 0)
		return 0;
	memcpy(name, key + prefix, named - prefix);
	return strlen(name) == named - prefix && add_attribute(kept, name, value, length);
}

/* Takes the records of a pax header; they prevail over the header behind. */
static int take_records(struct kept *kept, size_t length)
{
	size_t at = 0;
	while (at < length) {
		size_t whole = 0, begin = at;
		for (; at < length && records[at] >= '0' && records[at] <= '9' && whole < sizeof records; at++)
			whole = whole * 10 + (size_t)(records[at] - '0');
		if (at == length || records[at] != ' ' || whole > length - begin || whole < at - begin + 4 || records[begin + whole - 1] != '\n')
			return 0;
		const char *key = records + at + 1, *end = records + begin + whole - 1, *is = memchr(key, '=', (size_t)(end - key));
		if (!is || !take_record(kept, key, (size_t)(is - key), is + 1, (size_t)(end - is - 1)))
			return 0;
		at = begin + whole;
	}
	return 1;
}

static int is_whole(const uint8_t *header)
{
	uint64_t told;
	unsigned sum = 0;
	for (size_t at = 0; at < BLOCK; at++)
		sum += at >= 148 && at < 156 ? ' ' : header[at];
	return octal(header + 148, 8, &told) && told == sum && memcmp(header + 257, "ustar", 6) == 0;
}

static int take_header(struct kept *kept, const uint8_t *header)
{
	uint64_t mode, uid, gid, size, mtime, major, minor;
	if (!octal(header + 100, 8, &mode) || !octal(header + 108, 8, &uid) || !octal(header + 116, 8, &gid) || !octal(header + 124, 12, &size) ||
		!octal(header + 136, 12, &mtime) || !octal(header + 329, 8, &major) || !octal(header + 337, 8, &minor))
		return 0;
	kept->mode = (uint32_t)mode & 07777;
	kept->size = size;
	kept->mtime = (int64_t)mtime;
	kept->major = (uint32_t)major;
	kept->minor = (uint32_t)minor;
	kept->type = (char)header[156];
	if (kept->uid == UINT32_MAX)
		kept->uid = (uint32_t)uid;
	if (kept->gid == UINT32_MAX)
		kept->gid = (uint32_t)gid;
	const char *name = (const char *)header, *link = (const char *)header + 157;
	return memchr("0123456", kept->type, 7) && (kept->name[0] || take_name(kept->name, name, strnlen(name, 100))) &&
		(kept->link[0] || take_link(kept, link, strnlen(link, 100)));
}

int archive_next(struct archive *archive, struct kept *kept)
{
	static const uint8_t zeros[BLOCK];
	uint8_t header[BLOCK];
	uint64_t size;
	kept->name[0] = kept->link[0] = 0;
	kept->parent = 0;
	kept->attributes_length = 0;
	kept->uid = kept->gid = UINT32_MAX;
	for (int extended = 0;; extended = 1) {
		if (!archive_read(archive, header, BLOCK))
			return -1;
		if (!extended && memcmp(header, zeros, BLOCK) == 0)
			return archive_read(archive, header, BLOCK) && memcmp(header, zeros, BLOCK) == 0 ? 0 : unreadable(archive);
		if (!is_whole(header))
			return unreadable(archive);
		if (header[156] != 'x')
			return take_header(kept, header) ? 1 : unreadable(archive);
		if (extended || !octal(header + 124, 12, &size) || size > sizeof records)
			return unreadable(archive);
		if (!archive_read(archive, records, (size_t)size) || !archive_skip_pad(archive, size))
			return -1;
		if (!take_records(kept, (size_t)size))
			return unreadable(archive);
	}
}

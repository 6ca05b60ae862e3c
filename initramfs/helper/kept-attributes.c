/* Extended attributes (xattr(7)): ACLs, capabilities and labels are among them. */
#include "helper.h"
#include "kept.h"
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

int add_attribute(struct kept *kept, const char *name, const void *value, size_t length)
{
	const size_t named = strlen(name) + 1;
	if (length > MOST_ATTRIBUTES || named + sizeof length + length > MOST_ATTRIBUTES - kept->attributes_length)
		return 0;
	uint8_t *at = kept->attributes + kept->attributes_length;
	memcpy(at, name, named);
	memcpy(at + named, &length, sizeof length);
	if (length > 0)
		memcpy(at + named + sizeof length, value, length);
	kept->attributes_length += named + sizeof length + length;
	return 1;
}

/* Gives the place behind the attribute at `at`, or NULL behind the last one. */
const uint8_t *next_attribute(const struct kept *kept, const uint8_t *at, const char **name, const uint8_t **value, size_t *length)
{
	if (at == kept->attributes + kept->attributes_length)
		return NULL;
	*name = (const char *)at;
	at += strlen(*name) + 1;
	memcpy(length, at, sizeof *length);
	*value = at + sizeof *length;
	return *value + *length;
}

int read_attributes(const char *path, struct kept *kept)
{
	static char names[65536];
	static uint8_t value[65536];
	kept->attributes_length = 0;
	const ssize_t listed = llistxattr(path, names, sizeof names);
	/* A file system without attributes has none to keep. */
	if (listed < 0)
		return errno == ENOTSUP || errno == ENOSYS ? DONE : fail("FLASHER_FAILED", "the attributes of /%s cannot be read: %s", kept->name, strerror(errno));
	for (const char *name = names; name < names + listed; name += strlen(name) + 1) {
		const ssize_t length = lgetxattr(path, name, value, sizeof value);
		if (length < 0 && errno == ENODATA)
			continue;
		if (length < 0)
			return fail("FLASHER_FAILED", "the attribute %s of /%s cannot be read: %s", name, kept->name, strerror(errno));
		if (!add_attribute(kept, name, value, (size_t)length))
			return fail("FLASHER_FAILED", "/%s has more attributes than can be kept", kept->name);
	}
	return DONE;
}

int write_attributes(const char *path, const struct kept *kept)
{
	const char *name;
	const uint8_t *value, *at = kept->attributes;
	size_t length;
	while ((at = next_attribute(kept, at, &name, &value, &length)))
		if (lsetxattr(path, name, value, length, 0) != 0)
			return fail("WRITE_FAILED", "/%s cannot be given its attribute %s: %s", kept->name, name, strerror(errno));
	return DONE;
}

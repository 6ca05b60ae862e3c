/* What keeping files has in common: a file with all that is kept of it, and the archive of them. */
#ifndef KEPT_H
#define KEPT_H
#include "sha256.h"
#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#define MOST_ATTRIBUTES (128 * 1024) /* bytes of the extended attributes of one file, names and values */

struct kept {
	char name[PATH_MAX]; /* without the slash that it begins with */
	char link[PATH_MAX]; /* where a symbolic link leads, or which file a hard link is */
	char type;           /* as tar(5) has it: 0 file, 1 hard link, 2 symbolic link, 3 and 4 devices, 5 folder, 6 FIFO */
	int parent;          /* whether it is only a folder on the way to what is kept: one that is there stays as it is */
	uint32_t mode, uid, gid, major, minor;
	uint64_t size;
	int64_t mtime; /* in seconds: not every file system keeps more */
	/* Records of NAME, NUL, length of the value as a size_t, the value. */
	uint8_t attributes[MOST_ATTRIBUTES];
	size_t attributes_length;
};

/* kept-attributes.c: extended attributes of a path, not of what a link leads to. */
int read_attributes(const char *path, struct kept *kept); /* DONE, or FAILED with the reason noted */
int write_attributes(const char *path, const struct kept *kept);
int add_attribute(struct kept *kept, const char *name, const void *value, size_t length); /* whether there was room */
const uint8_t *next_attribute(const struct kept *kept, const uint8_t *at, const char **name, const uint8_t **value, size_t *length);

/* kept-archive.c: tar(5), its pax form where a name or an attribute needs that. Both count what passes into `sum`. */
struct archive {
	const char *what; /* what is in it, for people */
	struct sha256 sum;
	uint64_t bytes;
};
int archive_begin(struct archive *archive, const char *what);
int archive_put(struct archive *archive, const struct kept *kept);                  /* what stands in front of its bytes */
int archive_bytes(struct archive *archive, const void *bytes, size_t count);        /* its bytes, piece by piece */
int archive_pad(struct archive *archive, uint64_t size);                            /* behind the last of them */
int archive_end(struct archive *archive);
int archive_next(struct archive *archive, struct kept *kept);                       /* 1, 0 at the end, -1 with the reason noted */
int archive_read(struct archive *archive, void *bytes, size_t count);               /* whether all of them were there */
int archive_skip_pad(struct archive *archive, uint64_t size);

/* keep-save.c, keep-put.c, keep-compare.c */
int keep_save(uint64_t most, const char *root, char **paths, int count); /* paths below the root, by which their names count */
int keep_put(const char *sha256);
int keep_compare(const char *sha256);
int put_archive(struct archive *archive); /* all that comes on standard input, below the root of this process */

/* tree-put.c, tree-list.c: a whole tree in a file system that was made for it; neither takes a SHA-256. */
int tree_put(const char *unused);
int tree_list(const char *unused);
/* keep-place.c: does the work with the file system on a node as its root. */
int in_place(const char *node, const char *types, const char *folder, int changes, int (*work)(const char *), const char *sha256);
#endif

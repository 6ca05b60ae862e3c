/* Reads chunks of a medium: one thread reads, the other one hashes. */
#include "helper.h"
#include "sha256.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What each thread does with a chunk. */
enum { FILL, HASH };

struct reading {
	struct ring ring;
	const char *node;
	int file, direct;
	size_t chunk, erase;
	uint64_t length, first;
	int nand;   /* whether bad eraseblocks are skipped */
	int chosen; /* whether standard input says which chunks are wanted; else all from the first one on are */
	struct {
		enum { READ, UNREADABLE, UNKNOWN, LAST } what;
		uint64_t index;
		uint8_t *bytes;
	} slots[RING];
};

static size_t bytes_of(const struct reading *reading, uint64_t index)
{
	const uint64_t left = reading->length - index * reading->chunk;
	return left < reading->chunk ? (size_t)left : reading->chunk;
}

/* What the image leaves free of its last eraseblock belongs to it. */
static size_t rest_of(const struct reading *reading, uint64_t index)
{
	const uint64_t end = index * reading->chunk + bytes_of(reading, index);
	return reading->erase == 0 || is_spared(end - 1) ? 0 : (size_t)((reading->erase - end % reading->erase) % reading->erase);
}

/* Takes a line with the number of a chunk from standard input; gives 1, 0 at the end, or -1 for what is no number. */
static int take_index(uint64_t *index)
{
	static char lines[4096];
	static size_t from, to;
	char line[24];
	for (size_t at = 0; at < sizeof line; at++) {
		if (from == to) {
			ssize_t now;
			while ((now = read(STDIN_FILENO, lines, sizeof lines)) < 0 && errno == EINTR)
				;
			if (now <= 0)
				return 0;
			from = 0;
			to = (size_t)now;
		}
		line[at] = lines[from++];
		if (line[at] == '\n') {
			line[at] = 0;
			return number(line, index) ? 1 : -1;
		}
	}
	return -1;
}

/*
 * A device that cannot be read past the page cache has its cache emptied first: a write that goes on leaves there what it has
 * written. Where there is no such cache, there is no such call either.
 */
static int read_from_medium(struct reading *reading, uint8_t *bytes, size_t count, uint64_t from)
{
	int spared;
	if (alike_from(from, count, &spared) == count && spared) {
		memset(bytes, 0, count);
		return 1;
	}
	if (reading->nand)
		return read_good(reading->file, reading->erase, bytes, count, from);
	for (;;) {
		const int direct = reading->direct;
		if (!direct)
			ioctl(reading->file, BLKFLSBUF, 0);
		const long found = read_whole(reading->file, bytes, count, from, &reading->direct);
		if (direct == reading->direct)
			return found == (long)count;
	}
}

static void *read_chunks(void *of)
{
	struct reading *reading = of;
	uint64_t next = reading->first;
	for (;;) {
		const int slot = ring_take(&reading->ring, FILL);
		uint64_t index = next++;
		const int taken = reading->chosen ? take_index(&index) : index * reading->chunk < reading->length;
		reading->slots[slot].index = index;
		if (taken == 0)
			reading->slots[slot].what = LAST;
		else if (taken < 0 || index >= (reading->length + reading->chunk - 1) / reading->chunk)
			reading->slots[slot].what = UNKNOWN;
		else if (read_from_medium(reading, reading->slots[slot].bytes, bytes_of(reading, index) + rest_of(reading, index),
				 index * reading->chunk))
			reading->slots[slot].what = READ;
		else
			reading->slots[slot].what = UNREADABLE;
		const int over = reading->slots[slot].what != READ;
		ring_pass(&reading->ring, FILL);
		if (over)
			return NULL;
	}
}

/* Zeros are told faster than they are hashed, and an image is often full of them. */
static void digest_of(const uint8_t *bytes, size_t count, const uint8_t *rest, size_t rest_count, char hex[65])
{
	static char of_zeros[65];
	static size_t zeros;
	struct sha256 sum;
	const int none = rest_count == 0 && are_all(0, bytes, count);
	if (none && zeros == count) {
		memcpy(hex, of_zeros, sizeof of_zeros);
		return;
	}
	sha256_begin(&sum);
	sha256_add(&sum, bytes, count);
	if (rest_count > 0)
		sha256_add(&sum, rest, rest_count);
	sha256_end(&sum, hex);
	if (none) {
		memcpy(of_zeros, hex, sizeof of_zeros);
		zeros = count;
	}
}

static int hash_all(struct reading *reading)
{
	pthread_t reader;
	reading->file = open_direct(reading->node, O_RDONLY, &reading->direct);
	if (reading->file < 0)
		return fail("VERIFY_FAILED", "%s cannot be opened: %s", reading->node, strerror(errno));
	ring_begin(&reading->ring, HASH + 1);
	for (int slot = 0; slot < RING; slot++)
		if (!(reading->slots[slot].bytes = buffer_of(reading->chunk + reading->erase)))
			return fail("FLASHER_FAILED", "there is no room in RAM to read %s", reading->node);
	if (pthread_create(&reader, NULL, read_chunks, reading) != 0)
		return fail("FLASHER_FAILED", "there is no room in RAM to read %s", reading->node);
	for (;;) {
		const int slot = ring_take(&reading->ring, HASH);
		const uint64_t index = reading->slots[slot].index;
		uint8_t *bytes = reading->slots[slot].bytes;
		char hex[65];
		if (reading->slots[slot].what == LAST)
			return flush_said() ? DONE : FAILED;
		if (reading->slots[slot].what == UNKNOWN)
			return fail("USAGE", "a number of a chunk was expected, of an image of %llu bytes",
				(unsigned long long)reading->length);
		if (reading->slots[slot].what == UNREADABLE)
			return fail("VERIFY_FAILED", "%s cannot be read at %llu", reading->node,
				(unsigned long long)(index * reading->chunk));
		const size_t count = bytes_of(reading, index), rest = rest_of(reading, index);
		mask_spared(bytes, index * reading->chunk, count);
		digest_of(bytes, count, bytes + count, are_all(ERASED, bytes + count, rest) ? 0 : rest, hex);
		ring_pass(&reading->ring, HASH);
		say_chunk(index, hex, NULL);
		/* Who chooses waits for the answer. */
		if ((reading->chosen || index % 16 == 0) && !flush_said())
			return FAILED;
		contact();
	}
}

int hash_chunks(const char *node, size_t chunk, uint64_t length, uint64_t first, size_t erase)
{
	struct reading reading = {.node = node, .chunk = chunk, .length = length, .first = first, .erase = erase};
	return hash_all(&reading);
}

int hash_chosen(const char *node, size_t chunk, uint64_t length, size_t erase)
{
	struct reading reading = {.node = node, .chunk = chunk, .length = length, .erase = erase, .chosen = 1};
	return hash_all(&reading);
}

int hash_good(const char *node, size_t chunk, uint64_t length, size_t erase)
{
	struct reading reading = {.node = node, .chunk = chunk, .length = length, .erase = erase, .chosen = 1, .nand = 1};
	return hash_all(&reading);
}

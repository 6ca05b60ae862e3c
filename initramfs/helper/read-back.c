/* Reads what is on a medium: one thread reads, the other one hashes. */
#include "helper.h"
#include "sha256.h"
#include <errno.h>
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

struct reading {
	struct ring ring;
	const char *node;
	int file, direct;
	size_t chunk, erase;
	uint64_t length, first;
	uint8_t *bytes[RING];
	long count[RING];
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
	return reading->erase == 0 ? 0 : (size_t)((reading->erase - end % reading->erase) % reading->erase);
}

static void *read_chunks(void *of)
{
	struct reading *reading = of;
	for (uint64_t index = reading->first; index * reading->chunk < reading->length; index++) {
		const unsigned slot = ring_to_fill(&reading->ring);
		const size_t count = bytes_of(reading, index) + rest_of(reading, index);
		reading->count[slot] = read_whole(reading->file, reading->bytes[slot], count, index * reading->chunk, &reading->direct);
		const int whole = reading->count[slot] == (long)count;
		ring_filled(&reading->ring);
		if (!whole)
			return NULL;
	}
	return NULL;
}

int hash_chunks(const char *node, size_t chunk, uint64_t length, uint64_t first, size_t erase)
{
	struct reading reading = {.node = node, .chunk = chunk, .length = length, .first = first, .erase = erase};
	pthread_t reader;
	reading.file = open_direct(node, O_RDONLY, &reading.direct);
	if (reading.file < 0)
		return fail("VERIFY_FAILED", "%s can't be opened: %s", node, strerror(errno));
	ring_begin(&reading.ring);
	for (int slot = 0; slot < RING; slot++)
		if (!(reading.bytes[slot] = buffer_of(chunk + erase)))
			return fail("FLASHER_FAILED", "there is no room in RAM to read %s", node);
	if (pthread_create(&reader, NULL, read_chunks, &reading) != 0)
		return fail("FLASHER_FAILED", "there is no room in RAM to read %s", node);
	for (uint64_t index = first; index * chunk < length; index++) {
		const unsigned slot = ring_to_empty(&reading.ring);
		const size_t count = bytes_of(&reading, index), rest = rest_of(&reading, index);
		struct sha256 sum;
		char hex[65];
		if (reading.count[slot] != (long)(count + rest))
			return fail("VERIFY_FAILED", "%s can't be read at %llu", node, (unsigned long long)(index * chunk));
		sha256_begin(&sum);
		sha256_add(&sum, reading.bytes[slot], count);
		if (!is_erased(reading.bytes[slot] + count, rest))
			sha256_add(&sum, reading.bytes[slot] + count, rest);
		sha256_end(&sum, hex);
		ring_emptied(&reading.ring);
		say_chunk(index, hex, NULL);
		if (index % 16 == 0 && !flush_said())
			return FAILED;
		contact();
	}
	return flush_said() ? DONE : FAILED;
}

/* Erase counter headers are rewritten by ubiformat(8), and are as long as that (mtd/ubi-media.h). */
#define HEADER 64

/* Whether an eraseblock is bad; where the medium has none, the question is an error. */
static int is_bad(int file, uint64_t offset)
{
	loff_t at = (loff_t)offset;
	return ioctl(file, MEMGETBADBLOCK, &at) > 0;
}

int hash_pebs(const char *node, size_t peb, uint64_t pebs, uint64_t group, uint64_t per_group, uint64_t wanted, uint64_t at)
{
	int direct;
	uint8_t *bytes = buffer_of(peb);
	const int file = open_direct(node, O_RDONLY, &direct);
	if (file < 0)
		return fail("VERIFY_FAILED", "%s can't be read: %s", node, strerror(errno));
	if (!bytes)
		return fail("FLASHER_FAILED", "there is no room in RAM to read %s", node);
	while (wanted > 0) {
		struct sha256 sum;
		char hex[65];
		sha256_begin(&sum);
		for (uint64_t in_group = 0; in_group < per_group && wanted > 0; at++) {
			if (at >= pebs)
				return fail("VERIFY_FAILED", "%s ends at eraseblock %llu", node, (unsigned long long)at);
			if (is_bad(file, at * peb))
				continue;
			if (read_whole(file, bytes, peb, at * peb, &direct) != (long)peb)
				return fail("VERIFY_FAILED", "%s can't be read at eraseblock %llu", node, (unsigned long long)at);
			sha256_add(&sum, bytes + HEADER, peb - HEADER);
			in_group++;
			wanted--;
		}
		sha256_end(&sum, hex);
		say_chunk(group++, hex, &at);
		if (!flush_said())
			return FAILED;
		contact();
	}
	return DONE;
}

int headers(const char *node, size_t peb, uint64_t pebs, uint64_t from)
{
	const int file = open(node, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return fail("VERIFY_FAILED", "%s can't be read: %s", node, strerror(errno));
	for (uint64_t block = from; block < pebs; block++) {
		uint8_t header[HEADER] = {0};
		/* One that can't be read counts as zeros. */
		if (pread(file, header, HEADER, (off_t)(block * peb)) != HEADER)
			memset(header, 0, HEADER);
		say_header(block, header);
		if (block % 256 == 0)
			contact();
	}
	return flush_said() ? DONE : FAILED;
}

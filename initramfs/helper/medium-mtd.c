/* An MTD that is written in place, eraseblock by eraseblock: NOR, and what behaves like it. */
#include "helper.h"
#include <mtd/mtd-user.h>
#include <string.h>
#include <sys/ioctl.h>

/* Bytes of the first eraseblock that a loader looks at; no NOR flash writes larger pages. */
#define HEAD 4096

/* Reads an eraseblock; one that cannot be read is taken for one that holds something else. */
static void look(struct medium *medium, uint64_t place)
{
	if (read_whole(medium->file, medium->seen, medium->erase, place, &medium->direct) != (long)medium->erase)
		memset(medium->seen, 0, medium->erase);
}

static int saw(const struct medium *medium, const uint8_t *bytes)
{
	return are_same(medium->seen, bytes, medium->erase);
}

static int saw_erased(const struct medium *medium)
{
	return are_all(ERASED, medium->seen, medium->erase);
}

static int fail_at(const struct medium *medium, uint64_t place, const char *what)
{
	return fail("WRITE_FAILED", "eraseblock %llu of %s %s", (unsigned long long)(place / medium->erase), medium->name, what);
}

/* Erases what was seen last, unless it is erased. */
static int erase(struct medium *medium, uint64_t place)
{
	struct erase_info_user64 erased = {.start = place, .length = medium->erase};
	if (saw_erased(medium) || ioctl(medium->file, MEMERASE64, &erased) == 0)
		return DONE;
	return fail_at(medium, place, "cannot be erased");
}

/*
 * Erasing and writing may fail without an error; hence the comparison, and a second try. What a loader looks at is written when
 * the rest of the first eraseblock was read back.
 */
static int put_eraseblock(struct medium *medium, uint64_t place, const uint8_t *bytes)
{
	const size_t head = place == 0 && medium->erase > HEAD ? HEAD : 0;
	for (int tries = 0; tries < 2; tries++) {
		look(medium, place);
		if (saw(medium, bytes))
			return DONE;
		const int failed = erase(medium, place);
		if (failed)
			return failed;
		if (!write_whole(medium->file, bytes + head, medium->erase - head, place + head))
			return fail_at(medium, place, "cannot be written");
		if (head == 0)
			continue;
		look(medium, place);
		if (are_same(medium->seen + head, bytes + head, medium->erase - head) && !write_whole(medium->file, bytes, head, place))
			return fail_at(medium, place, "cannot be written");
	}
	look(medium, place);
	return saw(medium, bytes) ? DONE : fail_at(medium, place, "does not keep what is written to it");
}

/* Nothing starts from a beginning whose bits are lost; what is left of it tells whether that was taken. */
static void zero_head(struct medium *medium, uint64_t place)
{
	memset(medium->seen, 0, medium->erase);
	write_whole(medium->file, medium->seen, medium->erase < HEAD ? medium->erase : HEAD, place);
}

/*
 * Nothing starts from an erased first eraseblock. Its beginning loses its bits before: an erasure that a power cut ends may leave it
 * as it was, before nothing, and so does one that fails. Where the first one is spared, it is the next one.
 */
static int invalidate(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	const size_t blocks = (count + medium->erase - 1) / medium->erase;
	uint64_t place = index * medium->chunk;
	size_t block = 0;
	(void)bytes;
	while (block < blocks && is_spared(place + block * medium->erase))
		block++;
	if (block == blocks)
		return DONE;
	place += block * medium->erase;
	look(medium, place);
	if (saw_erased(medium))
		return DONE;
	zero_head(medium, place);
	const int failed = erase(medium, place);
	look(medium, place);
	return !failed && !saw_erased(medium) ? fail_at(medium, place, "cannot be erased") : failed;
}

/* From the end to the beginning, because a boot loader looks at the first eraseblock of the first chunk. */
static int put(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	const size_t blocks = (count + medium->erase - 1) / medium->erase;
	/* The rest of the last eraseblock behind the image stays erased. */
	memset(bytes + count, 0xff, blocks * medium->erase - count);
	for (size_t block = blocks; block-- > 0;) {
		const uint64_t place = index * medium->chunk + block * medium->erase;
		const int failed = is_spared(place) ? DONE : put_eraseblock(medium, place, bytes + block * medium->erase);
		if (failed)
			return failed;
	}
	return DONE;
}

int mtd_medium(struct medium *medium, const char *node, size_t erase)
{
	medium->put = put;
	medium->invalidate = invalidate;
	return flash_medium(medium, node, erase);
}

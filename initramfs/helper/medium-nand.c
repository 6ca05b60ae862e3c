/*
 * Raw NAND that is written without UBI. The driver corrects bit flips and marks eraseblocks as bad; one that cannot be erased, or
 * does not keep what is written to it, is marked and passed over, and what follows moves on by one.
 */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>

/* So many in a row are no worn eraseblocks: the chip, its driver or its supply fails, and no more of them are marked. */
#define MOST_IN_A_ROW 4

static int holds(struct medium *medium, uint64_t place, const uint8_t *bytes)
{
	return read_whole(medium->file, medium->seen, medium->erase, place, &medium->direct) == (long)medium->erase &&
	       (bytes ? are_same(medium->seen, bytes, medium->erase) : are_all(ERASED, medium->seen, medium->erase));
}

static int erase(struct medium *medium, uint64_t place)
{
	struct erase_info_user64 erased = {.start = place, .length = medium->erase};
	return ioctl(medium->file, MEMERASE64, &erased) == 0;
}

/* A page of ones stays erased: on many chips its checksum would make it one that cannot be written any more. */
static int write_pages(struct medium *medium, uint64_t place, const uint8_t *bytes)
{
	for (size_t at = 0; at < medium->erase; at += medium->page)
		if (!are_all(ERASED, bytes + at, medium->page) && !write_whole(medium->file, bytes + at, medium->page, place + at))
			return 0;
	return 1;
}

/* Whether the eraseblock holds these bytes then, or is erased where there are none. A failure is looked at twice. */
static int put_eraseblock(struct medium *medium, uint64_t place, const uint8_t *bytes)
{
	for (int tries = 0; tries < 2; tries++) {
		if (holds(medium, place, bytes))
			return 1;
		if (erase(medium, place) && bytes)
			write_pages(medium, place, bytes);
	}
	return holds(medium, place, bytes);
}

/* Marks an eraseblock as bad, unless too many have failed one after the other. */
static int pass_over(struct medium *medium, uint64_t block)
{
	loff_t place = (loff_t)(block * medium->erase);
	if (++medium->in_a_row >= MOST_IN_A_ROW)
		return fail("WRITE_FAILED", "%d eraseblocks of %s in a row, up to %llu, keep nothing: the last one was not marked as bad",
			medium->in_a_row, medium->name, (unsigned long long)block);
	if (ioctl(medium->file, MEMSETBADBLOCK, &place) == 0)
		return DONE;
	return fail("WRITE_FAILED", "eraseblock %llu of %s does not keep what is written to it, and cannot be marked as bad: %s",
		(unsigned long long)block, medium->name, strerror(errno));
}

/*
 * Puts whole eraseblocks from the good one of this number on; without bytes they are erased. What lies behind them moves where one
 * goes bad: `last` tells that it is written already, which ends the write.
 */
static int put_from(struct medium *medium, uint64_t first, const uint8_t *bytes, size_t count, int last)
{
	const uint64_t blocks = blocks_of(medium->file, medium->erase);
	uint64_t block = good_block(medium->file, medium->erase, 0, first);
	for (size_t done = 0; done < count;) {
		if (block >= blocks)
			return fail("WRITE_FAILED", "%s has no good eraseblock left for what follows%s", medium->name,
				first_spared() == UINT64_MAX ? "" : ", before what the profile keeps");
		if (put_eraseblock(medium, block * medium->erase, bytes ? bytes + done : NULL)) {
			medium->in_a_row = 0;
			done += medium->erase;
		} else {
			const int failed = pass_over(medium, block);
			if (failed)
				return failed;
			if (last)
				return fail("WRITE_FAILED", "eraseblock %llu of %s went bad when all behind it was written: the same command again "
					"writes that one eraseblock further on", (unsigned long long)block, medium->name);
		}
		block = good_block(medium->file, medium->erase, block + 1, 0);
	}
	return DONE;
}

/* All of the first chunk is erased, so that what cannot be erased there is known before the rest finds its place. */
static int invalidate(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	(void)bytes;
	return put_from(medium, index * (medium->chunk / medium->erase), NULL, count, 0);
}

/* The very first eraseblock, at which a boot loader looks, is the last of all. */
static int put(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	const size_t whole = (count + medium->erase - 1) / medium->erase * medium->erase;
	/* The rest of the last eraseblock behind the image stays erased. */
	memset(bytes + count, 0xff, whole - count);
	if (index > 0)
		return put_from(medium, index * (medium->chunk / medium->erase), bytes, whole, 0);
	const int failed = put_from(medium, 1, bytes + medium->erase, whole - medium->erase, medium->length > medium->chunk);
	return failed ? failed : put_from(medium, 0, bytes, medium->erase, whole > medium->erase);
}

int nand_medium(struct medium *medium, const char *node, size_t erase, size_t page)
{
	medium->put = put;
	medium->invalidate = invalidate;
	medium->page = page;
	const int failed = flash_medium(medium, node, erase);
	if (!failed && (page == 0 || erase % page != 0))
		return fail("WRITE_FAILED", "%s has eraseblocks of %zu bytes and pages of %zu", node, erase, page);
	return failed;
}

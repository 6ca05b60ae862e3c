/* Raw NAND without UBI: an image lies in the eraseblocks that are not bad, in their order (mtd-abi.h). */
#include "helper.h"
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

int is_bad(int file, uint64_t offset)
{
	loff_t at = (loff_t)offset;
	/* Where the medium has none, the question is an error. */
	return ioctl(file, MEMGETBADBLOCK, &at) > 0;
}

/* What is spared ends the room of an image: an eraseblock that goes bad moves on all that follows. */
uint64_t blocks_of(int file, size_t erase)
{
	const off_t end = lseek(file, 0, SEEK_END);
	const uint64_t blocks = end < 0 ? 0 : (uint64_t)end / erase, free = first_spared() / erase;
	return free < blocks ? free : blocks;
}

uint64_t good_block(int file, size_t erase, uint64_t from, uint64_t skip)
{
	const uint64_t blocks = blocks_of(file, erase);
	for (uint64_t block = from; block < blocks; block++)
		if (!is_bad(file, block * erase) && skip-- == 0)
			return block;
	return blocks;
}

int read_good(int file, size_t erase, uint8_t *into, size_t count, uint64_t from)
{
	const uint64_t blocks = blocks_of(file, erase);
	uint64_t block = good_block(file, erase, 0, from / erase);
	int direct = 0;
	for (size_t done = 0; done < count; done += erase) {
		const size_t now = count - done < erase ? count - done : erase;
		if (block >= blocks || read_whole(file, into + done, now, block * erase, &direct) != (long)now)
			return 0;
		block = good_block(file, erase, block + 1, 0);
	}
	return 1;
}

/* Locks of flash (mtd-abi.h): which eraseblocks have one, and setting it again. No chip with locks has more than 4 GiB. */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <mtd/mtd-user.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_flash(const char *node)
{
	const int file = open(node, O_RDWR | O_CLOEXEC);
	if (file < 0)
		fail("WRITE_FAILED", "%s cannot be opened: %s", node, strerror(errno));
	return file;
}

/* Prints a line for each run of locked eraseblocks, its place and its length in bytes; none for a chip without locks. */
int tell_locked(const char *node)
{
	struct mtd_info_user chip;
	const int file = open_flash(node);
	if (file < 0)
		return FAILED;
	const int unknown = ioctl(file, MEMGETINFO, &chip) != 0 || chip.erasesize == 0;
	uint64_t from = 0, size = unknown ? 0 : chip.size;
	for (uint64_t at = 0; !unknown && at <= size; at += chip.erasesize) {
		struct erase_info_user place = {.start = (uint32_t)at, .length = chip.erasesize};
		if (at < size && ioctl(file, MEMISLOCKED, &place) > 0)
			continue;
		if (at > from)
			printf("%" PRIu64 " %" PRIu64 "\n", from, at - from);
		from = at + chip.erasesize;
	}
	close(file);
	return DONE;
}

int lock_again(const char *node, uint64_t from, uint64_t length)
{
	struct erase_info_user place = {.start = (uint32_t)from, .length = (uint32_t)length};
	const int file = open_flash(node);
	if (file < 0)
		return FAILED;
	const int failed = ioctl(file, MEMLOCK, &place);
	close(file);
	return failed ? fail("WRITE_FAILED", "%s cannot be locked again at %" PRIu64, node, from) : DONE;
}

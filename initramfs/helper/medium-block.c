/* Block devices: chunks at their place, in any order. */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int put(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	const uint64_t place = index * medium->chunk;
	/* The end of an image may lie within a sector, of which the rest stays: the page cache takes care of that. */
	const size_t whole = medium->direct ? count / ALIGNED * ALIGNED : count;
	if (write_whole(medium->file, bytes, whole, place)) {
		if (whole == count)
			return DONE;
		const int file = open(medium->name, O_WRONLY | O_CLOEXEC);
		const int written = file >= 0 && write_whole(file, bytes + whole, count - whole, place + whole) && fdatasync(file) == 0;
		if (file >= 0)
			close(file);
		if (written)
			return DONE;
	} else if (errno == EINVAL && medium->direct) {
		leave_direct(medium->file, &medium->direct);
		return put(medium, index, bytes, count);
	}
	return fail("WRITE_FAILED", "writing chunk %llu of %s failed: %s", (unsigned long long)index, medium->name, strerror(errno));
}

/* The kernel lets the device write zeros, or know of them, where that is as good, and else writes them (BLKZEROOUT). */
static int zero(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	const uint64_t range[2] = {index * medium->chunk, count};
	if (count % 512 == 0 && ioctl(medium->file, BLKZEROOUT, range) == 0)
		return DONE;
	return put(medium, index, bytes, count);
}

static int settle(struct medium *medium)
{
	if (fdatasync(medium->file) == 0)
		return DONE;
	return fail("WRITE_FAILED", "%s does not keep what was written: %s", medium->name, strerror(errno));
}

int block_medium(struct medium *medium, const char *node)
{
	medium->name = node;
	medium->batches = 1;
	medium->put = put;
	medium->invalidate = zero;
	medium->settle = settle;
	/* Without O_CREAT a node that has vanished becomes no file. */
	medium->file = open_direct(node, O_WRONLY, &medium->direct);
	if (medium->file < 0)
		return fail("WRITE_FAILED", "%s cannot be written: %s", node, strerror(errno));
	return DONE;
}

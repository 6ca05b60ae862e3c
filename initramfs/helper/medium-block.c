/* Block devices: chunks at their place, in any order. */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int settle(struct medium *medium)
{
	if (fdatasync(medium->file) == 0)
		return DONE;
	return fail("WRITE_FAILED", "%s does not keep what was written: %s", medium->name, strerror(errno));
}

static int write_part(struct medium *medium, uint64_t place, const uint8_t *bytes, size_t count)
{
	/* The end of an image may lie within a sector, of which the rest stays: the page cache takes care of that. */
	const size_t whole = medium->direct ? count / medium->sector * medium->sector : count;
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
		return write_part(medium, place, bytes, count);
	}
	return fail("WRITE_FAILED", "writing chunk %llu of %s failed: %s", (unsigned long long)(place / medium->chunk), medium->name, strerror(errno));
}

/* Writes all but what is spared, of which each sector is spared as a whole. */
static int write_at(struct medium *medium, uint64_t place, const uint8_t *bytes, size_t count)
{
	int failed = DONE;
	while (count > 0 && !failed) {
		int spared;
		const size_t alike = alike_from(place, count, &spared);
		failed = spared ? DONE : write_part(medium, place, bytes, alike);
		place += alike;
		bytes += alike;
		count -= alike;
	}
	return failed;
}

/* The kernel lets the device write zeros, or know of them, where that is as good, and else writes them (BLKZEROOUT). */
static int zero_at(struct medium *medium, uint64_t place, const uint8_t *zeros, size_t count)
{
	const uint64_t range[2] = {place, count};
	int spared;
	if (alike_from(place, count, &spared) == count && !spared && count % 512 == 0 && ioctl(medium->file, BLKZEROOUT, range) == 0)
		return DONE;
	return write_at(medium, place, zeros, count);
}

/*
 * Whether the medium has these bytes of what begins at a place: one may drop a write, and say nothing. They are read past the page
 * cache, or that is emptied first.
 */
static int has(struct medium *medium, uint64_t place, const uint8_t *bytes, size_t from, size_t count)
{
	if (medium->back < 0)
		return 0;
	if (!medium->back_direct)
		ioctl(medium->back, BLKFLSBUF, 0);
	if (read_whole(medium->back, medium->seen, count, place, &medium->back_direct) != (long)count)
		return 0;
	mask_spared(medium->seen, place, count);
	return are_same(medium->seen + from, bytes + from, count - from);
}

static int gives_back(struct medium *medium, uint64_t index, const uint8_t *bytes, size_t count)
{
	return has(medium, index * medium->chunk, bytes, 0, count);
}

/*
 * The first chunk is what makes a device start, and a power cut leaves any part of it: only a sector is written whole or not at
 * all. Loaders look at the first one, and most file systems have their superblock in the first ALIGNED bytes. So these are
 * written when the rest is on the medium, and the first sector when all of that was read back; until then that is what it was,
 * zeros or what starts a rescue.
 */
static int put_first(struct medium *medium, uint8_t *bytes, size_t count)
{
	const size_t head = count < ALIGNED ? count : ALIGNED;
	const size_t sector = head < medium->sector ? head : medium->sector;
	mask_spared(bytes, 0, count);
	int failed = write_at(medium, head, bytes + head, count - head);
	failed = failed ? failed : settle(medium);
	failed = failed ? failed : write_at(medium, sector, bytes + sector, head - sector);
	failed = failed ? failed : settle(medium);
	if (!failed && !has(medium, 0, bytes, sector, count))
		failed = fail("WRITE_FAILED", "%s does not keep what was written to its first MiB", medium->name);
	return failed ? failed : write_at(medium, 0, bytes, sector);
}

/* Takes the first chunk away in the other order. */
static int zero_first(struct medium *medium, const uint8_t *zeros, size_t count)
{
	const size_t ends[] = {medium->sector < count ? medium->sector : count, ALIGNED < count ? ALIGNED : count, count};
	int failed = DONE;
	for (int part = 0; part < 3 && !failed; part++) {
		failed = zero_at(medium, 0, zeros, ends[part]);
		failed = failed ? failed : settle(medium);
	}
	return failed;
}

static int put(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	return index == 0 ? put_first(medium, bytes, count) : write_at(medium, index * medium->chunk, bytes, count);
}

static int zero(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	return index == 0 ? zero_first(medium, bytes, count) : zero_at(medium, index * medium->chunk, bytes, count);
}

int block_medium(struct medium *medium, const char *node)
{
	medium->name = node;
	medium->batches = 1;
	medium->put = put;
	medium->invalidate = zero;
	medium->settle = settle;
	medium->gives_back = gives_back;
	/* Without O_CREAT a node that has vanished becomes no file. */
	medium->file = open_direct(node, O_WRONLY, &medium->direct);
	if (medium->file < 0)
		return fail("WRITE_FAILED", "%s cannot be written: %s", node, strerror(errno));
	medium->back = open_direct(node, O_RDONLY, &medium->back_direct);
	medium->seen = buffer_of(medium->chunk);
	if (!medium->seen)
		return fail("WRITE_FAILED", "there is no room in RAM to read %s back", node);
	int sector;
	medium->sector = ioctl(medium->file, BLKSSZGET, &sector) == 0 && sector > 0 && sector <= ALIGNED ? (size_t)sector : ALIGNED;
	return DONE;
}

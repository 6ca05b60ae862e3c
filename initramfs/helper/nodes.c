/* Reads and writes devices past the page cache where they can be (open(2), O_DIRECT). */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Buffers, offsets and lengths are multiples of it: no logical sector is larger. */
#define ALIGNED 4096

int open_direct(const char *node, int flags, int *direct)
{
	int file = open(node, flags | O_DIRECT | O_CLOEXEC);
	*direct = file >= 0;
	/* Flash and volumes have no page cache that could be passed by. */
	if (file < 0 && errno == EINVAL)
		file = open(node, flags | O_CLOEXEC);
	return file;
}

uint8_t *buffer_of(size_t bytes)
{
	void *memory = NULL;
	return posix_memalign(&memory, ALIGNED, (bytes + ALIGNED - 1) / ALIGNED * ALIGNED) == 0 ? memory : NULL;
}

/*
 * Reads up to `count` bytes from an offset, fewer at the end of the device; the buffer has room for the whole of the last
 * sector. Gives how many of them were read, or -1.
 */
long read_whole(int file, uint8_t *into, size_t count, uint64_t from, int *direct)
{
	size_t done = 0;
	while (done < count) {
		size_t wanted = count - done;
		if (*direct)
			wanted = (wanted + ALIGNED - 1) / ALIGNED * ALIGNED;
		const ssize_t now = pread(file, into + done, wanted, (off_t)(from + done));
		if (now == 0)
			break;
		if (now > 0) {
			done += (size_t)now;
			/* A sector that is read in part would not be at an aligned place any more. */
			if (*direct && done % ALIGNED != 0 && done < count)
				break;
		} else if (errno == EINVAL && *direct) {
			*direct = 0;
			fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_DIRECT);
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return (long)(done < count ? done : count);
}

int write_whole(int file, const uint8_t *bytes, size_t count, uint64_t to)
{
	size_t done = 0;
	while (done < count) {
		const ssize_t now = pwrite(file, bytes + done, count - done, (off_t)(to + done));
		if (now > 0)
			done += (size_t)now;
		else if (now == 0 || errno != EINTR)
			return 0;
	}
	return 1;
}

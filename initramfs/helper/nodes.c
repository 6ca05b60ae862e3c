/* Reads and writes files, and devices past the page cache where they can be (open(2), O_DIRECT). */
#include "helper.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int open_direct(const char *node, int flags, int *direct)
{
	int file = open(node, flags | O_DIRECT | O_CLOEXEC);
	*direct = file >= 0;
	/* Flash and volumes have no page cache that could be passed by. */
	if (file < 0 && errno == EINVAL)
		file = open(node, flags | O_CLOEXEC);
	return file;
}

/* For a device that takes no direct reads or writes although it could be opened for them. */
void leave_direct(int file, int *direct)
{
	*direct = 0;
	fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_DIRECT);
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
			leave_direct(file, direct);
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

int write_stream(int file, const void *bytes, size_t count)
{
	size_t done = 0;
	while (done < count) {
		const ssize_t now = write(file, (const uint8_t *)bytes + done, count - done);
		if (now > 0)
			done += (size_t)now;
		else if (now == 0 || errno != EINTR)
			return 0;
	}
	return 1;
}

int first_line(const char *path, char *line, size_t room)
{
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	const ssize_t count = read(file, line, room - 1);
	close(file);
	line[count > 0 ? count : 0] = 0;
	line[strcspn(line, "\n")] = 0;
	return 1;
}

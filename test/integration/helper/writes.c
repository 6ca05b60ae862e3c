/*
 * Notes in the file WRITES what a program writes to a disk, and when it waits until that is on it: "BYTES at PLACE" and "sync", a line
 * each. It is linked around pwrite and fdatasync, and around ioctl, by which it has sectors of 512 bytes and zeros no range. What is
 * written at DROPPED does not come to be on the disk, and nothing says so.
 */
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

ssize_t __real_pwrite64(int file, const void *bytes, size_t count, off_t to);
int __real_fdatasync(int file);
ssize_t __wrap_pwrite64(int file, const void *bytes, size_t count, off_t to);
int __wrap_fdatasync(int file);
int __wrap_ioctl(int file, unsigned long request, ...);

static FILE *noted(void)
{
	static FILE *writes;
	if (!writes)
		writes = fopen(getenv("WRITES"), "a");
	setlinebuf(writes);
	return writes;
}

ssize_t __wrap_pwrite64(int file, const void *bytes, size_t count, off_t to)
{
	fprintf(noted(), "%zu at %lld\n", count, (long long)to);
	const char *dropped = getenv("DROPPED");
	if (dropped && atoll(dropped) == to)
		return (ssize_t)count;
	return __real_pwrite64(file, bytes, count, to);
}

int __wrap_fdatasync(int file)
{
	fprintf(noted(), "sync\n");
	return __real_fdatasync(file);
}

int __wrap_ioctl(int file, unsigned long request, ...)
{
	va_list more;
	va_start(more, request);
	int *sector = va_arg(more, int *);
	va_end(more);
	(void)file;
	if (request != BLKSSZGET)
		return -1;
	*sector = 512;
	return 0;
}

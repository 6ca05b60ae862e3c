/*
 * Stands for a NOR flash of eraseblocks of NOR_ERASE bytes, on a file (mtd-abi.h, MEMERASE64; kernel doc driver-api/mtdnand):
 * erasing sets all bits, writing only clears bits. It is linked around ioctl and pwrite. Each erasure is noted as a line of
 * NOR_LOG; the one that NOR_CUT counts is the last thing that the process does, NOR_STUCK is an eraseblock that stays zero, NOR_NO_ERASE
 * one that cannot be erased, NOR_TORN one whose erasure is cut before it has come to the first 8 KiB, and NOR_BAD one that is bad, as only NAND has them.
 * NOR_LOCKS is a file with a byte for each eraseblock, which is 1 where that is locked (MEMGETINFO, MEMISLOCKED, MEMLOCK).
 */
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t __real_pwrite64(int file, const void *bytes, size_t count, off_t to);
int __wrap_ioctl(int file, unsigned long request, ...);
ssize_t __wrap_pwrite64(int file, const void *bytes, size_t count, off_t to);

static long setting(const char *name)
{
	const char *value = getenv(name);
	return value ? atol(value) : -1;
}

/* A disk that stands for flash has a cache, and flash has none: what is read next comes from the medium. */
static int settle(int file)
{
	const int failed = fdatasync(file);
	posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
	return failed;
}

int __wrap_ioctl(int file, unsigned long request, ...)
{
	static long erasures;
	va_list more;
	va_start(more, request);
	void *argument = va_arg(more, void *);
	va_end(more);
	const long size = setting("NOR_ERASE");
	if (request == MEMGETBADBLOCK)
		return *(const loff_t *)argument == setting("NOR_BAD") * size;
	if (request == MEMGETINFO) {
		struct stat about;
		fstat(file, &about);
		*(struct mtd_info_user *)argument = (struct mtd_info_user){.size = (unsigned)about.st_size, .erasesize = (unsigned)size};
		return 0;
	}
	if (request == MEMISLOCKED || request == MEMLOCK) {
		const struct erase_info_user *range = argument;
		char state[] = "1";
		const int locks = getenv("NOR_LOCKS") ? open(getenv("NOR_LOCKS"), O_RDWR) : -1;
		if (locks < 0)
			return -1;
		const off_t first = range->start / size;
		if (request == MEMISLOCKED)
			pread(locks, state, 1, first);
		for (long at = 0; request == MEMLOCK && at < range->length / size; at++)
			__real_pwrite64(locks, state, 1, first + at);
		close(locks);
		return request == MEMISLOCKED ? state[0] == '1' : 0;
	}
	if (request != MEMERASE64)
		return -1;
	const struct erase_info_user64 *erase = argument;
	const long block = (long)(erase->start / (unsigned long)size);
	FILE *log = fopen(getenv("NOR_LOG"), "a");
	fprintf(log, "%ld\n", block);
	fclose(log);
	if (block == setting("NOR_NO_ERASE"))
		return -1;
	const long torn = block == setting("NOR_TORN") ? 8192 : 0;
	char *ones = malloc((size_t)size);
	memset(ones, block == setting("NOR_STUCK") ? 0 : 0xff, (size_t)size);
	__real_pwrite64(file, ones, (size_t)(size - torn), (off_t)erase->start + torn);
	const int failed = settle(file);
	free(ones);
	if (torn)
		raise(SIGKILL);
	if (++erasures == setting("NOR_CUT"))
		raise(SIGKILL);
	return failed;
}

ssize_t __wrap_pwrite64(int file, const void *bytes, size_t count, off_t to)
{
	unsigned char *both = malloc(count);
	const ssize_t had = pread(file, both, count, to);
	for (ssize_t i = 0; i < had; i++)
		both[i] &= ((const unsigned char *)bytes)[i];
	const ssize_t done = __real_pwrite64(file, both, (size_t)had, to);
	free(both);
	return settle(file) == 0 ? done : -1;
}

/*
 * Stands for raw NAND of eraseblocks of NAND_ERASE bytes and pages of NAND_PAGE, on a file (mtd-abi.h): erasing sets all bits, and a
 * page is written once after that. It is linked around ioctl and pwrite. NAND_BAD is the file with the numbers of bad eraseblocks, a
 * line each; it grows by those that are marked. NAND_LOG notes erasures and marks. NAND_NO_ERASE, NAND_NO_WRITE and NAND_FORGETS
 * are lists of eraseblocks, with commas around each, that cannot be erased, cannot be written, or keep zeros in place of what is
 * written; the process ends with the erasure that NAND_CUT counts.
 */
#include <errno.h>
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

ssize_t __real_pwrite64(int file, const void *bytes, size_t count, off_t to);
int __wrap_ioctl(int file, unsigned long request, ...);
ssize_t __wrap_pwrite64(int file, const void *bytes, size_t count, off_t to);

static long setting(const char *name)
{
	const char *value = getenv(name);
	return value ? atol(value) : -1;
}

static int listed(const char *name, long block)
{
	char of[24];
	snprintf(of, sizeof of, ",%ld,", block);
	return getenv(name) && strstr(getenv(name), of);
}

static int is_marked(long block)
{
	FILE *bad = fopen(getenv("NAND_BAD"), "r");
	long number;
	int found = 0;
	while (bad && fscanf(bad, "%ld", &number) == 1)
		found |= number == block;
	if (bad)
		fclose(bad);
	return found;
}

static void add_line(const char *file, const char *what, long block)
{
	FILE *to = fopen(getenv(file), "a");
	fprintf(to, "%s%ld\n", what, block);
	fclose(to);
}

static void breach(const char *what, long block)
{
	fprintf(stderr, "%s %ld\n", what, block);
	abort();
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
	const void *argument = va_arg(more, const void *);
	va_end(more);
	const long size = setting("NAND_ERASE");
	if (request == MEMGETBADBLOCK)
		return is_marked(*(const loff_t *)argument / size);
	if (request == MEMSETBADBLOCK) {
		add_line("NAND_BAD", "", *(const loff_t *)argument / size);
		add_line("NAND_LOG", "bad ", *(const loff_t *)argument / size);
		return 0;
	}
	if (request != MEMERASE64)
		return -1;
	const struct erase_info_user64 *erase = argument;
	const long block = (long)(erase->start / (unsigned long)size);
	if (is_marked(block))
		breach("erased although it is bad:", block);
	add_line("NAND_LOG", "erase ", block);
	if (listed("NAND_NO_ERASE", block)) {
		errno = EIO;
		return -1;
	}
	char *ones = malloc((size_t)size);
	memset(ones, 0xff, (size_t)size);
	__real_pwrite64(file, ones, (size_t)size, (off_t)erase->start);
	free(ones);
	const int failed = settle(file);
	if (++erasures == setting("NAND_CUT"))
		raise(SIGKILL);
	return failed;
}

ssize_t __wrap_pwrite64(int file, const void *bytes, size_t count, off_t to)
{
	const long size = setting("NAND_ERASE"), block = (long)(to / size);
	unsigned char *had = malloc(count);
	if ((long)count != setting("NAND_PAGE") || to % (long)count != 0)
		breach("not a page was written to", block);
	if (is_marked(block))
		breach("written although it is bad:", block);
	const ssize_t seen = pread(file, had, count, to);
	/* A page that cannot be read can be written. */
	if (seen >= 0 && seen != (ssize_t)count)
		breach("written behind the end:", block);
	for (ssize_t i = 0; i < seen; i++)
		if (had[i] != 0xff)
			breach("a page was written twice in", block);
	free(had);
	if (listed("NAND_NO_WRITE", block)) {
		errno = EIO;
		return -1;
	}
	if (listed("NAND_FORGETS", block)) {
		char *zeros = calloc(1, count);
		__real_pwrite64(file, zeros, count, to);
		free(zeros);
		return (ssize_t)count;
	}
	const ssize_t done = __real_pwrite64(file, bytes, count, to);
	return settle(file) == 0 ? done : -1;
}

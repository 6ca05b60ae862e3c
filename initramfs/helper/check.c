/* Checks files against a list of digests in the format of sha256sum(1). */
#include "helper.h"
#include "sha256.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int digest_of(const char *path, char hex[65])
{
	static uint8_t bytes[65536];
	struct sha256 sum;
	ssize_t count;
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	sha256_begin(&sum);
	while ((count = read(file, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
		if (count > 0)
			sha256_add(&sum, bytes, (size_t)count);
	close(file);
	sha256_end(&sum, hex);
	return count == 0;
}

/* The list is standard input, and paths count from the working directory. Names on standard error what differs. */
int check(void)
{
	char line[4096], hex[65];
	int status = DONE;
	unsigned long checked = 0;
	while (fgets(line, sizeof line, stdin)) {
		const size_t end = strcspn(line, "\n");
		/* A line without an end, or without a path, is not of such a list. */
		if (line[end] == 0 || end < 67 || line[64] != ' ') {
			fprintf(stderr, "line %lu is no digest with a path\n", checked + 1);
			return 1;
		}
		line[end] = 0;
		checked++;
		if (digest_of(line + 66, hex) && memcmp(hex, line, 64) == 0)
			continue;
		fprintf(stderr, "%s is not what it was\n", line + 66);
		status = 1;
	}
	/* An empty list would prove nothing. */
	return checked == 0 || ferror(stdin) ? 1 : status;
}

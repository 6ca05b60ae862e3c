/* Reads what is in the eraseblocks of a medium. */
#include "helper.h"
#include "sha256.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Erase counter headers are rewritten by ubiformat(8), and are as long as that (mtd/ubi-media.h). */
#define HEADER 64

int hash_pebs(const char *node, size_t peb, uint64_t pebs, uint64_t group, uint64_t per_group, uint64_t wanted, uint64_t at)
{
	int direct;
	uint8_t *bytes = buffer_of(peb);
	const int file = open_direct(node, O_RDONLY, &direct);
	if (file < 0)
		return fail("VERIFY_FAILED", "%s cannot be read: %s", node, strerror(errno));
	if (!bytes)
		return fail("FLASHER_FAILED", "there is no room in RAM to read %s", node);
	while (wanted > 0) {
		struct sha256 sum;
		char hex[65];
		sha256_begin(&sum);
		for (uint64_t in_group = 0; in_group < per_group && wanted > 0; at++) {
			if (at >= pebs)
				return fail("VERIFY_FAILED", "%s ends at eraseblock %llu", node, (unsigned long long)at);
			if (is_bad(file, at * peb))
				continue;
			if (read_whole(file, bytes, peb, at * peb, &direct) != (long)peb)
				return fail("VERIFY_FAILED", "%s cannot be read at eraseblock %llu", node, (unsigned long long)at);
			sha256_add(&sum, bytes + HEADER, peb - HEADER);
			in_group++;
			wanted--;
		}
		sha256_end(&sum, hex);
		say_chunk(group++, hex, &at);
		if (!flush_said())
			return FAILED;
		contact();
	}
	return DONE;
}

int headers(const char *node, size_t peb, uint64_t pebs, uint64_t from)
{
	const int file = open(node, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return fail("VERIFY_FAILED", "%s cannot be read: %s", node, strerror(errno));
	for (uint64_t block = from; block < pebs; block++) {
		uint8_t header[HEADER] = {0};
		/* One that cannot be read counts as zeros. */
		if (pread(file, header, HEADER, (off_t)(block * peb)) != HEADER)
			memset(header, 0, HEADER);
		say_header(block, header);
		if (block % 256 == 0)
			contact();
	}
	return flush_said() ? DONE : FAILED;
}

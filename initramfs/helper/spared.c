/*
 * Ranges of a medium that are never written: the flasher names them in LEVITATE_SPARED, as "FROM-TO" in bytes, in their order, with
 * blanks between (flasher/spared.sh). What is hashed has zeros in their place, as the image has on the host.
 */
#include "helper.h"
#include <stdlib.h>
#include <string.h>

/* The schema of the profile takes fewer; a table has four. */
#define MOST 64

static struct {
	uint64_t from, to;
} ranges[MOST];
static int count;

/* Reads them; what is no list of ranges in their order is refused, as writing without them would be. */
int find_spared(void)
{
	const char *given = getenv("LEVITATE_SPARED");
	char text[MOST * 40], *rest = text;
	if (!given || !*given)
		return DONE;
	if (strlen(given) >= sizeof text)
		return fail("USAGE", "there are too many ranges that are never written");
	strcpy(text, given);
	while (rest) {
		char *word = strsep(&rest, " ");
		char *to = strchr(word, '-');
		if (to)
			*to++ = 0;
		if (!to || count == MOST || !number(word, &ranges[count].from) || !number(to, &ranges[count].to) ||
		    ranges[count].from >= ranges[count].to || (count > 0 && ranges[count].from < ranges[count - 1].to))
			return fail("USAGE", "'%s' are no ranges that are never written", given);
		count++;
	}
	return DONE;
}

/* Where the first of them begins; where there is none, no place is as far. */
uint64_t first_spared(void)
{
	return count > 0 ? ranges[0].from : UINT64_MAX;
}

/* Gives how many bytes from a place on are alike, at most so many: all of them spared, or none. */
size_t alike_from(uint64_t place, size_t most, int *spared)
{
	*spared = 0;
	for (int i = 0; i < count; i++) {
		uint64_t end = place + most;
		if (ranges[i].to <= place)
			continue;
		if (ranges[i].from <= place) {
			*spared = 1;
			end = ranges[i].to;
		} else if (ranges[i].from < end) {
			end = ranges[i].from;
		}
		return end - place < most ? (size_t)(end - place) : most;
	}
	return most;
}

int is_spared(uint64_t place)
{
	int spared;
	alike_from(place, 1, &spared);
	return spared;
}

/* Puts zeros in the place of what is spared. */
void mask_spared(uint8_t *bytes, uint64_t place, size_t most)
{
	while (most > 0) {
		int spared;
		const size_t alike = alike_from(place, most, &spared);
		if (spared)
			memset(bytes, 0, alike);
		bytes += alike;
		place += alike;
		most -= alike;
	}
}

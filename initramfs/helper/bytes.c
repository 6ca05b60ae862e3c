/*
 * Compares bytes word by word: memcmp(3) of a C library that is made small takes them one by one, which for a MiB takes a slow
 * processor as long as a third of hashing it.
 */
#include "helper.h"
#include <string.h>

/* Words of one step; a step ends the comparison where anything differs. */
#define STEP 8

static int is_aligned(const uint8_t *bytes)
{
	return (uintptr_t)bytes % sizeof(uint64_t) == 0;
}

/* Takes the word at an aligned place. */
static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;
	memcpy(&word, __builtin_assume_aligned(bytes, sizeof word), sizeof word);
	return word;
}

int are_same(const uint8_t *bytes, const uint8_t *others, size_t count)
{
	size_t at = 0;
	if (is_aligned(bytes) && is_aligned(others))
		for (; count - at >= STEP * sizeof(uint64_t); at += STEP * sizeof(uint64_t)) {
			uint64_t differing = 0;
			for (size_t word = at; word < at + STEP * sizeof(uint64_t); word += sizeof(uint64_t))
				differing |= word_at(bytes + word) ^ word_at(others + word);
			if (differing)
				return 0;
		}
	return memcmp(bytes + at, others + at, count - at) == 0;
}

int are_all(uint8_t value, const uint8_t *bytes, size_t count)
{
	const uint64_t wanted = value * UINT64_C(0x0101010101010101);
	size_t at = 0;
	if (is_aligned(bytes))
		for (; count - at >= STEP * sizeof(uint64_t); at += STEP * sizeof(uint64_t)) {
			uint64_t differing = 0;
			for (size_t word = at; word < at + STEP * sizeof(uint64_t); word += sizeof(uint64_t))
				differing |= word_at(bytes + word) ^ wanted;
			if (differing)
				return 0;
		}
	while (at < count && bytes[at] == value)
		at++;
	return at == count;
}

/* Compares bytes of each length at each distance from an aligned place, and finds each one that differs. Says what it misses. */
#include "../../../initramfs/helper/helper.h"
#include <stdio.h>
#include <string.h>

#define MOST 200

static int missed;

static void expect(int found, int wanted, const char *what, size_t length, size_t from)
{
	if (!found == !wanted)
		return;
	printf("%s: %zu bytes, %zu from an aligned place\n", what, length, from);
	missed = 1;
}

int main(void)
{
	static uint8_t one[MOST + 16] __attribute__((aligned(16))), other[MOST + 16] __attribute__((aligned(16)));
	for (size_t from = 0; from < 9; from++)
		for (size_t length = 0; length <= MOST; length++) {
			memset(one, ERASED, sizeof one);
			memset(other, ERASED, sizeof other);
			/* What lies around them does not count. */
			one[from + length] = 1;
			expect(are_same(one + from, other, length), 1, "the same", length, from);
			expect(are_all(ERASED, one + from, length), 1, "all erased", length, from);
			expect(are_all(0, one + from, length), length == 0, "all zeros", length, from);
			for (size_t at = 0; at < length; at++) {
				one[from + at] ^= 1;
				expect(are_same(one + from, other, length), 0, "another byte", length, from);
				expect(are_same(other, one + from, length), 0, "another byte", length, from);
				expect(are_all(ERASED, one + from, length), 0, "one that is not erased", length, from);
				one[from + at] ^= 1;
			}
		}
	return missed;
}

/* SHA-256 (FIPS 180-4). */
#ifndef SHA256_H
#define SHA256_H
#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t state[8];
	uint64_t length; /* in bytes */
	uint8_t block[64];
};

void sha256_begin(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *bytes, size_t count);

/* Writes the digest as 64 hexadecimal digits and a NUL. */
void sha256_end(struct sha256 *sum, char hex[65]);

/* Turns the processor's own instructions off, so that a test can compare both ways. */
void sha256_use_plain_code(void);
#endif

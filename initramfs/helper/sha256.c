/*
 * SHA-256 (FIPS 180-4), in plain C and by the instructions that processors have for it: those of x86 (Intel, "Intel SHA
 * Extensions", 2013) and those of ARMv8 (Arm ARM, SHA256H and the like). The kernel or the processor says whether they are there.
 */
#include "sha256.h"
#include <string.h>

static const uint32_t K[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t right(uint32_t word, int bits)
{
	return word >> bits | word << (32 - bits);
}

static uint32_t big_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/*
 * One round of 16; the caller renames the variables instead of moving them. w holds the last 16 words of the schedule, and k is at the
 * constants of these rounds: all other places are known when this is compiled.
 */
#define ROUND(a, b, c, d, e, f, g, h, i, word) \
	do { \
		uint32_t t = h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + (g ^ (e & (f ^ g))) + k[i] + (word); \
		d += t; \
		h = t + (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) | (c & (a | b))); \
	} while (0)

#define NEXT(i) \
	(w[(i) & 15] += (right(w[((i) + 14) & 15], 17) ^ right(w[((i) + 14) & 15], 19) ^ w[((i) + 14) & 15] >> 10) + \
		w[((i) + 9) & 15] + (right(w[((i) + 1) & 15], 7) ^ right(w[((i) + 1) & 15], 18) ^ w[((i) + 1) & 15] >> 3))

#define EIGHT(i, WORD) \
	do { \
		ROUND(a, b, c, d, e, f, g, h, (i), WORD(i)); \
		ROUND(h, a, b, c, d, e, f, g, (i) + 1, WORD((i) + 1)); \
		ROUND(g, h, a, b, c, d, e, f, (i) + 2, WORD((i) + 2)); \
		ROUND(f, g, h, a, b, c, d, e, (i) + 3, WORD((i) + 3)); \
		ROUND(e, f, g, h, a, b, c, d, (i) + 4, WORD((i) + 4)); \
		ROUND(d, e, f, g, h, a, b, c, (i) + 5, WORD((i) + 5)); \
		ROUND(c, d, e, f, g, h, a, b, (i) + 6, WORD((i) + 6)); \
		ROUND(b, c, d, e, f, g, h, a, (i) + 7, WORD((i) + 7)); \
	} while (0)

#define GIVEN(i) (w[i] = big_endian(bytes + 4 * (i)))

/* By itself: within another function it would share the processor's registers with that. */
__attribute__((noinline)) static void blocks_in_plain_code(uint32_t state[8], const uint8_t *bytes, size_t count)
{
	for (; count > 0; count--, bytes += 64) {
		uint32_t w[16];
		uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
		uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
		const uint32_t *k = K;
		EIGHT(0, GIVEN);
		EIGHT(8, GIVEN);
		for (k += 16; k < K + 64; k += 16) {
			EIGHT(0, NEXT);
			EIGHT(8, NEXT);
		}
		state[0] += a, state[1] += b, state[2] += c, state[3] += d;
		state[4] += e, state[5] += f, state[6] += g, state[7] += h;
	}
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static int has_instructions(void)
{
	unsigned a, b, c, d;
	/* The instructions work on registers and shuffles of SSSE3 and SSE4.1. */
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1))
		return 0;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

__attribute__((target("sha,sse4.1"))) static void blocks_by_instructions(uint32_t state[8], const uint8_t *bytes, size_t count)
{
	const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL);
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
	/* The instructions want the words in the order ABEF and CDGH. */
	__m128i abef = _mm_alignr_epi8(low, high, 8);
	__m128i cdgh = _mm_blend_epi16(high, low, 0xf0);
	for (; count > 0; count--, bytes += 64) {
		const __m128i abef_before = abef, cdgh_before = cdgh;
		__m128i w[4];
		for (int i = 0; i < 16; i++) {
			__m128i *now = &w[i & 3];
			if (i < 4) {
				*now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), order);
			} else {
				const __m128i last = w[(i + 3) & 3];
				*now = _mm_sha256msg1_epu32(*now, w[(i + 1) & 3]);
				*now = _mm_add_epi32(*now, _mm_alignr_epi8(last, w[(i + 2) & 3], 4));
				*now = _mm_sha256msg2_epu32(*now, last);
			}
			const __m128i sum = _mm_add_epi32(*now, _mm_load_si128((const __m128i *)(K + 4 * i)));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}
#elif defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>

#define HWCAP_SHA2_OF_ARM64 (1UL << 6) /* asm/hwcap.h */

static int has_instructions(void)
{
	return (getauxval(AT_HWCAP) & HWCAP_SHA2_OF_ARM64) != 0;
}

__attribute__((target("+crypto"))) static void blocks_by_instructions(uint32_t state[8], const uint8_t *bytes, size_t count)
{
	uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
	for (; count > 0; count--, bytes += 64) {
		const uint32x4_t abcd_before = abcd, efgh_before = efgh;
		uint32x4_t w[4];
		for (int i = 0; i < 4; i++)
			w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes + 16 * i)));
		for (int i = 0; i < 16; i++) {
			const uint32x4_t sum = vaddq_u32(w[i & 3], vld1q_u32(K + 4 * i));
			const uint32x4_t abcd_now = abcd;
			if (i < 12)
				w[i & 3] = vsha256su1q_u32(vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3], w[(i + 3) & 3]);
			abcd = vsha256hq_u32(abcd, efgh, sum);
			efgh = vsha256h2q_u32(efgh, abcd_now, sum);
		}
		abcd = vaddq_u32(abcd, abcd_before);
		efgh = vaddq_u32(efgh, efgh_before);
	}
	vst1q_u32(state, abcd);
	vst1q_u32(state + 4, efgh);
}
#else
static int has_instructions(void)
{
	return 0;
}

#define blocks_by_instructions blocks_in_plain_code
#endif

static int by_instructions = -1;

void sha256_use_plain_code(void)
{
	by_instructions = 0;
}

static void add_blocks(uint32_t state[8], const uint8_t *bytes, size_t count)
{
	if (by_instructions < 0)
		by_instructions = has_instructions();
	if (by_instructions)
		blocks_by_instructions(state, bytes, count);
	else
		blocks_in_plain_code(state, bytes, count);
}

void sha256_begin(struct sha256 *sum)
{
	static const uint32_t begin[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	memcpy(sum->state, begin, sizeof begin);
	sum->length = 0;
}

void sha256_add(struct sha256 *sum, const void *from, size_t count)
{
	const uint8_t *bytes = from;
	size_t held = sum->length % 64;
	sum->length += count;
	if (held > 0) {
		const size_t fits = count < 64 - held ? count : 64 - held;
		memcpy(sum->block + held, bytes, fits);
		if (held + fits < 64)
			return;
		add_blocks(sum->state, sum->block, 1);
		bytes += fits;
		count -= fits;
	}
	if (count >= 64)
		add_blocks(sum->state, bytes, count / 64);
	memcpy(sum->block, bytes + count / 64 * 64, count % 64);
}

void sha256_end(struct sha256 *sum, char hex[65])
{
	static const uint8_t padding[64] = {0x80};
	const uint64_t bits = sum->length * 8;
	const size_t held = sum->length % 64;
	uint8_t length[8];
	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	sha256_add(sum, padding, held < 56 ? 56 - held : 120 - held);
	sha256_add(sum, length, sizeof length);
	for (int i = 0; i < 64; i++)
		hex[i] = "0123456789abcdef"[sum->state[i / 8] >> (28 - 4 * (i % 8)) & 15];
	hex[64] = 0;
}

/*
 * Decompresses one DEFLATE stream (RFC 1951) of a known length. What is behind a wrong bit is wrong too: the caller holds what
 * comes out against its SHA-256. A helper without any library has no other decoder.
 */
#include "helper.h"
#include <string.h>

#define MOST_BITS 15    /* of a code (section 3.2.7) */
#define FAST_BITS 10    /* codes up to so many bits are found at once */
#define LITERALS 288
#define DISTANCES 30

/* A Huffman code: its symbols in the order of their codes, how many codes there are of each length, and the short ones. */
struct code {
	uint16_t count[MOST_BITS + 1];
	uint16_t symbols[LITERALS];
	uint16_t fast[1 << FAST_BITS]; /* by the bits as they come: symbol << 4 | length, or 0 */
};

struct bits {
	struct packed *packed;
	uint64_t held;
	unsigned count;
	unsigned over; /* bits that were taken from behind the end */
};

/* Bits come from the lowest one of each byte on; behind the end they are zeros, which `over` counts. */
static void need(struct bits *bits, unsigned count)
{
	while (bits->count < count) {
		const int byte = bits->packed->next(bits->packed);
		if (byte < 0)
			bits->over += 8;
		else
			bits->held |= (uint64_t)byte << bits->count;
		bits->count += 8;
	}
}

static unsigned take_bits(struct bits *bits, unsigned count)
{
	need(bits, count);
	const unsigned taken = (unsigned)(bits->held & ((1u << count) - 1));
	bits->held >>= count;
	bits->count -= count;
	return taken;
}

/* Whether more was taken than there was: whole bytes that were only looked at do not count. */
static int is_over(const struct bits *bits)
{
	return bits->over > bits->count;
}

/*
 * Makes the code of these lengths in bits (section 3.2.2); gives whether no two codes collide. One that is incomplete has bits
 * without a symbol, which end the decoding.
 */
static int make_code(struct code *code, const uint8_t *lengths, unsigned symbols)
{
	uint16_t offset[MOST_BITS + 2] = {0};
	int left = 1;
	memset(code->count, 0, sizeof code->count);
	memset(code->fast, 0, sizeof code->fast);
	for (unsigned symbol = 0; symbol < symbols; symbol++)
		code->count[lengths[symbol]]++;
	code->count[0] = 0;
	for (unsigned length = 1; length <= MOST_BITS; length++) {
		left = (left << 1) - code->count[length];
		if (left < 0)
			return 0;
		offset[length + 1] = (uint16_t)(offset[length] + code->count[length]);
	}
	for (unsigned symbol = 0; symbol < symbols; symbol++)
		if (lengths[symbol])
			code->symbols[offset[lengths[symbol]]++] = (uint16_t)symbol;
	unsigned at = 0, next = 0;
	for (unsigned length = 1; length <= FAST_BITS; length++, next <<= 1)
		for (unsigned i = 0; i < code->count[length]; i++, next++) {
			unsigned mirrored = 0;
			for (unsigned bit = 0; bit < length; bit++)
				mirrored |= (next >> bit & 1) << (length - 1 - bit);
			const uint16_t entry = (uint16_t)(code->symbols[at++] << 4 | length);
			for (; mirrored < 1 << FAST_BITS; mirrored += 1u << length)
				code->fast[mirrored] = entry;
		}
	return 1;
}

/* Gives the next symbol, or -1 for bits that are none. */
static int decode(struct bits *bits, const struct code *code)
{
	need(bits, MOST_BITS);
	const unsigned entry = code->fast[bits->held & ((1 << FAST_BITS) - 1)];
	if (entry) {
		bits->held >>= entry & 15;
		bits->count -= entry & 15;
		return (int)(entry >> 4);
	}
	unsigned at = 0, first = 0, word = 0;
	for (unsigned length = 1; length <= MOST_BITS; length++) {
		word = word << 1 | (unsigned)(bits->held >> (length - 1) & 1);
		first <<= 1;
		const unsigned count = code->count[length];
		if (word < first + count) {
			bits->held >>= length;
			bits->count -= length;
			return code->symbols[at + word - first];
		}
		at += count;
		first += count;
	}
	return -1;
}

struct output {
	uint8_t *bytes;
	size_t count, room;
};

/* Bytes as they are (section 3.2.4). */
static int copy_stored(struct bits *bits, struct output *out)
{
	take_bits(bits, bits->count % 8);
	const unsigned length = take_bits(bits, 16), check = take_bits(bits, 16);
	if ((length ^ check) != 0xffff || length > out->room - out->count)
		return 0;
	for (unsigned i = 0; i < length; i++)
		out->bytes[out->count++] = (uint8_t)take_bits(bits, 8);
	return !is_over(bits);
}

static const uint16_t length_base[] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
	131, 163, 195, 227, 258};
static const uint8_t length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025,
	1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_bits[] = {0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12,
	13, 13};

/* Symbols until the end of the block (section 3.2.3, 3.2.5). */
static int copy_coded(struct bits *bits, struct output *out, const struct code *literals, const struct code *distances)
{
	for (;;) {
		int symbol = decode(bits, literals);
		if (symbol < 0 || is_over(bits))
			return 0;
		if (symbol == 256)
			return 1;
		if (symbol < 256) {
			if (out->count == out->room)
				return 0;
			out->bytes[out->count++] = (uint8_t)symbol;
			continue;
		}
		if ((symbol -= 257) >= (int)sizeof length_bits)
			return 0;
		size_t length = length_base[symbol] + take_bits(bits, length_bits[symbol]);
		symbol = decode(bits, distances);
		if (symbol < 0 || symbol >= DISTANCES)
			return 0;
		const size_t back = distance_base[symbol] + take_bits(bits, distance_bits[symbol]);
		if (back > out->count || length > out->room - out->count)
			return 0;
		/* A distance below the length repeats what it has just put. */
		uint8_t *to = out->bytes + out->count;
		out->count += length;
		if (back >= length)
			memcpy(to, to - back, length);
		else
			for (; length > 0; length--, to++)
				*to = *(to - back);
	}
}

/* Reads the codes of a block (section 3.2.7). */
static int read_codes(struct bits *bits, struct code *literals, struct code *distances)
{
	static const uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	uint8_t lengths[LITERALS + 32] = {0};
	const unsigned literal_count = take_bits(bits, 5) + 257, distance_count = take_bits(bits, 5) + 1;
	const unsigned order_count = take_bits(bits, 4) + 4, all = literal_count + distance_count;
	for (unsigned i = 0; i < order_count; i++)
		lengths[order[i]] = (uint8_t)take_bits(bits, 3);
	if (literal_count > 286 || distance_count > DISTANCES || !make_code(literals, lengths, sizeof order))
		return 0;
	memset(lengths, 0, sizeof lengths);
	for (unsigned i = 0; i < all;) {
		const int symbol = decode(bits, literals);
		if (symbol < 0 || is_over(bits))
			return 0;
		if (symbol < 16) {
			lengths[i++] = (uint8_t)symbol;
			continue;
		}
		if (symbol == 16 && i == 0)
			return 0;
		const uint8_t value = symbol == 16 ? lengths[i - 1] : 0;
		unsigned times = symbol == 16 ? 3 + take_bits(bits, 2) : symbol == 17 ? 3 + take_bits(bits, 3) : 11 + take_bits(bits, 7);
		if (times > all - i)
			return 0;
		while (times--)
			lengths[i++] = value;
	}
	return make_code(literals, lengths, literal_count) && make_code(distances, lengths + literal_count, distance_count);
}

/* The codes of a block that brings none (section 3.2.6). */
static int fixed_codes(struct code *literals, struct code *distances)
{
	uint8_t lengths[LITERALS];
	for (unsigned i = 0; i < LITERALS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	make_code(literals, lengths, LITERALS);
	memset(lengths, 5, DISTANCES);
	return make_code(distances, lengths, DISTANCES);
}

/* Decompresses exactly so many bytes; gives whether the stream is one, ends with its last byte, and holds as many. */
int inflate_whole(struct packed *packed, uint8_t *into, size_t count)
{
	static struct code literals, distances;
	struct bits bits = {.packed = packed};
	struct output out = {.bytes = into, .room = count};
	unsigned is_last;
	do {
		is_last = take_bits(&bits, 1);
		const unsigned type = take_bits(&bits, 2);
		int whole = 0;
		if (type == 0)
			whole = copy_stored(&bits, &out);
		else if (type == 1)
			whole = fixed_codes(&literals, &distances) && copy_coded(&bits, &out, &literals, &distances);
		else if (type == 2)
			whole = read_codes(&bits, &literals, &distances) && copy_coded(&bits, &out, &literals, &distances);
		if (!whole)
			return 0;
	} while (!is_last);
	return out.count == count && !is_over(&bits) && bits.count - bits.over < 8 && packed->next(packed) < 0;
}

/* What comes in a feed, a frame at a time. */
#ifndef FRAMES_H
#define FRAMES_H
#include <stddef.h>
#include <stdint.h>

enum kind { CHUNK, ZERO, LAST };

struct frame {
	enum kind kind;
	uint64_t index;
	size_t count;
	char sha256[65];
	uint8_t *bytes; /* room for a chunk */
};

/*
 * Takes the next frame of an image of `length` bytes, all of it, and where it is to be hashed, as it was announced; DONE, or it says
 * why not.
 */
int take_frame(struct frame *frame, uint64_t length, size_t chunk, int hashes);
#endif

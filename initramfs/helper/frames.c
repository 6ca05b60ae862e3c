/*
 * Reads the frames of feed from standard input: "chunk INDEX LENGTH SHA256" and its bytes, "deflated INDEX LENGTH SHA256 SIZE"
 * and the SIZE bytes that the chunk is compressed to, "zero INDEX LENGTH", "end", each in a line (src/flash/frames.ts).
 */
#include "helper.h"
#include "frames.h"
#include "sha256.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static uint8_t ahead[16384];
static size_t ahead_from, ahead_to;

/* Takes that many bytes of standard input; fewer at its end. */
static size_t take(void *into, size_t count)
{
	uint8_t *to = into;
	size_t done = 0;
	while (done < count) {
		ssize_t now;
		if (ahead_from < ahead_to) {
			const size_t fits = ahead_to - ahead_from < count - done ? ahead_to - ahead_from : count - done;
			memcpy(to + done, ahead + ahead_from, fits);
			ahead_from += fits;
			done += fits;
			continue;
		}
		if (count - done >= sizeof ahead) {
			now = read(STDIN_FILENO, to + done, count - done);
			if (now > 0)
				done += (size_t)now;
		} else {
			now = read(STDIN_FILENO, ahead, sizeof ahead);
			ahead_from = 0;
			ahead_to = now > 0 ? (size_t)now : 0;
		}
		if (now == 0 || (now < 0 && errno != EINTR))
			break;
	}
	return done;
}

static int next_packed(struct packed *packed)
{
	uint8_t byte;
	if (packed->left == 0)
		return -1;
	if (ahead_from < ahead_to)
		byte = ahead[ahead_from++];
	else if (take(&byte, 1) != 1)
		return -1;
	packed->left--;
	return byte;
}

/* Reads one line without its line feed; no line of a frame is longer than the room. */
static int take_line(char *line, size_t room)
{
	size_t at = 0;
	for (;;) {
		if (take(line + at, 1) != 1)
			return fail("CONNECTION_LOST", "the stream ended before its end was announced");
		if (line[at] == '\n')
			break;
		if (++at == room) {
			line[room - 1] = 0;
			return fail("WRITE_FAILED", "a frame without an end: '%s'", line);
		}
	}
	line[at] = 0;
	if (strlen(line) != at)
		return fail("WRITE_FAILED", "a frame with a NUL: '%s'", line);
	return DONE;
}

/* Splits a line at its blanks; gives how many words it has, or -1 for more than there is room for. */
static int split(char *line, char *words[], int room)
{
	int count = 0;
	for (;;) {
		if (count == room)
			return -1;
		words[count++] = line;
		line = strchr(line, ' ');
		if (!line)
			return count;
		*line++ = 0;
	}
}

static int is_sha256(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static int ended_inside(const struct frame *frame)
{
	return fail("CONNECTION_LOST", "the stream ended inside chunk %llu", (unsigned long long)frame->index);
}

static int take_plain(struct frame *frame)
{
	return take(frame->bytes, frame->count) == frame->count ? DONE : ended_inside(frame);
}

static int take_deflated(struct frame *frame, uint64_t size)
{
	struct packed packed = {.next = next_packed, .left = size};
	if (inflate_whole(&packed, frame->bytes, frame->count))
		return DONE;
	/* What is left of it tells a cut from bytes that are no stream. */
	while (next_packed(&packed) >= 0)
		;
	if (packed.left > 0)
		return ended_inside(frame);
	return fail("WRITE_FAILED", "chunk %llu cannot be decompressed", (unsigned long long)frame->index);
}

int take_frame(struct frame *frame, uint64_t length, size_t chunk, int hashes)
{
	char line[160], shown[160], *words[5];
	uint64_t count, size = 0;
	int failed = take_line(line, sizeof line);
	if (failed)
		return failed;
	memcpy(shown, line, sizeof shown);
	const int found = split(line, words, 5);
	if (found == 1 && strcmp(words[0], "end") == 0) {
		frame->kind = LAST;
		return DONE;
	}
	if (found == 4 && strcmp(words[0], "chunk") == 0 && is_sha256(words[3]))
		frame->kind = CHUNK;
	else if (found == 5 && strcmp(words[0], "deflated") == 0 && is_sha256(words[3]) && number(words[4], &size))
		frame->kind = CHUNK;
	else if (found == 3 && strcmp(words[0], "zero") == 0)
		frame->kind = ZERO;
	else
		return fail("WRITE_FAILED", "unknown frame '%s'", shown);
	if (!number(words[1], &frame->index) || !number(words[2], &count))
		return fail("WRITE_FAILED", "a frame without numbers: '%s'", shown);
	if (frame->index >= (length + chunk - 1) / chunk)
		return fail("WRITE_FAILED", "chunk %llu was announced, of an image of %llu bytes",
			(unsigned long long)frame->index, (unsigned long long)length);
	const uint64_t left = length - frame->index * chunk;
	frame->count = left < chunk ? (size_t)left : chunk;
	if (count != frame->count)
		return fail("WRITE_FAILED", "a chunk of %llu bytes was announced, and chunk %llu has %zu",
			(unsigned long long)count, (unsigned long long)frame->index, frame->count);
	if (frame->kind == ZERO) {
		memset(frame->bytes, 0, frame->count);
		return DONE;
	}
	memcpy(frame->sha256, words[3], sizeof frame->sha256);
	failed = found == 5 ? take_deflated(frame, size) : take_plain(frame);
	if (failed || !hashes)
		return failed;
	struct sha256 sum;
	char hex[65];
	sha256_begin(&sum);
	sha256_add(&sum, frame->bytes, frame->count);
	sha256_end(&sum, hex);
	if (strcmp(hex, frame->sha256) != 0)
		return fail("WRITE_FAILED", "chunk %llu is not what was announced", (unsigned long long)frame->index);
	return DONE;
}

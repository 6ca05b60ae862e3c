/* A program that takes the image as one stream, over the FIFO of flasher/writer.sh. */
#include "helper.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Whether the program has ended, and not well. */
static int has_failed(void)
{
	char status[16];
	return writer_file("exit", status, sizeof status) && strcmp(status, "0") != 0;
}

static int refuse(struct medium *medium, const char *frame, uint64_t index)
{
	char next[24] = "";
	writer_file("next", next, sizeof next);
	return fail("WRITE_FAILED", "%s %llu was announced, and %s takes one stream, which goes on with chunk %s", frame,
		(unsigned long long)index, medium->name, next);
}

static int refuse_zeros(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	(void)bytes, (void)count;
	return refuse(medium, "zero", index);
}

static int put(struct medium *medium, uint64_t index, uint8_t *bytes, size_t count)
{
	char next[24], status[16];
	uint64_t wanted;
	if (!writer_file("next", next, sizeof next) || !number(next, &wanted) || wanted != index)
		return refuse(medium, "chunk", index);
	/* From here to set_writer_next nobody knows how much of the chunk the program has. */
	if (!mark_half())
		return fail("WRITE_FAILED", "there is no room to note chunk %llu", (unsigned long long)index);
	/* After its end the FIFO has a reader that only drains it. */
	if (writer_file("exit", status, sizeof status))
		return WRITER_ENDED;
	/* A process keeps the FIFO open between two feeds, so that this open waits for nobody. */
	medium->file = open(state_path("writer/fifo"), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (medium->file < 0)
		return WRITER_ENDED;
	fcntl(medium->file, F_SETFL, fcntl(medium->file, F_GETFL) & ~O_NONBLOCK);
	const int taken = write_stream(medium->file, bytes, count);
	close(medium->file);
	if (!taken || has_failed())
		return WRITER_ENDED;
	if (!set_writer_next(index + 1))
		return fail("WRITE_FAILED", "there is no room to note chunk %llu", (unsigned long long)index);
	return DONE;
}

int stream_medium(struct medium *medium)
{
	/* What the program has is its own; finish waits for it. */
	medium->batches = 0;
	medium->hashed_after = 1;
	medium->put = put;
	medium->invalidate = refuse_zeros;
	return DONE;
}

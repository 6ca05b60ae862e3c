/*
 * Feeds a medium with frames: one thread receives them and hashes what comes, one puts it on the medium, and one reads it back
 * and tells of it. What ends the write leaves no chunk that is written in part, unless the medium fails or the host is gone.
 */
#include "helper.h"
#include "frames.h"
#include <pthread.h>
#include <time.h>
#include <unistd.h>

/* Chunks that share one settle at most, and seconds in which their host hears nothing. */
#define BATCH 16
#define QUIET 2

/* What each thread does with a frame, in this order. */
enum { RECEIVE, PUT, TELL };

struct feeding {
	struct ring ring;
	struct frame frames[RING];
	struct medium *medium;
	uint64_t lease;
	int how; /* how the writing thread ended */
};

/* What is on the medium and not yet told. */
struct batch {
	int count;
	time_t since; /* the first one of them was put */
	struct {
		uint64_t index;
		size_t bytes;
		int is_read_back;
	} put[BATCH];
};

static void end_process(int status)
{
	if (status == FAILED)
		say_failure();
	_exit(status);
}

static time_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* What makes the device start is written when the rest is on the medium, and nothing is written before it is off. */
static int is_alone(const struct medium *medium, const struct frame *frame)
{
	return !medium->batches || frame->index == 0;
}

static int put(struct feeding *feeding, const struct frame *frame)
{
	struct medium *medium = feeding->medium;
	int failed;
	if (is_alone(medium, frame))
		ring_drain(&feeding->ring);
	failed = enter_lease(feeding->lease);
	if (failed)
		return failed;
	failed = (frame->kind == ZERO ? medium->invalidate : medium->put)(medium, frame->index, frame->bytes, frame->count);
	leave_lease();
	if (!failed)
		contact();
	return failed;
}

static void *put_frames(void *of)
{
	struct feeding *feeding = of;
	int is_last, was_alone = 0;
	this_thread(PUTS);
	do {
		struct frame *frame = &feeding->frames[ring_take(&feeding->ring, PUT)];
		if (was_alone)
			ring_drain(&feeding->ring);
		was_alone = is_alone(feeding->medium, frame);
		if (frame->kind != LAST && (feeding->how = put(feeding, frame)) != DONE)
			frame->kind = LAST;
		is_last = frame->kind == LAST;
		ring_pass(&feeding->ring, PUT);
	} while (!is_last);
	return NULL;
}

/* Has the medium keep what was put, and tells of it. */
static int settle(struct feeding *feeding, struct batch *batch)
{
	const int failed = batch->count > 0 && feeding->medium->settle ? feeding->medium->settle(feeding->medium) : DONE;
	if (failed)
		return failed;
	for (int i = 0; i < batch->count; i++)
		say_written(batch->put[i].index, batch->put[i].bytes, batch->put[i].is_read_back);
	batch->count = 0;
	ring_drained(&feeding->ring);
	/* A host that is gone learns from the device what was written. */
	return flush_said() ? DONE : FAILED;
}

static void note(const struct feeding *feeding, const struct frame *frame, struct batch *batch)
{
	struct medium *medium = feeding->medium;
	if (batch->count == 0)
		batch->since = now();
	batch->put[batch->count].index = frame->index;
	batch->put[batch->count].bytes = frame->count;
	batch->put[batch->count].is_read_back =
		medium->gives_back && medium->gives_back(medium, frame->index, frame->bytes, frame->count);
	batch->count++;
}

static void *tell_frames(void *of)
{
	struct feeding *feeding = of;
	struct batch batch = {0};
	int is_last = 0, failed = DONE;
	this_thread(TELLS);
	while (!is_last && !failed) {
		const int is_due = batch.count == BATCH || (batch.count > 0 && now() - batch.since >= QUIET);
		const int slot = is_due ? NONE : ring_take_or_drain(&feeding->ring, TELL, batch.count > 0);
		if (slot != NONE) {
			const struct frame *frame = &feeding->frames[slot];
			is_last = frame->kind == LAST;
			if (!is_last)
				note(feeding, frame, &batch);
			ring_pass(&feeding->ring, TELL);
		}
		if (slot == NONE || is_last)
			failed = settle(feeding, &batch);
	}
	failed = feeding->how ? feeding->how : failed;
	/* The receiving thread may wait for a host that waits for what was written. */
	if (failed)
		end_process(failed);
	return NULL;
}

/*
 * Receives an image of `length` bytes for a medium until its end, or until a frame that is none; gives how it ended. The
 * lease is the one by which the caller writes.
 */
int feed(struct medium *medium, uint64_t length, uint64_t lease)
{
	struct feeding feeding = {.medium = medium, .lease = lease};
	pthread_t putting, telling;
	int failed = DONE;
	ring_begin(&feeding.ring, TELL + 1);
	for (int slot = 0; slot < RING; slot++)
		if (!(feeding.frames[slot].bytes = buffer_of(medium->chunk)))
			return fail("WRITE_FAILED", "there is no room in RAM for chunks of %zu bytes", medium->chunk);
	if (pthread_create(&putting, NULL, put_frames, &feeding) != 0 || pthread_create(&telling, NULL, tell_frames, &feeding) != 0)
		return fail("WRITE_FAILED", "there is no room in RAM for a thread");
	for (int is_last = 0; !is_last;) {
		struct frame *frame = &feeding.frames[ring_take(&feeding.ring, RECEIVE)];
		/* What came before is written and told of, and then this one says why the stream ended. */
		failed = take_frame(frame, length, medium->chunk, !medium->hashed_after);
		if (failed)
			frame->kind = LAST;
		is_last = frame->kind == LAST;
		ring_pass(&feeding.ring, RECEIVE);
	}
	pthread_join(putting, NULL);
	pthread_join(telling, NULL);
	return failed;
}

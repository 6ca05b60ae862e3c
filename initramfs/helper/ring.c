#include "helper.h"

void ring_begin(struct ring *ring)
{
	sem_init(&ring->empty, 0, RING);
	sem_init(&ring->full, 0, 0);
	ring->filled = ring->emptied = 0;
}

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		;
}

unsigned ring_to_fill(struct ring *ring)
{
	wait_for(&ring->empty);
	return ring->filled % RING;
}

void ring_filled(struct ring *ring)
{
	ring->filled++;
	sem_post(&ring->full);
}

unsigned ring_to_empty(struct ring *ring)
{
	wait_for(&ring->full);
	return ring->emptied % RING;
}

int ring_is_behind(struct ring *ring)
{
	int waiting = 0;
	return sem_getvalue(&ring->full, &waiting) == 0 && waiting > 0;
}

void ring_emptied(struct ring *ring)
{
	ring->emptied++;
	sem_post(&ring->empty);
}

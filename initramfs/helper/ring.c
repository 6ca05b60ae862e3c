#include "helper.h"

void ring_begin(struct ring *ring, int stages)
{
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->moved, NULL);
	for (int stage = 0; stage < STAGES; stage++)
		ring->passed[stage] = 0;
	ring->stages = stages;
	ring->drained = 0;
	ring->drains = 0;
}

static int has_slot(const struct ring *ring, int stage)
{
	return ring->passed[stage] != (stage == 0 ? ring->passed[ring->stages - 1] + RING : ring->passed[stage - 1]);
}

/* Nothing comes by itself: the stages before have nothing to pass, or wait for all to be drained. */
static int is_dry(const struct ring *ring, int stage)
{
	return ring->drains || ring->passed[0] == ring->passed[stage];
}

int ring_take_or_drain(struct ring *ring, int stage, int may_drain)
{
	pthread_mutex_lock(&ring->lock);
	while (!has_slot(ring, stage) && !(may_drain && is_dry(ring, stage)))
		pthread_cond_wait(&ring->moved, &ring->lock);
	const int slot = has_slot(ring, stage) ? (int)(ring->passed[stage] % RING) : NONE;
	pthread_mutex_unlock(&ring->lock);
	return slot;
}

int ring_take(struct ring *ring, int stage)
{
	return ring_take_or_drain(ring, stage, 0);
}

void ring_pass(struct ring *ring, int stage)
{
	pthread_mutex_lock(&ring->lock);
	ring->passed[stage]++;
	pthread_cond_broadcast(&ring->moved);
	pthread_mutex_unlock(&ring->lock);
}

void ring_drain(struct ring *ring)
{
	pthread_mutex_lock(&ring->lock);
	ring->drains = 1;
	pthread_cond_broadcast(&ring->moved);
	while (ring->drained != ring->passed[ring->stages - 2])
		pthread_cond_wait(&ring->moved, &ring->lock);
	ring->drains = 0;
	pthread_mutex_unlock(&ring->lock);
}

void ring_drained(struct ring *ring)
{
	pthread_mutex_lock(&ring->lock);
	ring->drained = ring->passed[ring->stages - 1];
	pthread_cond_broadcast(&ring->moved);
	pthread_mutex_unlock(&ring->lock);
}

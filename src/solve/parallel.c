/* Independent pieces of work on POSIX threads, which unlike OpenMP's may be started in a forked child. */
#include "solve.h"

#include <pthread.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

typedef struct crew {
	pthread_mutex_t lock;
	uint32_t n, next, first_failed;
	ssrc_status status;
	ssrc_status (*each)(void *user, uint32_t k, int worker);
	void *user;
} crew;

typedef struct member {
	crew *crew;
	int worker;
} member;

int ssrc_thread_count(int wanted)
{
	long offered = wanted > 0 ? wanted : sysconf(_SC_NPROCESSORS_ONLN);
	return offered < 1 ? 1 : offered > THREADS_MAX ? THREADS_MAX : (int)offered;
}

/* The next piece, SSRC_NONE if there is none. Pieces are handed out in order, so when one has failed all before it were
 * handed out: what comes after it may be left, and the first failure by number is known when all are back. */
static uint32_t next_piece(crew *c)
{
	pthread_mutex_lock(&c->lock);
	uint32_t k = c->status == SSRC_OK && c->next < c->n ? c->next++ : SSRC_NONE;
	pthread_mutex_unlock(&c->lock);
	return k;
}

static void note_failure(crew *c, uint32_t k, ssrc_status status)
{
	pthread_mutex_lock(&c->lock);
	if (c->status == SSRC_OK || k < c->first_failed) {
		c->status = status;
		c->first_failed = k;
	}
	pthread_mutex_unlock(&c->lock);
}

static void *work(void *data)
{
	const member *m = data;
	for (uint32_t k; (k = next_piece(m->crew)) != SSRC_NONE;) {
		ssrc_status status = m->crew->each(m->crew->user, k, m->worker);
		if (status != SSRC_OK)
			note_failure(m->crew, k, status);
	}
	return NULL;
}

ssrc_status ssrc_parallel(uint32_t n, int threads, ssrc_status (*each)(void *user, uint32_t k, int worker), void *user)
{
	crew c = {.n = n, .each = each, .user = user, .status = SSRC_OK};
	member members[THREADS_MAX];
	pthread_t ids[THREADS_MAX];
	int wanted = ssrc_thread_count(threads), started = 0;
	if ((uint32_t)wanted > n)
		wanted = n ? (int)n : 1;
	if (pthread_mutex_init(&c.lock, NULL))
		return SSRC_NOMEM;
	for (int w = 0; w < wanted; w++)
		members[w] = (member){&c, w};
	/* A thread that cannot be had is done without: this one works too. */
	while (started < wanted - 1 && pthread_create(&ids[started], NULL, work, &members[started + 1]) == 0)
		started++;
	work(&members[0]);
	for (int w = 0; w < started; w++)
		pthread_join(ids[w], NULL);
	pthread_mutex_destroy(&c.lock);
	return c.status;
}

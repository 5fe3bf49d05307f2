#include "native-host/memory.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "native-host/pcsc.h"

#define ORIGIN_MAX 256

/* One PIN only: the second one replaces the first. */
static struct {
	struct secret *secret; /* NULL: nothing is remembered */
	char           origin[ORIGIN_MAX], top_origin[ORIGIN_MAX];
	uint8_t        cert[32];
	long           until; /* of now_s() */
	int            watched; /* a thread looks after it */
} kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Goes on while the machine sleeps. */
static long
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

/* With the lock held. */
static void
forget(void)
{
	secret_free(&kept.secret);
	memset(kept.origin, 0, sizeof(kept.origin));
	memset(kept.top_origin, 0, sizeof(kept.top_origin));
	memset(kept.cert, 0, sizeof(kept.cert));
}

static int
seconds_left(void)
{
	long left = kept.secret == NULL ? 0 : kept.until - now_s();

	if (left <= 0 && kept.secret != NULL)
		forget();
	return left > 0 ? (int)left : 0;
}

/* Sits on PC/SC until something happens there or the time is over. */
static void *
watch(void *arg)
{
	int left, changed;

	(void)arg;
	for (;;) {
		pthread_mutex_lock(&lock);
		if ((left = seconds_left()) == 0) {
			kept.watched = 0;
			pthread_mutex_unlock(&lock);
			return NULL;
		}
		pthread_mutex_unlock(&lock);
		changed = pcsc_watch(1000 * left);
		pthread_mutex_lock(&lock);
		if (changed && kept.secret != NULL) {
			yx_info("the remembered PIN is forgotten: a card or reader came or went");
			forget();
		}
		pthread_mutex_unlock(&lock);
	}
}

/* With the lock held: a PIN that nobody looks after is not kept. */
static int
start_watch(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (kept.watched)
		return YX_OK;
	if (pthread_attr_init(&attr) != 0)
		return YX_NO_MEMORY;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &attr, watch, NULL) == 0 ? YX_OK : YX_NO_MEMORY;
	pthread_attr_destroy(&attr);
	kept.watched = rc == YX_OK;
	return rc;
}

int
memory_put(const struct memory_whose *whose, const struct secret *secret, int seconds)
{
	int rc = YX_OK;

	pthread_mutex_lock(&lock);
	forget();
	if (seconds > 0 && strlen(whose->origin) < ORIGIN_MAX && strlen(whose->top_origin) < ORIGIN_MAX) {
		memcpy(kept.origin, whose->origin, strlen(whose->origin) + 1);
		memcpy(kept.top_origin, whose->top_origin, strlen(whose->top_origin) + 1);
		memcpy(kept.cert, whose->cert_sha256, sizeof(kept.cert));
		kept.until = now_s() + seconds;
		kept.secret = secret_copy(secret);
		rc = kept.secret != NULL ? start_watch() : YX_NO_MEMORY;
		if (rc != YX_OK)
			forget();
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

/* With the lock held. */
static int
is_for(const struct memory_whose *whose)
{
	return seconds_left() > 0 && strcmp(kept.origin, whose->origin) == 0 &&
	    strcmp(kept.top_origin, whose->top_origin) == 0 &&
	    memcmp(kept.cert, whose->cert_sha256, sizeof(kept.cert)) == 0;
}

struct secret *
memory_get(const struct memory_whose *whose, int *left)
{
	struct secret *copy = NULL;

	pthread_mutex_lock(&lock);
	*left = 0;
	if (is_for(whose)) {
		*left = seconds_left();
		copy = secret_copy(kept.secret);
	}
	pthread_mutex_unlock(&lock);
	return copy;
}

int
memory_left(const struct memory_whose *whose)
{
	int left;

	pthread_mutex_lock(&lock);
	left = is_for(whose) ? seconds_left() : 0;
	pthread_mutex_unlock(&lock);
	return left;
}

void
memory_forget(void)
{
	pthread_mutex_lock(&lock);
	forget();
	pthread_mutex_unlock(&lock);
}

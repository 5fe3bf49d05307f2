#include "backend/pki/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/pki/hosts.h"

#define ENTRIES 64

struct entry {
	char         *url, *etag;
	uint8_t      *bytes;
	size_t        n;
	int64_t       asked_ms, used_ms; /* monotonic clock */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry entries[ENTRIES];
static size_t total;

static int64_t
clock_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
forget(struct entry *e)
{
	total -= e->n;
	free(e->url);
	free(e->etag);
	free(e->bytes);
	memset(e, 0, sizeof(*e));
}

static struct entry *
find(const char *url)
{
	for (size_t i = 0; i < ENTRIES; i++)
		if (entries[i].url != NULL && strcmp(entries[i].url, url) == 0)
			return &entries[i];
	return NULL;
}

/* The one that was not used for longest; with `filled` only among those that hold something. */
static struct entry *
oldest(int filled)
{
	struct entry *out = NULL;

	for (size_t i = 0; i < ENTRIES; i++)
		if ((!filled || entries[i].url != NULL) && (out == NULL || entries[i].used_ms < out->used_ms))
			out = &entries[i];
	return out;
}

/* Gives the kept bytes if they are fresh (1), else their tag for the question (0). */
static int
take_fresh(const char *url, char etag[128], struct yx_buf *out)
{
	struct entry *e;
	int fresh = 0;

	pthread_mutex_lock(&lock);
	etag[0] = '\0';
	if ((e = find(url)) != NULL) {
		e->used_ms = clock_ms();
		fresh = e->used_ms - e->asked_ms < PKI_CACHE_FRESH_MS;
		if (fresh)
			yx_buf_add(out, e->bytes, e->n);
		else if (e->etag != NULL && strlen(e->etag) < 128)
			memcpy(etag, e->etag, strlen(e->etag) + 1);
	}
	pthread_mutex_unlock(&lock);
	return fresh;
}

/* The server has nothing newer: 0 if ours went away meanwhile. */
static int
take_unchanged(const char *url, const char *etag, struct yx_buf *out)
{
	struct entry *e;
	int same;

	pthread_mutex_lock(&lock);
	e = find(url);
	same = e != NULL && e->etag != NULL && strcmp(e->etag, etag) == 0;
	if (same) {
		e->asked_ms = e->used_ms = clock_ms();
		yx_buf_add(out, e->bytes, e->n);
	}
	pthread_mutex_unlock(&lock);
	return same;
}

static void
keep(const char *url, const char *etag, const uint8_t *bytes, size_t n)
{
	struct entry next = { .url = strdup(url), .etag = *etag == '\0' ? NULL : strdup(etag), .bytes = malloc(n), .n = n };
	struct entry *e;

	next.asked_ms = next.used_ms = clock_ms();
	pthread_mutex_lock(&lock);
	if ((e = find(url)) != NULL)
		forget(e);
	while (total + n > PKI_CACHE_MAX && (e = oldest(1)) != NULL)
		forget(e);
	e = oldest(0);
	forget(e);
	if (next.url != NULL && next.bytes != NULL && total + n <= PKI_CACHE_MAX) {
		memcpy(next.bytes, bytes, n);
		*e = next;
		total += n;
		memset(&next, 0, sizeof(next));
	}
	pthread_mutex_unlock(&lock);
	free(next.url);
	free(next.etag);
	free(next.bytes);
}

int
pki_fetch_cached(const char *url, const char *allow_hosts, struct yx_buf *out)
{
	struct pki_fetch f = { .url = url, .allow_hosts = allow_hosts };
	const size_t before = out->len;
	char etag[128];
	int rc;

	/* What is kept was fetched with somebody's leave: it must be this caller's too. */
	if (pki_host_judge(url, allow_hosts) == PKI_HOST_REFUSED)
		return YX_UNAVAILABLE;
	if (take_fresh(url, etag, out))
		return yx_buf_status(out);
	f.etag = etag;
	if ((rc = pki_fetch(&f, out)) != YX_OK)
		return rc;
	if (f.unchanged && !take_unchanged(url, etag, out)) {
		f.etag = NULL;
		rc = pki_fetch(&f, out);
	}
	if (rc == YX_OK && !f.unchanged && out->len > before)
		keep(url, f.new_etag, out->data + before, out->len - before);
	return rc != YX_OK ? rc : yx_buf_status(out);
}

void
pki_cache_clear(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < ENTRIES; i++)
		forget(&entries[i]);
	pthread_mutex_unlock(&lock);
}

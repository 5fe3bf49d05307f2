#include "backend/pki/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "backend/pki/hosts.h"
#include "common/log.h"

#define CONNECT_MS 3000L
#define TOTAL_MS   8000

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
init_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t
on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct yx_buf *out = arg;

	yx_buf_add(out, p, size * n);
	return yx_buf_status(out) == YX_OK ? size * n : 0;
}

/* Keeps the entity tag; one that is too long is as good as none. */
static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	static const char name[] = "etag:";
	struct pki_fetch *f = arg;
	size_t at = sizeof(name) - 1, end = size * n;

	if (end < at || strncasecmp(p, name, at) != 0)
		return end;
	while (at < end && p[at] == ' ')
		at++;
	while (end > at && (p[end - 1] == '\r' || p[end - 1] == '\n' || p[end - 1] == ' '))
		end--;
	if (end - at < sizeof(f->new_etag)) {
		memcpy(f->new_etag, p + at, end - at);
		f->new_etag[end - at] = '\0';
	}
	return size * n;
}

static int
add_headers(const struct pki_fetch *f, struct curl_slist **headers)
{
	char lines[2][192] = { "", "" };

	if (f->body != NULL)
		snprintf(lines[0], sizeof(lines[0]), "Content-Type: %s", f->content_type);
	if (f->etag != NULL && *f->etag != '\0')
		snprintf(lines[1], sizeof(lines[1]), "If-None-Match: %s", f->etag);
	for (size_t i = 0; i < 2; i++) {
		struct curl_slist *more = lines[i][0] == '\0' ? *headers : curl_slist_append(*headers, lines[i]);

		if (lines[i][0] != '\0' && more == NULL)
			return YX_NO_MEMORY;
		*headers = more;
	}
	return YX_OK;
}

static void
set_options(CURL *c, struct pki_fetch *f, const enum pki_host *verdict)
{
	curl_easy_setopt(c, CURLOPT_URL, f->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(f->timeout_ms > 0 ? f->timeout_ms : TOTAL_MS));
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* the environment decides nothing */
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, pki_host_open);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, (void *)(uintptr_t)verdict);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, f);
	if (f->tls_ca != NULL && *f->tls_ca != '\0') {
		curl_easy_setopt(c, CURLOPT_CAINFO, f->tls_ca);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	if (f->body != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)f->body->len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)f->body->data);
	}
}

static int
perform(CURL *c, struct pki_fetch *f, struct yx_buf *out)
{
	char why[CURL_ERROR_SIZE] = "";
	size_t before = out->len;
	long status = 0;
	CURLcode e;

	curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	e = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	f->unchanged = e == CURLE_OK && status == 304 && f->etag != NULL && *f->etag != '\0' && out->len == before;
	if (e == CURLE_OK && (status == 200 || f->unchanged))
		return YX_OK;
	yx_warn("fetching %s: status %ld %s", f->url, status, why);
	return YX_UNAVAILABLE;
}

int
pki_fetch(struct pki_fetch *f, struct yx_buf *out)
{
	enum pki_host verdict = pki_host_judge(f->url, f->allow_hosts);
	struct curl_slist *headers = NULL;
	CURL *c = NULL;
	int rc;

	pthread_once(&once, init_curl);
	f->new_etag[0] = '\0';
	f->unchanged = 0;
	if (verdict == PKI_HOST_REFUSED) {
		yx_warn("fetching %s: host not allowed", f->url);
		return YX_UNAVAILABLE;
	}
	if ((rc = add_headers(f, &headers)) != YX_OK || (c = curl_easy_init()) == NULL) {
		rc = YX_NO_MEMORY;
		goto out;
	}
	set_options(c, f, &verdict);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	rc = perform(c, f, out);
out:
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return rc;
}

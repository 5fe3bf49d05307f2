#include "backend/pki/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/log.h"

#define CONNECT_MS 3000L
#define TOTAL_MS   8000L

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
init_curl(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* One item of the list: "host" or "host:port". */
static int
item_matches(const char *item, size_t n, const char *host, const char *port)
{
	size_t h = strlen(host), p = strlen(port);

	if (n < h || strncasecmp(item, host, h) != 0)
		return 0;
	return n == h || (n == h + 1 + p && item[h] == ':' && memcmp(item + h + 1, port, p) == 0);
}

static int
in_list(const char *list, const char *host, const char *port)
{
	while (*list != '\0') {
		size_t n = strcspn(list, ", ");

		if (n > 0 && item_matches(list, n, host, port))
			return 1;
		list += n;
		list += strspn(list, ", ");
	}
	return 0;
}

int
pki_host_allowed(const char *url, const char *allow_hosts)
{
	CURLU *u = curl_url();
	char *host = NULL, *port = NULL;
	int ok = 0;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		ok = allow_hosts[strspn(allow_hosts, ", ")] == '\0' || in_list(allow_hosts, host, port);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
	return ok;
}

static size_t
on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct yx_buf *out = arg;

	yx_buf_add(out, p, size * n);
	return yx_buf_status(out) == YX_OK ? size * n : 0;
}

static int
perform(CURL *c, const char *url, struct curl_slist *headers, const struct yx_buf *body,
    struct yx_buf *out)
{
	char why[CURL_ERROR_SIZE] = "";
	long status = 0;
	CURLcode e;

	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, TOTAL_MS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* the environment decides nothing */
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	if (body != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body->len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)body->data);
	}
	e = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (e == CURLE_OK && status == 200)
		return YX_OK;
	yx_warn("fetching %s: status %ld %s", url, status, why);
	return YX_REVOCATION_UNKNOWN;
}

int
pki_fetch(const char *url, const char *allow_hosts, const char *content_type,
    const struct yx_buf *body, struct yx_buf *out)
{
	struct curl_slist *headers = NULL;
	char line[128];
	CURL *c = NULL;
	int rc = YX_REVOCATION_UNKNOWN;

	pthread_once(&once, init_curl);
	if (!pki_host_allowed(url, allow_hosts)) {
		yx_warn("fetching %s: host not allowed", url);
		return YX_REVOCATION_UNKNOWN;
	}
	if (body != NULL) {
		snprintf(line, sizeof(line), "Content-Type: %s", content_type);
		if ((headers = curl_slist_append(NULL, line)) == NULL)
			return YX_NO_MEMORY;
	}
	if ((c = curl_easy_init()) != NULL)
		rc = perform(c, url, headers, body, out);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return rc;
}

#include "backend/jobs/post.h"

#include <stdio.h>
#include <string.h>

#include "backend/pki/hosts.h"

#define CONNECT_MS 3000L
#define TOTAL_MS   10000L
#define ANSWER_MAX 65536

/* Nobody reads the answer; what goes on for ever is cut off. */
static size_t
on_bytes(char *p, size_t size, size_t n, void *arg)
{
	size_t *left = arg;

	(void)p;
	if (size * n > *left)
		return 0;
	*left -= size * n;
	return size * n;
}

static int
add_lines(const char *lines, struct curl_slist **list)
{
	char line[1024];

	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n");
		struct curl_slist *more;

		snprintf(line, sizeof(line), "%.*s", (int)n, lines);
		if ((more = curl_slist_append(*list, line)) == NULL)
			return YX_NO_MEMORY;
		*list = more;
		lines += n + (lines[n] == '\n');
	}
	return YX_OK;
}

static void
set_options(CURL *c, const struct post *p, enum pki_host *verdict)
{
	curl_easy_setopt(c, CURLOPT_URL, p->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, TOTAL_MS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* the environment decides nothing */
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, pki_host_open);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, (void *)verdict);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "Yinxin-Webhook/1");
	if (p->tls_ca != NULL && *p->tls_ca != '\0') {
		curl_easy_setopt(c, CURLOPT_CAINFO, p->tls_ca);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)p->body->len);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, (const char *)p->body->data);
}

static void
perform(CURL *c, struct post *p)
{
	char why[CURL_ERROR_SIZE] = "";
	size_t left = ANSWER_MAX;
	curl_off_t micros = 0;
	long status = 0;
	CURLcode e;

	curl_easy_setopt(c, CURLOPT_WRITEDATA, &left);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	e = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c, CURLINFO_TOTAL_TIME_T, &micros);
	p->millis = micros / 1000;
	/* An answer that is too long is one all the same; one that stops half way is none. */
	p->status = e == CURLE_OK || e == CURLE_WRITE_ERROR ? status : 0;
	if (p->status == 0)
		snprintf(p->error, sizeof(p->error), "%s", *why != '\0' ? why : curl_easy_strerror(e));
	else if (p->status < 200 || p->status > 299)
		snprintf(p->error, sizeof(p->error), "HTTP %ld", status);
}

int
post_send(struct post *p)
{
	enum pki_host verdict = pki_host_judge(p->url, p->allow_hosts);
	struct curl_slist *headers = NULL;
	CURL *c = NULL;
	int rc = YX_OK;

	p->status = p->millis = 0;
	p->error[0] = '\0';
	if (!pki_host_may_tell(p->url, p->allow_hosts)) {
		snprintf(p->error, sizeof(p->error), "the address is not allowed");
		return YX_OK;
	}
	if ((rc = add_lines("Content-Type: application/json\nExpect:\n", &headers)) != YX_OK ||
	    (rc = add_lines(p->headers, &headers)) != YX_OK || (c = curl_easy_init()) == NULL) {
		rc = YX_NO_MEMORY;
		goto out;
	}
	set_options(c, p, &verdict);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	perform(c, p);
out:
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return rc;
}

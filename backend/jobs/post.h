/* post.h - floor 5: sends JSON to an address that somebody else names: https only, hosts as
 * backend/pki/hosts.h judges them (what is connected to is what was judged), no redirects, no proxy of
 * the environment, ten seconds in all. */
#ifndef YX_POST_H
#define YX_POST_H

#include <curl/curl.h>
#include <stdint.h>
#include "common/buf.h"
#include "common/error.h"

struct post {
	const char          *url, *allow_hosts;
	const char          *tls_ca;      /* PEM file of roots; "": the system's */
	const char          *headers;     /* "name: value" lines, a line feed between */
	const struct yx_buf *body;
	int64_t              status;      /* out: HTTP's; 0: there was no answer */
	int64_t              millis;      /* out: how long it took */
	char                 error[CURL_ERROR_SIZE + 32]; /* out: "" if it was answered with 2xx */
};
/* YX_OK whatever the answer was, and without one. YX_NO_MEMORY. */
int post_send(struct post *p) YX_MUST_USE;

#endif

#include "backend/http/internal.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/codec.h"
#include "common/log.h"

void
http_json_begin(struct http_request *rq)
{
	if (rq->json.gen != NULL && yx_jw_close(&rq->json) != YX_OK)
		yx_debug("answer begun anew");
	yx_buf_reset(&rq->out);
	yx_jw_open(&rq->json, &rq->out);
	yx_jw_object(&rq->json, NULL);
}

void
http_restart(struct http_request *rq)
{
	http_json_begin(rq);
}

void
http_time(struct http_request *rq, const char *key, int64_t ms)
{
	time_t s = (time_t)(ms / 1000);
	char text[32];
	struct tm tm;

	if (ms == 0) {
		yx_jw_null(&rq->json, key);
		return;
	}
	gmtime_r(&s, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	yx_jw_str(&rq->json, key, text);
}

int
http_made(struct http_request *rq, int rc, const char *id)
{
	if (rc != YX_OK)
		return rc;
	rq->status = 201;
	yx_jw_str(&rq->json, "id", id);
	return YX_OK;
}

static void
send_text(struct http_request *rq, const char *s)
{
	rq->in->io->write(rq->in->io->ctx, s, strlen(s));
}

/* The error object instead of whatever the handler had begun. */
static void
error_body(struct http_request *rq, int code)
{
	const struct yx_err_row *row = yx_err_row(code);
	struct yx_jw w;

	if (rq->json.gen != NULL && yx_jw_close(&rq->json) != YX_OK)
		yx_debug("answer dropped");
	yx_buf_reset(&rq->out);
	yx_jw_open(&w, &rq->out);
	yx_jw_object(&w, NULL);
	yx_jw_object(&w, "error");
	yx_jw_str(&w, "code", row->word);
	yx_jw_str(&w, "message", yx_err_text(code, rq->english));
	if (rq->act.bad_field != NULL)
		yx_jw_str(&w, "field", rq->act.bad_field);
	yx_jw_end_object(&w);
	yx_jw_end_object(&w);
	if (yx_jw_close(&w) != YX_OK)
		yx_error("error answer could not be written");
}

void
http_text(struct http_request *rq, const char *type, const char *name)
{
	if (rq->json.gen != NULL && yx_jw_close(&rq->json) != YX_OK)
		yx_debug("answer dropped");
	yx_buf_reset(&rq->out);
	rq->text_type = type;
	rq->file_name = name;
}

/* Content-Disposition by RFC 6266: an ASCII name and the real one. */
static void
disposition(struct http_request *rq)
{
	struct yx_buf b;

	if (rq->file_name == NULL)
		return;
	yx_buf_init(&b, 4096);
	yx_buf_addf(&b, "Content-Disposition: %s; filename=\"document.pdf\"; filename*=UTF-8''",
	    rq->download ? "attachment" : "inline");
	yx_percent(&b, rq->file_name);
	yx_buf_adds(&b, "\r\n");
	if (yx_buf_status(&b) == YX_OK)
		send_text(rq, yx_buf_str(&b));
	yx_buf_free(&b);
}

static void
headers(struct http_request *rq, int status)
{
	char line[512];

	snprintf(line, sizeof(line), "Status: %d\r\n", status);
	send_text(rq, line);
	if (rq->headers != NULL)
		send_text(rq, rq->headers);
	if (rq->set_cookie != NULL) {
		send_text(rq, "Set-Cookie: ");
		send_text(rq, rq->set_cookie);
		send_text(rq, "\r\n");
	}
}

/* An entity tag (RFC 9110, 8.8.3) of what is read; nothing is stored by a cache, but a page
 * that holds the answer still learns that it is unchanged without getting it again. */
static int
unchanged(struct http_request *rq, char tag[36])
{
	const char *asked = http_header(rq, "If-None-Match");
	uint8_t hash[SHA256_DIGEST_LENGTH];
	char hex[33];

	SHA256((const uint8_t *)yx_buf_str(&rq->out), rq->out.len, hash);
	yx_hex(hex, hash, 16);
	snprintf(tag, 36, "\"%s\"", hex);
	/* nginx calls the tag of what it compressed a weak one. */
	return asked != NULL && strcmp(strncmp(asked, "W/", 2) == 0 ? asked + 2 : asked, tag) == 0;
}

static void
json_answer(struct http_request *rq, int status)
{
	char tag[36] = "", line[128];
	int tagged = status == 200 && rq->method != NULL && strcmp(rq->method, "GET") == 0 && rq->set_cookie == NULL;
	int same = tagged && unchanged(rq, tag);

	headers(rq, same ? 304 : status);
	if (tagged) {
		snprintf(line, sizeof(line), "ETag: %s\r\n", tag);
		send_text(rq, line);
	}
	send_text(rq, "Content-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n\r\n");
	if (!same)
		rq->in->io->write(rq->in->io->ctx, yx_buf_str(&rq->out), rq->out.len);
}

static void
text_answer(struct http_request *rq, int status)
{
	char line[256];

	headers(rq, status);
	snprintf(line, sizeof(line), "Content-Type: %s\r\nCache-Control: private, no-store\r\n"
	    "Content-Disposition: attachment; filename=\"%s\"\r\n\r\n", rq->text_type, rq->file_name);
	send_text(rq, line);
	rq->in->io->write(rq->in->io->ctx, yx_buf_str(&rq->out), rq->out.len);
}

void
http_write(struct http_request *rq, const void *p, size_t n)
{
	rq->in->io->write(rq->in->io->ctx, p, n);
}

int
http_give(void *rq, const void *p, size_t n)
{
	http_write(rq, p, n);
	return YX_OK;
}

static void
file_headers(struct http_request *rq)
{
	send_text(rq, "Content-Type: ");
	send_text(rq, rq->content_type != NULL ? rq->content_type : "application/octet-stream");
	send_text(rq, "\r\nCache-Control: private, no-store\r\n");
	disposition(rq);
	send_text(rq, "\r\n");
}

static void
stream_answer(struct http_request *rq, int status)
{
	char line[64] = "";
	int rc;

	headers(rq, status);
	if (rq->stream_size >= 0)
		snprintf(line, sizeof(line), "Content-Length: %lld\r\n", (long long)rq->stream_size);
	send_text(rq, line);
	file_headers(rq);
	if ((rc = rq->stream(rq)) != YX_OK)
		yx_error("%s %s: cut off: %s", rq->method, rq->path, yx_err_word(rc));
}

void
http_answer(struct http_request *rq, int code)
{
	int status = code == YX_OK ? rq->status : yx_err_row(code)->http;

	if (code != YX_OK) {
		error_body(rq, code);
		rq->accel = rq->text_type = NULL;
	} else if (rq->json.gen != NULL) {
		yx_jw_end_object(&rq->json);
		if (yx_jw_close(&rq->json) != YX_OK) {
			status = 500;
			error_body(rq, YX_INTERNAL);
		}
	}
	if (code == YX_OK && rq->stream != NULL) {
		stream_answer(rq, status);
	} else if (rq->text_type != NULL) {
		text_answer(rq, status);
	} else if (rq->accel == NULL) {
		json_answer(rq, status);
	} else {
		headers(rq, status);
		send_text(rq, "X-Accel-Redirect: ");
		send_text(rq, rq->accel);
		send_text(rq, "\r\n");
		file_headers(rq);
	}
}

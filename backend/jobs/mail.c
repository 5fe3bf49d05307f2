#include "backend/jobs/mail.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>

#include "backend/domain/base/outbox.h"
#include "common/codec.h"
#include "common/crash.h"
#include "common/log.h"

#define BATCH 50

/* An RFC 2047 word holds 75 characters: 45 bytes of UTF-8, never a torn one. */
static void
add_header_words(struct yx_buf *b, const char *s)
{
	const char *between = "";

	while (*s != '\0') {
		size_t n = strlen(s) < 45 ? strlen(s) : 45;

		while (s[n] != '\0' && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		yx_buf_adds(b, between);
		yx_buf_adds(b, "=?UTF-8?B?");
		yx_base64(b, s, n);
		yx_buf_adds(b, "?=");
		between = "\r\n ";
		s += n;
	}
}

static void
add_body(struct yx_buf *b, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i += 57) {
		yx_base64(b, s + i, n - i < 57 ? n - i : 57);
		yx_buf_adds(b, "\r\n");
	}
}

static void
compose(struct yx_buf *b, const struct yx_conf *conf, const struct outbox_mail *m)
{
	const char *host = strchr(conf->mail_from, '@');
	time_t s = (time_t)(m->created_at / 1000);
	char date[64];
	struct tm tm;

	gmtime_r(&s, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	yx_buf_addf(b, "Date: %s\r\nFrom: ", date);
	add_header_words(b, conf->platform_name);
	yx_buf_addf(b, " <%s>\r\nTo: <%s>\r\nSubject: ", conf->mail_from, m->recipient);
	add_header_words(b, m->subject);
	/* The row's id: a mail that is sent twice is recognised as one. */
	yx_buf_addf(b, "\r\nMessage-ID: <%s%s>\r\n", m->id, host != NULL ? host : "@localhost");
	yx_buf_adds(b, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
	add_body(b, m->body);
}

static size_t
read_text(char *p, size_t size, size_t n, void *ctx)
{
	struct yx_reader *r = ctx;
	const uint8_t *from;
	size_t k = size * n < r->left ? size * n : r->left;

	if (k > 0 && yx_read_bytes(r, k, &from) == YX_OK)
		memcpy(p, from, k);
	return k;
}

/* 0 or SMTP's last answer; *why is curl's text. */
static CURLcode
send_mail(CURL *c, const struct yx_conf *conf, const struct outbox_mail *m, const struct yx_buf *text, long *answer)
{
	struct curl_slist *to = curl_slist_append(NULL, m->recipient);
	struct yx_reader r;
	CURLcode rc;

	yx_reader_init(&r, text->data, text->len);
	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, conf->smtp_url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, conf->mail_from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, read_text);
	curl_easy_setopt(c, CURLOPT_READDATA, &r);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	rc = curl_easy_perform(c);
	*answer = 0;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, answer);
	curl_slist_free_all(to);
	return rc;
}

static int
one(struct yx_db *db, CURL *c, const struct yx_conf *conf, const char *owner, const struct outbox_mail *m)
{
	struct outbox_lease by = { .owner = owner };
	struct yx_buf b;
	long answer = 0;
	CURLcode rc = CURLE_OUT_OF_MEMORY;

	yx_buf_init(&b, 1 << 20);
	compose(&b, conf, m);
	if (yx_buf_status(&b) == YX_OK)
		rc = send_mail(c, conf, m, &b, &answer);
	yx_buf_free(&b);
	by.now_ms = yx_now_ms();
	if (rc == CURLE_OK) {
		yx_crash_point("mail.given");
		return outbox_sent(db, &by, m->id);
	}
	yx_warn("mail %s: %s (%ld)", m->id, curl_easy_strerror(rc), answer);
	return outbox_failed(db, &by, m, answer >= 500 && answer < 600, curl_easy_strerror(rc));
}

int
job_mail(struct yx_db *db, const struct yx_conf *conf, const char *owner, size_t *done)
{
	struct yx_arena *a = yx_arena_new(16 << 20);
	CURL *c = curl_easy_init();
	struct outbox_lease by = { .owner = owner, .now_ms = yx_now_ms(), .most = BATCH };
	struct outbox_mail *mails = NULL;
	int rc = YX_NO_MEMORY;

	*done = 0;
	if (a != NULL && c != NULL)
		rc = outbox_claim(db, a, &by, &mails, done);
	yx_crash_point(*done > 0 ? "mail.claimed" : "mail.none");
	for (size_t i = 0; rc == YX_OK && i < *done; i++) {
		rc = one(db, c, conf, owner, &mails[i]);
		yx_crash_point("mail.noted");
	}
	curl_easy_cleanup(c);
	yx_arena_free(&a);
	return rc;
}

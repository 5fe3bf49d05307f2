#include <openssl/sha.h>

#include "backend/api/api.h"
#include "backend/api/rows.h"
#include "backend/domain/practice/practice.h"
#include "backend/domain/practice/practice_card.h"
#include "common/codec.h"
#include "common/proof.h"

#define MESSAGE_MAX  8192
#define MESSAGES_MAX 100

static void
write_person(struct http_request *rq, const struct practice_person *p)
{
	struct yx_jw *w = &rq->json;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "role", p->role);
	yx_jw_str(w, "memberId", p->member_id);
	yx_jw_str(w, "name", p->name);
	yx_jw_str(w, "organization", p->organization);
	yx_jw_bool(w, "card", p->card);
	if (p->card)
		yx_jw_int(w, "triesLeft", p->tries);
	yx_jw_end_object(w);
}

static void
write_steps(struct http_request *rq, const struct practice_steps *s)
{
	const struct { const char *name; int done; } rows[] = { { "vendorCertificate", s->vendor_certificate },
		{ "sealerCertificate", s->sealer_certificate }, { "contract", s->contract }, { "file", s->file },
		{ "sent", s->sent }, { "signed", s->signed_ }, { "completed", s->completed } };

	yx_jw_object(&rq->json, "steps");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		yx_jw_bool(&rq->json, rows[i].name, rows[i].done);
	yx_jw_end_object(&rq->json);
}

static int
get_practice(struct http_request *rq)
{
	struct practice p;
	int rc = practice_get(&rq->act, &p);

	if (rc != YX_OK)
		return rc;
	http_time(rq, "startedAt", p.started_at);
	yx_jw_str(&rq->json, "plays", p.plays);
	yx_jw_str(&rq->json, "pin", PRACTICE_PIN);
	yx_jw_array(&rq->json, "people");
	for (size_t i = 0; i < p.n; i++)
		write_person(rq, &p.people[i]);
	yx_jw_end_array(&rq->json);
	write_steps(rq, &p.steps);
	return YX_OK;
}

static int
enter(struct http_request *rq)
{
	return practice_enter(&rq->act, http_str(rq, "as"));
}

static int
leave(struct http_request *rq)
{
	return practice_leave(&rq->act);
}

static int
reset(struct http_request *rq)
{
	return practice_reset(&rq->act);
}

/* ---- the software card ---- */

static int
get_card(struct http_request *rq)
{
	struct practice_holder h;
	struct yx_cert c;
	int rc = practice_card_get(&rq->act, &h);

	if (rc != YX_OK || (rc = yx_cert_parse(rq->act.arena, h.cert, h.n, &c)) != YX_OK)
		return rc;
	yx_jw_base64(&rq->json, "certificate", h.cert, h.n);
	yx_jw_str(&rq->json, "holder", c.subject_name);
	yx_jw_str(&rq->json, "issuer", c.issuer_name);
	yx_jw_str(&rq->json, "serial", c.serial);
	http_time(rq, "notAfter", (int64_t)c.not_after * 1000);
	yx_cert_free(&c);
	yx_jw_int(&rq->json, "triesLeft", h.tries);
	yx_jw_str(&rq->json, "pin", PRACTICE_PIN);
	return YX_OK;
}

static int
take_message(struct http_request *rq, const struct yx_json *m, struct practice_bytes *out)
{
	struct yx_buf b;
	int rc;

	if (m->type != YX_JSON_STRING)
		return act_field(&rq->act, "messages", YX_BAD_FIELD);
	yx_buf_init(&b, MESSAGE_MAX);
	rc = yx_unbase64(&b, m->str, m->len);
	out->p = rc == YX_OK ? (const uint8_t *)yx_arena_strndup(rq->act.arena, b.data, b.len) : NULL;
	out->n = b.len;
	yx_buf_free(&b);
	return rc == YX_OK ? YX_OK : act_field(&rq->act, "messages", YX_BAD_FIELD);
}

static int
take_messages(struct http_request *rq, struct practice_use *u)
{
	const struct yx_json *list = yx_json_get(rq->body, "messages");
	struct practice_bytes *m;
	int rc = YX_OK;

	if (list == NULL || list->type != YX_JSON_ARRAY || list->len < 1 || list->len > MESSAGES_MAX)
		return act_field(&rq->act, "messages", YX_BAD_FIELD);
	if ((u->messages = m = yx_arena_alloc(rq->act.arena, list->len * sizeof(*m))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *one = list->child; rc == YX_OK && one != NULL; one = one->next)
		rc = take_message(rq, one, &m[u->n++]);
	return rc;
}

/* What a proof of possession signs: the host builds it too, never a page. */
static int
take_nonce(struct http_request *rq, struct practice_use *u)
{
	struct practice_bytes *m = yx_arena_alloc(rq->act.arena, sizeof(*m));
	struct practice_holder h;
	uint8_t sha256[32];
	struct yx_buf b;
	size_t n = 0;
	const uint8_t *nonce = http_bytes(rq, "nonce", &n);
	int rc = m == NULL ? YX_NO_MEMORY : practice_card_get(&rq->act, &h);

	if (rc != YX_OK)
		return rc;
	SHA256(h.cert, h.n, sha256);
	yx_buf_init(&b, 1024);
	if ((rc = yx_proof(&b, rq->app->conf->origin, nonce, n, sha256)) == YX_OK) {
		m->p = (const uint8_t *)yx_arena_strndup(rq->act.arena, b.data, b.len);
		m->n = b.len;
		u->messages = m;
		u->n = 1;
	}
	yx_buf_free(&b);
	return rc == YX_OK && m->p == NULL ? YX_NO_MEMORY : rc;
}

static int
use_card(struct http_request *rq)
{
	struct practice_use u = { .pin = http_str(rq, "pin") };
	size_t n;
	int rc = http_bytes(rq, "nonce", &n) != NULL ? take_nonce(rq, &u) : take_messages(rq, &u);

	if (rc != YX_OK || (rc = practice_card_use(&rq->act, &u)) != YX_OK)
		return rc;
	yx_jw_str(&rq->json, "outcome", yx_err_word(u.outcome));
	yx_jw_int(&rq->json, "triesLeft", u.tries);
	yx_jw_array(&rq->json, "signatures");
	for (size_t i = 0; u.outcome == YX_OK && i < u.n; i++)
		yx_jw_base64(&rq->json, NULL, u.signatures[i].p, u.signatures[i].n);
	yx_jw_end_array(&rq->json);
	return YX_OK;
}

static int
unblock(struct http_request *rq)
{
	return practice_card_unblock(&rq->act);
}

static const struct http_param P_ENTER[] = { { "as", IN_BODY, T_WORD, 0, 0, 0, "officer|vendor|sealer" }, END };
static const struct http_param P_USE[] = {
	{ "pin", IN_BODY, T_STRING, 0, 1, 64, NULL },
	{ "nonce", IN_BODY, T_BASE64, OPTIONAL, YX_NONCE_MIN, YX_NONCE_MAX, NULL },
	{ "messages", IN_BODY, T_JSON, OPTIONAL, 0, 0, NULL }, END };

const struct http_route PRACTICE_ROUTES[] = {
	{ "GET", V1 "/practice", WHO_MEMBER, 0, NULL, get_practice, "My practice: people, steps" },
	{ "POST", V1 "/practice", WHO_MEMBER, F_TX, P_ENTER, enter, "Play somebody of my practice" },
	{ "DELETE", V1 "/practice/session", WHO_MEMBER, F_TX, NULL, leave, "Leave the practice" },
	{ "POST", V1 "/practice/reset", WHO_MEMBER, F_TX, NULL, reset, "Begin the practice anew" },
	{ "GET", V1 "/practice/card", WHO_MEMBER, 0, NULL, get_card, "The software card of whom I play" },
	{ "POST", V1 "/practice/card/signatures", WHO_MEMBER, F_TX, P_USE, use_card, "Sign with the software card" },
	{ "POST", V1 "/practice/card/unblock", WHO_MEMBER, F_TX, NULL, unblock, "Unblock the software card" },
	LAST_ROW,
};

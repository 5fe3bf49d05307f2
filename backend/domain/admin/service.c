#include "backend/domain/admin/service.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/seal_key.h"
#include "backend/pki/probe.h"
#include "common/cert.h"

#define MINUTE_MS  ((int64_t)60 * 1000)
#define HOUR_MS    (60 * MINUTE_MS)
#define SAMPLE     200               /* registered certificates that are looked at for addresses */
#define SERVICES   100               /* addresses at most */
#define TSA_MS     5000
#define FORGET_MS  (24 * HOUR_MS)    /* what nobody's certificate names any more */

/* ---- what is shown ---- */

static const char *
state_of(const struct service *s, int64_t now)
{
	if (strcmp(s->kind, "crl") == 0 && s->next_update != 0 && s->next_update < now)
		return "bad";
	if (*s->last_error == '\0')
		return "good";
	return s->ok_at < now - HOUR_MS ? "bad" : "warn";
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct service *s = item;

	*s = (struct service){ .kind = yx_row_str(r, 0), .url = yx_row_str(r, 1), .authority = yx_row_str(r, 2),
		.position = yx_row_int(r, 3), .checked_at = yx_row_time(r, 4), .ok_at = yx_row_time(r, 5),
		.millis = yx_row_int(r, 6), .this_update = yx_row_time(r, 7), .next_update = yx_row_time(r, 8),
		.entries = yx_row_is_null(r, 9) ? -1 : yx_row_int(r, 9), .last_error = yx_row_str(r, 10) };
	s->state = state_of(s, act_now(ctx));
}

int
service_list(struct act *act, struct service **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT kind, url, authority, position, checked_at, ok_at, millis, this_update, next_update, entries,"
	    " last_error FROM trust_service ORDER BY kind, position, url", YX_P_NONE, &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

/* ---- what the worker does ---- */

struct found { const char *kind, *authority; int64_t position; struct pki_probe probe; };
struct looking { struct act *act; struct found *found; size_t n; };

static int
is_known(const struct looking *l, const char *kind, const char *url)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->found[i].kind, kind) == 0 && strcmp(l->found[i].probe.url, url) == 0)
			return 1;
	return l->n == SERVICES || *url == '\0';
}

static const char *
name_of(struct act *act, X509 *x)
{
	struct yx_cert cert;
	const char *out = "";

	if (yx_cert_of(act->arena, x, &cert) == YX_OK) {
		out = yx_arena_strdup(act->arena, cert.subject_name);
		yx_cert_free(&cert);
	}
	return out != NULL ? out : "";
}

/* The services that answer for this certificate, unless they were asked already. */
static int
ask_about(struct looking *l, X509 *leaf)
{
	const struct pki_trust *trust = l->act->domain->trust;
	X509 *issuer = pki_issuer(trust, leaf);
	char url[PKI_PROBE_URL];
	int rc = YX_OK;

	/* An anchor answers for itself. */
	if (issuer == NULL || X509_cmp(issuer, leaf) == 0)
		return YX_OK;
	pki_crl_of(leaf, url);
	if (!is_known(l, "crl", url)) {
		l->found[l->n] = (struct found){ .kind = "crl", .authority = name_of(l->act, issuer) };
		rc = pki_probe_crl(trust, leaf, issuer, &l->found[l->n++].probe);
	}
	pki_ocsp_of(leaf, url);
	if (rc == YX_OK && !is_known(l, "ocsp", url)) {
		l->found[l->n] = (struct found){ .kind = "ocsp", .authority = name_of(l->act, issuer) };
		rc = pki_probe_ocsp(trust, leaf, issuer, &l->found[l->n++].probe);
	}
	return rc;
}

static int
ask_about_members(struct looking *l)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(l->act->db, l->act->arena,
	    "SELECT der FROM certificate WHERE disabled_at IS NULL ORDER BY judged_at DESC LIMIT ?", YX_P(yx_p_int(SAMPLE)),
	    &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		size_t n = 0;
		const unsigned char *der = yx_row_bytes(r, 0, &n);
		X509 *x = d2i_X509(NULL, &der, (long)n);

		if (x != NULL)
			rc = ask_about(l, x);
		X509_free(x);
	}
	return rc;
}

static int
ask_about_ours(struct looking *l)
{
	STACK_OF(X509) *between = pki_trust_intermediates(l->act->domain->trust);
	X509 *ours = NULL;
	int rc = seal_key_certificate(l->act, &ours);

	if (rc == YX_OK)
		rc = ask_about(l, ours);
	for (int i = 0; rc == YX_OK && i < sk_X509_num(between); i++)
		rc = ask_about(l, sk_X509_value(between, i));
	X509_free(ours);
	return rc;
}

/* Each by itself, so that the second is known to answer before it is needed. */
static int
ask_tsas(struct looking *l)
{
	struct pki_tsa tsa = domain_tsa(l->act->domain);
	char *urls = yx_arena_strdup(l->act->arena, tsa.urls), *rest = NULL;
	int64_t position = 0;
	int rc = urls == NULL ? YX_NO_MEMORY : YX_OK;

	tsa.deadline_ms = TSA_MS;
	for (char *url = rc != YX_OK ? NULL : strtok_r(urls, ", \t", &rest); rc == YX_OK && url != NULL;
	    url = strtok_r(NULL, ", \t", &rest)) {
		if (is_known(l, "tsa", url) || strlen(url) >= PKI_PROBE_URL)
			continue;
		tsa.urls = url;
		position++;
		l->found[l->n] = (struct found){ .kind = "tsa", .authority = url, .position = position };
		rc = pki_probe_tsa(l->act->domain->tsa_trust, &tsa, &l->found[l->n++].probe);
	}
	return rc;
}

static struct yx_db_param
time_or_null(time_t at)
{
	return at != 0 ? yx_p_time((int64_t)at * 1000) : yx_p_null();
}

static int
note_one(struct act *act, const struct found *f, int64_t now)
{
	const struct pki_probe *p = &f->probe;
	const char *word = p->rc == YX_OK ? "" : yx_err_word(p->rc);

	return yx_db_exec(act->db,
	    "INSERT INTO trust_service (kind, url, position, authority, checked_at, due_at, ok_at, millis, this_update,"
	    " next_update, entries, last_error) VALUES (?, ?, ?, LEFT(?, 300), ?, ?, ?, ?, ?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE position = VALUES(position), authority = VALUES(authority),"
	    " checked_at = VALUES(checked_at), due_at = VALUES(due_at), ok_at = COALESCE(VALUES(ok_at), ok_at),"
	    " millis = VALUES(millis), this_update = COALESCE(VALUES(this_update), this_update),"
	    " next_update = COALESCE(VALUES(next_update), next_update), entries = COALESCE(VALUES(entries), entries),"
	    " last_error = VALUES(last_error)",
	    YX_P(yx_p_str(f->kind), yx_p_str(p->url), yx_p_int(f->position), yx_p_str(f->authority), yx_p_time(now),
	        yx_p_time(now + SERVICE_MINUTES * MINUTE_MS), p->rc == YX_OK ? yx_p_time(now) : yx_p_null(),
	        yx_p_int(p->millis),
	        time_or_null(p->this_update), time_or_null(p->next_update),
	        p->entries >= 0 ? yx_p_int(p->entries) : yx_p_null(), yx_p_str(word)), NULL);
}

static int
note(struct yx_db *db, void *ctx)
{
	const struct looking *l = ctx;
	int64_t now = act_now(l->act);
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < l->n; i++)
		rc = note_one(l->act, &l->found[i], now);
	if (rc != YX_OK)
		return rc;
	/* A TSA that is set no longer goes at once. */
	return yx_db_exec(db, "DELETE FROM trust_service WHERE checked_at < IF(kind = 'tsa', ?, ?)",
	    YX_P(yx_p_time(now), yx_p_time(now - FORGET_MS)), NULL);
}

int
service_work(struct act *act, int *done)
{
	struct looking l = { .act = act, .found = yx_arena_alloc(act->arena, SERVICES * sizeof(*l.found)) };
	struct yx_rows *r = NULL;
	int rc = l.found == NULL ? YX_NO_MEMORY : yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) > 0 AND MIN(due_at) > ? FROM trust_service", YX_P(yx_p_time(act_now(act))), &r);

	*done = 0;
	if (rc != YX_OK || yx_row_int(r, 0))
		return rc;
	if ((rc = ask_tsas(&l)) != YX_OK || (rc = ask_about_ours(&l)) != YX_OK || (rc = ask_about_members(&l)) != YX_OK)
		return rc;
	*done = 1;
	return yx_db_tx(act->db, note, &l);
}

int
service_again(struct act *act)
{
	int rc = yx_db_exec(act->db, "UPDATE trust_service SET due_at = ?", YX_P(yx_p_time(act_now(act))), NULL);

	return rc != YX_OK ? rc : audit_act(act, "platform.services_check", "", NULL, NULL);
}

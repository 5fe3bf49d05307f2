#include "backend/domain/admin/platform_key.h"

#include <openssl/pem.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/people/approver.h"
#include "common/cert.h"
#include "common/codec.h"
#include "common/crash.h"
#include "common/log.h"

#define DAY_MS        86400000LL
#define OVERLAP_DAYS  30
#define CHAIN_MAX     ((size_t)64 << 10)

/* ---- mails ---- */

static int
tell(struct act *act, const char *subject, const char *text)
{
	return approver_tell(act, &(struct approver_mail){ "", NULL, subject, text });
}

/* ---- a row ---- */

#define COLUMNS \
	"SELECT k.id, k.state, k.place, k.reason, k.certificate, c.name, a.name, d.name, k.created_at, k.tested_at," \
	" k.asked_at, k.decided_at, k.from_at, k.over_at, k.ended_at, k.overlap_days, k.sample, k.asked_by, k.chain," \
	" k.end_asked_by, e.name, k.end_asked_at, k.end_reason" \
	" FROM platform_key k LEFT JOIN member c ON c.id = k.created_by LEFT JOIN member a ON a.id = k.asked_by" \
	" LEFT JOIN member d ON d.id = k.decided_by LEFT JOIN member e ON e.id = k.end_asked_by"

static void
fill_certificate(struct act *act, const void *der, size_t n, struct platform_key *k)
{
	struct yx_cert c;
	char hex[65];

	if (yx_cert_parse(act->arena, der, n, &c) != YX_OK)
		return;
	yx_hex(hex, c.sha256, sizeof(c.sha256));
	k->subject = c.subject;
	k->issuer = c.issuer;
	k->serial = c.serial;
	k->key_type = c.key_type;
	k->sha256 = yx_arena_strdup(act->arena, hex);
	k->not_before = (int64_t)c.not_before * 1000;
	k->not_after = (int64_t)c.not_after * 1000;
	yx_cert_free(&c);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;
	struct platform_key *k = item;
	size_t n = 0;
	const void *der = yx_row_bytes(r, 4, &n);
	const int asked = strcmp(yx_row_str(r, 1), "asked") == 0;
	const int ending = strcmp(yx_row_str(r, 1), "retiring") == 0 && !yx_row_is_null(r, 19);

	*k = (struct platform_key){ .id = yx_row_str(r, 0), .state = yx_row_str(r, 1), .place = yx_row_str(r, 2),
		.reason = yx_row_str(r, 3), .created_by = yx_row_str(r, 5), .asked_by = yx_row_str(r, 6),
		.decided_by = yx_row_str(r, 7), .created_at = yx_row_time(r, 8), .tested_at = yx_row_time(r, 9),
		.asked_at = yx_row_time(r, 10), .decided_at = yx_row_time(r, 11), .from_at = yx_row_time(r, 12),
		.over_at = yx_row_time(r, 13), .ended_at = yx_row_time(r, 14), .overlap_days = yx_row_int(r, 15),
		.sample = yx_row_str(r, 16), .may = asked && strcmp(yx_row_str(r, 17), act->who.member_id) != 0,
		.may_end = ending && strcmp(yx_row_str(r, 19), act->who.member_id) != 0,
		.end_asked_by = yx_row_str(r, 20), .end_asked_at = yx_row_time(r, 21), .end_reason = yx_row_str(r, 22) };
	fill_certificate(act, der, n, k);
}

/* As the clock says, whatever the worker has written down already. */
static void
mark_sealing(struct platform_key *list, size_t n)
{
	struct platform_key *best = NULL;

	for (size_t i = 0; i < n; i++)
		if ((strcmp(list[i].state, "planned") == 0 || strcmp(list[i].state, "active") == 0 ||
		    strcmp(list[i].state, "retiring") == 0) && list[i].from_at <= yx_now_ms() &&
		    (best == NULL || list[i].from_at > best->from_at))
			best = &list[i];
	if (best != NULL)
		best->sealing = 1;
}

int
platform_key_list(struct act *act, struct platform_key **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill, .ctx = act };
	int rc = yx_db_list(act->db, act->arena, COLUMNS " ORDER BY k.created_at DESC, k.id LIMIT 100", YX_P_NONE, &l);

	*list = l.items;
	*n = l.count;
	if (rc == YX_OK)
		mark_sealing(*list, *n);
	return rc;
}

int
platform_key_count_asked(struct act *act, int64_t *n)
{
	struct yx_rows *r = NULL;
	int rc = (act->who.roles & ROLE_PLATFORM_ADMIN) == 0 ? YX_NOT_FOUND : yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM platform_key WHERE (state = 'asked' AND asked_by <> ?) OR (state = 'retiring' AND"
	    " end_asked_by <> ?)", YX_P(yx_p_str(act->who.member_id), yx_p_str(act->who.member_id)), &r);

	*n = rc == YX_OK ? yx_row_int(r, 0) : 0;
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* Locked, with what opens it. */
struct taken { struct platform_key k; struct seal_key_row row; };

static int
take(struct act *act, const char *id, int lock, struct taken *out)
{
	struct yx_rows *r = NULL;
	int rc = lock ? yx_db_one(act->db, act->arena, COLUMNS " WHERE k.id = ? FOR UPDATE", YX_P(yx_p_str(id)), &r)
	    : yx_db_one(act->db, act->arena, COLUMNS " WHERE k.id = ?", YX_P(yx_p_str(id)), &r);

	if (rc != YX_OK)
		return rc;
	fill(&out->k, r, act);
	out->row = (struct seal_key_row){ .id = out->k.id, .place = out->k.place };
	out->row.cert = yx_row_bytes(r, 4, &out->row.cert_n);
	out->row.chain = yx_row_bytes(r, 18, &out->row.chain_n);
	return YX_OK;
}

int
platform_key_get(struct act *act, const char *id, struct platform_key *out)
{
	struct taken t;
	int rc = take(act, id, 0, &t);

	if (rc == YX_OK)
		*out = t.k;
	return rc;
}

/* Does it sign, and does its certificate verify that? */
static int
works(struct act *act, const struct seal_key_row *row)
{
	struct seal_signer s;
	int rc = seal_key_open(act->domain, row, &s);

	return rc != YX_OK ? rc : pki_key_fits(s.key, s.cert);
}

/* ---- putting rows in ---- */

struct put {
	struct act    *act;
	const char    *id, *place;
	X509          *cert;
	STACK_OF(X509) *chain;
	int            settings;  /* 1: the settings' own, which seals at once */
	struct yx_buf  der, above;
	uint8_t        sha256[32];
};

static int
encode(struct put *p)
{
	unsigned n = sizeof(p->sha256);
	int rc = YX_OK;

	yx_buf_init(&p->der, CHAIN_MAX);
	yx_buf_init(&p->above, CHAIN_MAX);
	for (int i = -1; rc == YX_OK && i < sk_X509_num(p->chain); i++) {
		X509 *x = i < 0 ? p->cert : sk_X509_value(p->chain, i);
		unsigned char *der = NULL;
		int len = i >= 0 && X509_cmp(x, p->cert) == 0 ? 0 : i2d_X509(x, &der);

		if (len > 0)
			yx_buf_add(i < 0 ? &p->der : &p->above, der, (size_t)len);
		OPENSSL_free(der);
		rc = len < 0 ? YX_CERT_BAD : YX_OK;
	}
	if (rc == YX_OK && X509_digest(p->cert, EVP_sha256(), p->sha256, &n) != 1)
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && (rc = yx_buf_status(&p->der)) == YX_OK)
		rc = yx_buf_status(&p->above);
	return rc;
}

static void
put_free(struct put *p)
{
	yx_buf_free(&p->der);
	yx_buf_free(&p->above);
}

static int
insert(struct put *p, const char *state, int64_t now)
{
	const char *who = p->settings ? NULL : p->act->who.member_id;

	return yx_db_exec(p->act->db,
	    "INSERT INTO platform_key (id, state, place, certificate, chain, sha256, created_by, created_at, from_at,"
	    " overlap_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(p->id), yx_p_str(state), yx_p_str(p->place), yx_p_bytes(p->der.data, p->der.len),
	        yx_p_bytes(yx_buf_str(&p->above), p->above.len), yx_p_bytes(p->sha256, sizeof(p->sha256)), yx_p_str(who),
	        yx_p_time(now), p->settings ? yx_p_time(now) : yx_p_null(), yx_p_int(OVERLAP_DAYS)), NULL);
}

/* ---- one takes over from another ---- */

/* Whoever seals until now retires, for so long. */
static int
retire_active(struct act *act, int64_t over_at)
{
	return yx_db_exec(act->db, "UPDATE platform_key SET state = 'retiring', over_at = ? WHERE state = 'active'",
	    YX_P(yx_p_time(over_at)), NULL);
}

static int
take_over(struct act *act, int64_t now)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT id, from_at, overlap_days FROM platform_key"
	    " WHERE state = 'planned' AND from_at <= ? FOR UPDATE", YX_P(yx_p_time(now)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	if ((rc = retire_active(act, yx_row_time(r, 1) + yx_row_int(r, 2) * DAY_MS)) != YX_OK)
		return rc;
	yx_crash_point("key.retired");
	if ((rc = yx_db_change(act->db, "UPDATE platform_key SET state = 'active' WHERE id = ?",
	    YX_P(yx_p_str(yx_row_str(r, 0))), YX_INTERNAL)) != YX_OK ||
	    (rc = audit_act(act, "platform_key.take_over", yx_row_str(r, 0), NULL, NULL)) != YX_OK)
		return rc;
	return tell(act, "平台金鑰已接替", "平台已改用新的金鑰與憑證簽章；重疊期間內可於「平台金鑰」復原。\n"
	    "The platform seals with its new key now; while the overlap lasts it can be taken back.");
}

static int
end_overlap(struct act *act, int64_t now)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena, "SELECT id FROM platform_key WHERE state = 'retiring' AND over_at <= ?"
	    " FOR UPDATE", YX_P(yx_p_time(now)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		const char *id = yx_row_str(r, 0);

		if ((rc = yx_db_change(act->db, "UPDATE platform_key SET state = 'retired', ended_at = over_at WHERE id = ?",
		    YX_P(yx_p_str(id)), YX_INTERNAL)) == YX_OK &&
		    (rc = audit_act(act, "platform_key.retire", id, NULL, NULL)) == YX_OK)
			rc = tell(act, "舊的平台金鑰已除役", "舊金鑰已不再使用，可自金鑰目錄或載具中銷毀；以它簽署的文件仍然有效。\n"
			    "The old key is retired and may be destroyed; what it signed stays valid.");
	}
	return rc;
}

/* So many days before the end; the trail knows who was told of what. */
static const struct { int64_t days; const char *action; } WARNINGS[] = { { 7, "platform_key.ends_7" },
	{ 30, "platform_key.ends_30" }, { 90, "platform_key.ends_90" } };
#define WARNINGS_N (sizeof(WARNINGS) / sizeof(WARNINGS[0]))

static int
warn(struct act *act, const char *id, size_t i)
{
	struct yx_rows *told = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT seq FROM audit WHERE action = ? AND object_id = ? LIMIT 1",
	    YX_P(yx_p_str(WARNINGS[i].action), yx_p_str(id)), &told);

	if (rc != YX_NOT_FOUND)
		return rc;
	if ((rc = tell(act, "平台憑證即將到期", yx_arena_printf(act->arena, "平台憑證將在 %lld 天內到期，請至「平台金鑰」申請並更換。\n"
	    "The platform's certificate ends within %lld days: apply for a new one under Platform key.",
	    (long long)WARNINGS[i].days, (long long)WARNINGS[i].days))) != YX_OK)
		return rc;
	return audit_act(act, WARNINGS[i].action, id, NULL, NULL);
}

static int
warn_of_end(struct act *act, int64_t now)
{
	struct platform_key k = { .not_after = 0 };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, COLUMNS " WHERE k.state = 'active' FOR UPDATE", YX_P_NONE, &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	fill(&k, r, act);
	for (size_t i = 0; i < WARNINGS_N; i++)
		if (k.not_after - now < WARNINGS[i].days * DAY_MS)
			return warn(act, k.id, i);
	return YX_OK;
}

static int
settle_tx(struct yx_db *db, void *ctx)
{
	struct act *act = ctx;
	const int64_t now = yx_now_ms();
	int rc = take_over(act, now);

	(void)db;
	if (rc != YX_OK || (rc = end_overlap(act, now)) != YX_OK)
		return rc;
	return warn_of_end(act, now);
}

int
platform_key_settle(struct act *act)
{
	return yx_db_tx(act->db, settle_tx, act);
}

int
platform_key_look(struct act *act)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena, COLUMNS " WHERE k.state IN ('planned', 'active') ORDER BY k.from_at",
	    YX_P_NONE, &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		struct seal_key_row row = { .id = yx_row_str(r, 0), .place = yx_row_str(r, 2) };

		row.cert = yx_row_bytes(r, 4, &row.cert_n);
		row.chain = yx_row_bytes(r, 18, &row.chain_n);
		rc = works(act, &row);
	}
	return rc;
}

/* ---- the settings' own key ---- */

static int
count(struct act *act, const struct put *p, int64_t *all, int64_t *same)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT COUNT(*), COALESCE(SUM(sha256 = ?), 0) FROM platform_key",
	    YX_P(yx_p_bytes(p->sha256, sizeof(p->sha256))), &r);

	*all = rc == YX_OK ? yx_row_int(r, 0) : 0;
	*same = rc == YX_OK ? yx_row_int(r, 1) : 0;
	return rc;
}

static int
begin_tx(struct yx_db *db, void *ctx)
{
	struct put *p = ctx;
	struct act *act = p->act;
	const int64_t now = yx_now_ms();
	int64_t all = 0, same = 0;
	int rc = count(act, p, &all, &same);

	(void)db;
	if (rc != YX_OK || same > 0)
		return rc;
	if (all > 0 && (rc = retire_active(act, now + OVERLAP_DAYS * DAY_MS)) != YX_OK)
		return rc;
	if ((rc = insert(p, "active", now)) != YX_OK)
		return rc;
	if (all > 0)
		yx_warn("seal_cert is another one: it seals from now on");
	return audit_act(act, "platform_key.settings", p->id, NULL, NULL);
}

static int
put_settings(struct act *act)
{
	const struct domain *d = act->domain;
	char id[YX_ID_SIZE];
	struct put p = { .act = act, .id = id, .place = d->conf->seal_key, .cert = d->seal_cert, .chain = d->seal_chain,
		.settings = 1 };
	int rc;

	yx_random_id(id);
	if ((rc = encode(&p)) == YX_OK)
		rc = yx_db_tx(act->db, begin_tx, &p);
	put_free(&p);
	/* Another process was first. */
	return rc == YX_CONFLICT ? YX_OK : rc;
}

int
platform_key_begin(struct act *act)
{
	struct seal_signer s;
	int rc = act->domain->seal_key == NULL ? YX_OK : put_settings(act);

	if (rc == YX_OK && (rc = seal_key_now(act, &s)) == YX_OK)
		rc = pki_key_fits(s.key, s.cert);
	if (rc != YX_OK)
		yx_error("the platform's key can't be used: %s", yx_err_word(rc));
	return rc == YX_OK ? YX_OK : YX_CONFIG;
}

/* ---- a new one ---- */

struct fresh { X509 *cert; STACK_OF(X509) *chain; };

/* The first is the certificate; whatever follows stands above it. */
static int
read_pem(const char *pem, struct fresh *out)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	X509 *x;
	int rc = in == NULL || (out->chain = sk_X509_new_null()) == NULL ? YX_NO_MEMORY : YX_OK;

	while (rc == YX_OK && (x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
		if (out->cert == NULL)
			out->cert = x;
		else if (sk_X509_num(out->chain) >= 8 || sk_X509_push(out->chain, x) <= 0) {
			X509_free(x);
			rc = YX_CERT_BAD;
		}
	}
	BIO_free(in);
	return rc != YX_OK ? rc : out->cert == NULL ? YX_CERT_BAD : YX_OK;
}

/* As a signer's certificate is judged, and whether it was revoked; that nobody answers is told by the overview. */
static int
judge(struct act *act, const struct fresh *f)
{
	STACK_OF(X509) *path = NULL;
	struct pki_status status;
	const time_t now = (time_t)(yx_now_ms() / 1000);
	int rc = pki_check(act->domain->trust, f->cert, f->chain, now, &path);

	if (rc != YX_OK)
		return rc;
	rc = pki_revocation(act->domain->trust, f->cert, sk_X509_num(path) > 1 ? sk_X509_value(path, 1) : NULL, now,
	    &status);
	pki_status_free(&status);
	sk_X509_pop_free(path, X509_free);
	return rc == YX_REVOCATION_UNKNOWN ? YX_OK : rc;
}

static int
fits(struct act *act, const char *place, X509 *cert)
{
	struct pki_key *key = NULL;
	int rc = seal_key_try(act->domain, place, &key);

	if (rc == YX_BAD_FIELD || rc == YX_IO || rc == YX_NOT_FOUND || rc == YX_CONFIG)
		return act_field(act, "place", rc == YX_IO ? YX_NOT_FOUND : rc);
	if (rc == YX_OK)
		rc = pki_key_fits(key, cert);
	pki_key_free(&key);
	return rc == YX_NOT_FOUND ? act_field(act, "place", YX_BAD_FIELD)
	    : rc == YX_SIGNATURE_BAD ? act_field(act, "certificate", rc) : rc;
}

static int
add_tx(struct yx_db *db, void *ctx)
{
	struct put *p = ctx;
	int rc = insert(p, "uploaded", act_now(p->act));

	(void)db;
	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_CERT_DUPLICATE : rc;
	return audit_act(p->act, "platform_key.add", p->id, "place", p->place);
}

int
platform_key_add(struct act *act, const struct platform_key_new *k, char id[YX_ID_SIZE])
{
	struct fresh f = { NULL, NULL };
	struct put p = { .act = act, .id = id, .place = k->place };
	int rc = read_pem(k->pem, &f);

	yx_random_id(id);
	if (rc == YX_OK)
		rc = judge(act, &f);
	if (rc != YX_OK)
		rc = act_field(act, "certificate", rc);
	else
		rc = fits(act, k->place, f.cert);
	p.cert = f.cert;
	p.chain = f.chain;
	if (rc == YX_OK && (rc = encode(&p)) == YX_OK)
		rc = yx_db_tx(act->db, add_tx, &p);
	put_free(&p);
	X509_free(f.cert);
	sk_X509_pop_free(f.chain, X509_free);
	return rc;
}

/* ---- a test seal ---- */

struct noting { struct act *act; const char *id, *sample; int valid; };

static int
note_tx(struct yx_db *db, void *ctx)
{
	const struct noting *n = ctx;
	int rc = n->valid ? yx_db_exec(db, "UPDATE platform_key SET tested_at = ?, sample = ? WHERE id = ?",
	    YX_P(yx_p_time(act_now(n->act)), yx_p_str(n->sample), yx_p_str(n->id)), NULL)
	    : yx_db_exec(db, "UPDATE platform_key SET sample = ? WHERE id = ?",
	      YX_P(yx_p_str(n->sample), yx_p_str(n->id)), NULL);

	return rc != YX_OK ? rc : audit_act(n->act, "platform_key.test", n->id, "result", n->valid ? "valid" : "invalid");
}

int
platform_key_test(struct act *act, const char *id, struct platform_key_trial *out)
{
	char sample[YX_ID_SIZE];
	struct noting n = { .act = act, .id = id, .sample = sample };
	struct seal_signer s;
	struct taken t;
	const int64_t start = yx_now_ms();
	int rc = take(act, id, 0, &t);

	memset(out, 0, sizeof(*out));
	if (rc != YX_OK || (rc = seal_key_open(act->domain, &t.row, &s)) != YX_OK ||
	    (rc = pki_key_fits(s.key, s.cert)) != YX_OK ||
	    (rc = key_trial(act, &s, sample, out)) != YX_OK)
		return rc;
	out->millis = yx_now_ms() - start;
	n.valid = out->valid;
	yx_crash_point("key.tested");
	return yx_db_tx(act->db, note_tx, &n);
}

/* ---- the change ---- */

static int
check_moment(struct act *act, const struct platform_key *k, const struct platform_key_change *c)
{
	/* (a minute for who fills in the form) */
	if (c->from_at < act_now(act) - 60000 || c->from_at < k->not_before || c->from_at >= k->not_after)
		return act_field(act, "fromAt", YX_BAD_FIELD);
	return YX_OK;
}

int
platform_key_ask(struct act *act, const char *id, const struct platform_key_change *c)
{
	struct taken t;
	int rc = take(act, id, 1, &t);

	if (rc != YX_OK)
		return rc;
	if (strcmp(t.k.state, "uploaded") != 0 || t.k.tested_at == 0)
		return YX_STATE;
	if ((rc = check_moment(act, &t.k, c)) != YX_OK)
		return rc;
	rc = yx_db_exec(act->db, "UPDATE platform_key SET state = 'asked', reason = ?, from_at = ?, overlap_days = ?,"
	    " asked_by = ?, asked_at = ? WHERE id = ?", YX_P(yx_p_str(c->reason), yx_p_time(c->from_at),
	    yx_p_int(c->overlap_days), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(id)), NULL);
	if (rc != YX_OK)
		return rc == YX_CONFLICT ? YX_ASKED_ALREADY : rc;
	yx_crash_point("key.asked");
	if ((rc = tell(act, "請核可平台金鑰更換", yx_arena_printf(act->arena, "%s申請更換平台金鑰，待您核可。\n"
	    "%s asks to change the platform's key; it waits for you.", act->who.name, act->who.name))) != YX_OK)
		return rc;
	return audit_act(act, "platform_key.ask", id, "reason", c->reason);
}

int
platform_key_approve(struct act *act, const char *id)
{
	struct taken t;
	int rc = take(act, id, 1, &t);

	if (rc != YX_OK)
		return rc;
	if (strcmp(t.k.state, "asked") != 0)
		return YX_STATE;
	if (!t.k.may)
		return YX_SECOND_APPROVER;
	if (t.k.not_after <= act_now(act))
		return YX_CERT_EXPIRED;
	if ((rc = works(act, &t.row)) != YX_OK)
		return rc;
	if ((rc = yx_db_change(act->db, "UPDATE platform_key SET state = 'planned', decided_by = ?, decided_at = ?,"
	    " from_at = GREATEST(from_at, ?) WHERE id = ?", YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act)),
	    yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND)) != YX_OK)
		return rc;
	yx_crash_point("key.approved");
	return audit_act(act, "platform_key.approve", id, NULL, NULL);
}

static int
end_row(struct act *act, const char *id)
{
	return yx_db_change(act->db, "UPDATE platform_key SET state = 'dropped', ended_at = ? WHERE id = ?",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id)), YX_NOT_FOUND);
}

int
platform_key_drop(struct act *act, const char *id)
{
	struct taken t;
	int rc = take(act, id, 1, &t), coming;

	if (rc != YX_OK)
		return rc;
	coming = strcmp(t.k.state, "asked") == 0 || (strcmp(t.k.state, "planned") == 0 && t.k.from_at > act_now(act));
	if (!coming && strcmp(t.k.state, "uploaded") != 0)
		return YX_STATE;
	if ((rc = end_row(act, id)) != YX_OK)
		return rc;
	return audit_act(act, "platform_key.drop", id, NULL, NULL);
}

int
platform_key_back(struct act *act, const char *id, const char *reason)
{
	struct yx_rows *before = NULL;
	struct taken now, old;
	int rc = settle_tx(act->db, act);

	if (rc != YX_OK || (rc = take(act, id, 1, &now)) != YX_OK)
		return rc;
	if (strcmp(now.k.state, "active") != 0)
		return YX_STATE;
	if ((rc = yx_db_one(act->db, act->arena, "SELECT id FROM platform_key WHERE state = 'retiring' AND from_at < ?"
	    " ORDER BY from_at DESC LIMIT 1", YX_P(yx_p_time(now.k.from_at)), &before)) != YX_OK)
		return rc == YX_NOT_FOUND ? YX_STATE : rc;
	if ((rc = take(act, yx_row_str(before, 0), 1, &old)) != YX_OK || (rc = works(act, &old.row)) != YX_OK ||
	    (rc = end_row(act, id)) != YX_OK)
		return rc;
	yx_crash_point("key.back");
	if ((rc = yx_db_change(act->db, "UPDATE platform_key SET state = 'active', over_at = NULL,"
	    " end_asked_by = NULL, end_asked_at = NULL, end_reason = '' WHERE id = ?",
	    YX_P(yx_p_str(old.k.id)), YX_INTERNAL)) != YX_OK ||
	    (rc = tell(act, "平台金鑰已復原", yx_arena_printf(act->arena, "%s已復原為先前的平台金鑰，事由：%s\n"
	    "%s took the platform's former key back: %s", act->who.name, reason, act->who.name, reason))) != YX_OK)
		return rc;
	return audit_act(act, "platform_key.back", id, "reason", reason);
}

/* ---- the overlap ends before its time ---- */

/* One that can still come back, as the clock says. */
static int
take_retiring(struct act *act, const char *id, struct platform_key *k)
{
	struct taken t;
	int rc = settle_tx(act->db, act);

	if (rc != YX_OK || (rc = take(act, id, 1, &t)) != YX_OK)
		return rc;
	*k = t.k;
	return strcmp(k->state, "retiring") == 0 ? YX_OK : YX_STATE;
}

/* One of which somebody has asked that. */
static int
take_asked(struct act *act, const char *id, struct platform_key *k)
{
	int rc = take_retiring(act, id, k);

	return rc == YX_OK && k->end_asked_at == 0 ? YX_STATE : rc;
}

int
platform_key_end_ask(struct act *act, const char *id, const char *reason)
{
	struct platform_key k;
	int rc = take_retiring(act, id, &k);

	if (rc != YX_OK)
		return rc;
	if (k.end_asked_at != 0)
		return YX_ASKED_ALREADY;
	if ((rc = yx_db_change(act->db,
	    "UPDATE platform_key SET end_asked_by = ?, end_asked_at = ?, end_reason = ? WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(reason), yx_p_str(id)),
	    YX_NOT_FOUND)) != YX_OK ||
	    (rc = tell(act, "請核可提前結束金鑰重疊期", yx_arena_printf(act->arena,
	        "%s申請提前除役先前的平台金鑰，待您核可。事由：%s\n"
	        "%s asks to retire the platform's former key before its time; it waits for you: %s", act->who.name, reason,
	        act->who.name, reason))) != YX_OK)
		return rc;
	return audit_act(act, "platform_key.end_ask", id, "reason", reason);
}

int
platform_key_end_approve(struct act *act, const char *id)
{
	struct platform_key k;
	int rc = take_asked(act, id, &k);

	if (rc != YX_OK)
		return rc;
	if (!k.may_end)
		return YX_SECOND_APPROVER;
	if ((rc = yx_db_change(act->db, "UPDATE platform_key SET end_decided_by = ?, over_at = ? WHERE id = ?",
	    YX_P(yx_p_str(act->who.member_id), yx_p_time(yx_now_ms()), yx_p_str(id)), YX_NOT_FOUND)) != YX_OK ||
	    (rc = audit_act(act, "platform_key.end", id, "reason", k.end_reason)) != YX_OK)
		return rc;
	yx_crash_point("key.ended");
	return end_overlap(act, yx_now_ms());
}

int
platform_key_end_drop(struct act *act, const char *id)
{
	struct platform_key k;
	int rc = take_asked(act, id, &k);

	if (rc != YX_OK || (rc = yx_db_change(act->db,
	    "UPDATE platform_key SET end_asked_by = NULL, end_asked_at = NULL, end_reason = '' WHERE id = ?",
	    YX_P(yx_p_str(id)), YX_NOT_FOUND)) != YX_OK)
		return rc;
	return audit_act(act, "platform_key.end_drop", id, NULL, NULL);
}

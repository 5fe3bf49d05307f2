#include "backend/domain/admin/platform.h"

#include <string.h>
#include <sys/statvfs.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/like.h"
#include "backend/domain/base/outbox.h"
#include "backend/domain/base/seal_key.h"
#include "backend/domain/contract/contract.h"
#include "backend/pki/approved.h"
#include "common/cert.h"
#include "common/codec.h"

#define LATE_MS  (10 * 60 * 1000)
#define STUCK_MS (2 * 60 * 1000)

static int
look_at_work(struct act *act, struct platform_health *h)
{
	struct yx_rows *r = NULL;
	int64_t now = act_now(act);
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT MAX(at) FROM job_run), (SELECT COUNT(*) FROM job_run WHERE last_error <> ''),"
	    " (SELECT COUNT(*) FROM outbox WHERE state = 'pending'),"
	    " (SELECT COUNT(*) FROM outbox WHERE state = 'pending' AND next_at < ? AND attempts = 0),"
	    " (SELECT COUNT(*) FROM outbox WHERE state = 'failed')", YX_P(yx_p_time(now - LATE_MS)), &r);

	if (rc != YX_OK)
		return rc;
	h->worker_at = yx_row_time(r, 0);
	h->jobs_failing = yx_row_int(r, 1);
	h->mails_waiting = yx_row_int(r, 2);
	h->mails_late = yx_row_int(r, 3);
	h->mails_failed = yx_row_int(r, 4);
	return YX_OK;
}

static int
look_at_trail(struct act *act, struct platform_health *h)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT (SELECT COUNT(*) FROM audit_pending), (SELECT MAX(at) FROM audit_check), (SELECT MAX(at) FROM"
	    " audit_published), (SELECT finding FROM audit_check ORDER BY id DESC LIMIT 1),"
	    " (SELECT COUNT(*) FROM contract WHERE state = ? AND created_at < ?),"
	    " (SELECT COUNT(*) FROM contract WHERE state = ?)",
	    YX_P(yx_p_str(contract_state_word(CONTRACT_SEALING)), yx_p_time(act_now(act) - STUCK_MS),
	        yx_p_str(contract_state_word(CONTRACT_SEAL_STOPPED))), &r);

	if (rc != YX_OK)
		return rc;
	h->audit_pending = yx_row_int(r, 0);
	h->audit_checked_at = yx_row_time(r, 1);
	h->audit_published_at = yx_row_time(r, 2);
	h->audit_finding = yx_row_str(r, 3);
	h->seals_stuck = yx_row_int(r, 4);
	h->seals_failed = yx_row_int(r, 5);
	return YX_OK;
}

static int
tell_certificate(struct act *act, X509 *x, struct platform_health *h)
{
	struct yx_cert cert;
	int rc = yx_cert_of(act->arena, x, &cert);

	if (rc != YX_OK)
		return rc;
	h->cert_until = (int64_t)cert.not_after * 1000;
	h->cert_subject = yx_arena_strdup(act->arena, cert.subject);
	h->cert_issuer = yx_arena_strdup(act->arena, cert.issuer);
	h->cert_serial = yx_arena_strdup(act->arena, cert.serial);
	h->cert_key = yx_arena_strdup(act->arena, cert.key_type);
	yx_cert_free(&cert);
	return YX_OK;
}

static int
look_at_keys(struct act *act, struct platform_health *h)
{
	const struct domain *d = act->domain;
	STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(pki_trust_store(d->trust));
	X509 *ours = NULL;
	int rc = seal_key_certificate(act, &ours);

	if (rc == YX_OK)
		rc = tell_certificate(act, ours, h);
	X509_free(ours);
	h->intermediates = sk_X509_num(pki_trust_intermediates(d->trust));
	h->anchors = sk_X509_OBJECT_num(all) - h->intermediates;
	return rc;
}

/* ---- whom we trust ---- */

static int
is_anchor(const struct pki_trust *t, X509 *x)
{
	STACK_OF(X509) *between = pki_trust_intermediates(t);

	for (int i = 0; i < sk_X509_num(between); i++)
		if (X509_cmp(sk_X509_value(between, i), x) == 0)
			return 0;
	return 1;
}

static void
add_approval(struct platform_authority *a, const struct pki_approved *table, X509 *x, int64_t now)
{
	const struct pki_approved_row *r = table == NULL ? NULL
	    : pki_approved_find(table, x, (time_t)(now / 1000), &a->in_force);

	if (r == NULL)
		return;
	a->approved_zh = r->name_zh;
	a->approved_en = r->name_en;
	a->approval = r->approval;
	a->statement = r->statement;
	a->approved_from = r->from_date;
	a->approved_until = r->until_date;
}

static int
add_authority(struct act *act, X509 *x, struct platform_authority *out)
{
	struct yx_cert c;
	char hex[65];
	int rc = yx_cert_of(act->arena, x, &c);

	if (rc != YX_OK)
		return rc;
	*out = (struct platform_authority){ .name = yx_arena_strdup(act->arena, c.subject_name), .subject = c.subject,
		.issuer = c.issuer, .serial = c.serial, .key_type = yx_arena_strdup(act->arena, c.key_type),
		.anchor = is_anchor(act->domain->trust, x), .not_before = (int64_t)c.not_before * 1000,
		.not_after = (int64_t)c.not_after * 1000 };
	yx_hex(hex, c.sha256, sizeof(c.sha256));
	out->sha256 = yx_arena_strdup(act->arena, hex);
	yx_cert_free(&c);
	return out->sha256 == NULL ? YX_NO_MEMORY : YX_OK;
}

static int
keep_table(struct act *act, struct platform_authority *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char **texts[] = { &list[i].approved_zh, &list[i].approved_en, &list[i].approval, &list[i].statement,
			&list[i].approved_from, &list[i].approved_until };

		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			if (*texts[k] != NULL && (*texts[k] = yx_arena_strdup(act->arena, *texts[k])) == NULL)
				return YX_NO_MEMORY;
	}
	return YX_OK;
}

int
platform_trust(struct act *act, struct platform_authority **list, size_t *n, int *table)
{
	STACK_OF(X509_OBJECT) *all = X509_STORE_get0_objects(pki_trust_store(act->domain->trust));
	struct pki_approved *approved = NULL;
	int rc = pki_approved_open(act->domain->conf->trust_dir, &approved);

	*n = 0;
	*table = rc == YX_OK;
	*list = yx_arena_alloc(act->arena, (size_t)(sk_X509_OBJECT_num(all) + 1) * sizeof(**list));
	if (rc == YX_NOT_FOUND)
		rc = YX_OK;
	if (*list == NULL)
		rc = YX_NO_MEMORY;
	for (int anchors = 1; anchors >= 0; anchors--)
		for (int i = 0; rc == YX_OK && i < sk_X509_OBJECT_num(all); i++) {
			X509 *x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));

			if (x == NULL || is_anchor(act->domain->trust, x) != anchors)
				continue;
			if ((rc = add_authority(act, x, *list + *n)) == YX_OK)
				add_approval(*list + (*n)++, approved, x, act_now(act));
		}
	if (rc == YX_OK)
		rc = keep_table(act, *list, *n);
	pki_approved_free(&approved);
	return rc;
}

int
platform_health(struct act *act, struct platform_health *out)
{
	struct statvfs fs;
	int rc;

	memset(out, 0, sizeof(*out));
	if (statvfs(act->domain->conf->store_dir, &fs) == 0) {
		out->free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
		out->total_bytes = (int64_t)(fs.f_blocks * fs.f_frsize);
	}
	if ((rc = look_at_work(act, out)) != YX_OK || (rc = look_at_trail(act, out)) != YX_OK)
		return rc;
	return look_at_keys(act, out);
}

/* ---- the platform's key ---- */

static int
note_test(struct yx_db *db, void *ctx)
{
	(void)db;
	return audit_act(ctx, "platform.test_seal", "", NULL, NULL);
}

int
platform_test_seal(struct act *act, int64_t *millis)
{
	struct seal_signer signer = { .key = NULL };
	int64_t start = yx_now_ms();
	int rc = seal_key_now(act, &signer);

	if (rc == YX_OK)
		rc = X509_cmp_current_time(X509_get0_notAfter(signer.cert)) < 0 ? YX_CERT_EXPIRED
		    : pki_key_fits(signer.key, signer.cert);
	*millis = yx_now_ms() - start;
	return rc != YX_OK ? rc : yx_db_tx(act->db, note_test, act);
}

/* ---- mail ---- */

static void
fill_mail(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct platform_mail *)item = (struct platform_mail){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4), yx_row_int(r, 5), yx_row_time(r, 6), yx_row_time(r, 7), yx_row_time(r, 8) };
}

int
platform_mails(struct act *act, const struct platform_mail_filter *f, struct platform_mail **list, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**list), .fill = fill_mail };
	const char *like = like_text(act->arena, f->q);
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT id, recipient, IF(message_id IS NULL, subject, NULL), state, last_error, attempts, created_at, next_at,"
	    " sent_at FROM (SELECT * FROM outbox WHERE created_at < ? AND (? IS NULL OR state = ?)"
	    " ORDER BY created_at DESC LIMIT 20000) o WHERE recipient LIKE ? ORDER BY created_at DESC, id LIMIT ?",
	    YX_P(yx_p_time(f->before != 0 ? f->before : act_now(act) + 366 * 86400000LL), yx_p_str(f->state),
	        yx_p_str(f->state), yx_p_str(like), yx_p_int(f->most)), &l);

	*list = l.items;
	*n = l.count;
	return rc;
}

int
platform_mail_again(struct act *act, const char *id)
{
	int rc = outbox_again(act->db, id, act_now(act));

	return rc != YX_OK ? rc : audit_act(act, "platform.mail_again", id, NULL, NULL);
}

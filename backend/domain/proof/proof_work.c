#include "backend/domain/proof/proof.h"

#include <string.h>
#include <unistd.h>

#include "backend/pades/verify.h"
#include "common/crash.h"
#include "common/log.h"

#define DAY_MS     ((int64_t)24 * 3600 * 1000)
#define LOOK_MS    (365 * DAY_MS) /* what is held to be safe changes: it is looked at once a year at least */
#define PAUSE_MS   (30 * DAY_MS)  /* between two renewals, however soon the newest timestamp ages */
#define COLLECT_MS 30000
#define REPORT_MAX ((size_t)16 << 20)

struct making {
	struct act              *act;
	const struct proof_work *w;
	struct pades_standing    standing;
	const char              *path, *mid, *temp; /* what there is; scratch; the new file */
	int                      mid_fd, fd;
	uint8_t                  sha256[32];
	int64_t                  size;
	int                      on_hold;
	struct proof_result      result;
};

/* ---- what comes next ---- */

static int64_t
renew_at(const struct making *m, int64_t good_until)
{
	int64_t now = m->w->now_ms, at = good_until == 0 ? now + LOOK_MS
	    : good_until - m->act->domain->conf->renew_before_days * DAY_MS;

	if (at < now + PAUSE_MS)
		at = now + PAUSE_MS;
	return at < now + LOOK_MS ? at : now + LOOK_MS;
}

static void
set_result(struct making *m, const struct pades_standing *s)
{
	struct proof_result *r = &m->result;

	*r = (struct proof_result){ .level = s->level, .stamped_at = (int64_t)s->stamped_at * 1000,
		.good_until = (int64_t)s->good_until * 1000 };
	r->kept = m->w->archive ? s->level == PADES_LTA : s->unstamped == 0;
	if (r->kept)
		r->next_at = m->w->archive ? renew_at(m, r->good_until) : 0;
	else
		r->next_at = m->w->now_ms; /* the next step at once */
}

/* Does the file do as it is? */
static int
is_enough(const struct making *m)
{
	const struct pades_standing *s = &m->standing;
	int64_t due = (int64_t)s->good_until * 1000 - m->act->domain->conf->renew_before_days * DAY_MS;

	if (!m->w->archive)
		return s->unstamped == 0;
	return s->level == PADES_LTA && (s->good_until == 0 || due > m->w->now_ms);
}

/* ---- the new file ---- */

/* Nothing is put into the store that we would not accept ourselves. */
static int
check_new(struct making *m)
{
	const struct pades_policy policy = { .trust = m->act->domain->trust, .tsa_trust = m->act->domain->tsa_trust };
	struct yx_arena *a = yx_arena_new(REPORT_MAX);
	struct pades_report r = { 0 };
	int rc = a == NULL ? YX_NO_MEMORY : pades_verify(a, m->temp, &policy, &r);

	if (rc == YX_OK && (r.n == 0 || *r.why != '\0'))
		rc = YX_PDF_BROKEN;
	for (size_t i = 0; rc == YX_OK && i < r.n; i++)
		if (!r.sig[i].structure_ok || !r.sig[i].digest_ok || !r.sig[i].signature_ok || !r.sig[i].changes_ok) {
			yx_error("document %s: with timestamps its signature %zu does not hold: %s", m->w->document_id, i + 1,
			    r.sig[i].why);
			rc = YX_SIGNATURE_BAD;
		}
	pades_report_free(&r);
	yx_arena_free(&a);
	return rc;
}

static int
make(struct making *m)
{
	struct domain *d = m->act->domain;
	struct pki_tsa tsa = domain_tsa(d);
	struct pades_stamp stamp = { .trust = d->tsa_trust, .tsa = &tsa };
	/* Signatures get their time before anybody is asked about certificates: what is answered
	 * then is newer than they are. */
	struct pades_prolong how = { .trust = d->trust, .stamp = &stamp, .no_store = m->standing.unstamped > 0,
		.limit_ms = COLLECT_MS };
	struct pades_prolonged made;
	int rc;

	if ((rc = yx_store_temp(d->store, m->act->arena, &m->mid, &m->mid_fd)) != YX_OK ||
	    (rc = yx_store_temp(d->store, m->act->arena, &m->temp, &m->fd)) != YX_OK)
		return rc;
	rc = pades_prolong(m->path, m->mid_fd, m->fd, &how, &made);
	m->on_hold = made.on_hold;
	yx_crash_point("proof.made");
	if (rc != YX_OK || (rc = check_new(m)) != YX_OK ||
	    (rc = pades_standing(m->temp, d->tsa_trust, &m->standing)) != YX_OK)
		return rc;
	set_result(m, &m->standing);
	if ((rc = yx_store_put(d->store, m->temp, m->sha256, &m->size)) == YX_OK)
		yx_crash_point("proof.stored");
	return rc;
}

static int
make_anew(struct making *m)
{
	struct domain *d = m->act->domain;
	int rc;

	if ((rc = yx_store_path(d->store, m->act->arena, m->w->sha256, &m->path)) != YX_OK ||
	    (rc = pades_standing(m->path, d->tsa_trust, &m->standing)) != YX_OK)
		return rc;
	if (!is_enough(m))
		return make(m);
	set_result(m, &m->standing);
	return YX_OK;
}

static int
make_apart(struct making *m)
{
	struct proof_stored made = { .size = 0 };
	int rc = proof_apart(m->act, m->w, &m->result, &made);

	memcpy(m->sha256, made.sha256, sizeof(m->sha256));
	m->size = made.size;
	return rc;
}

static int
commit(struct yx_db *db, void *ctx)
{
	struct making *m = ctx;
	struct proof_object file = { m->sha256, m->size };
	int rc;

	(void)db;
	rc = proof_done(m->act, m->w, &m->result, m->size > 0 ? &file : NULL);
	yx_crash_point("proof.before_commit");
	return rc;
}

static int
note_failure(struct making *m, int rc)
{
	const char *why = m->on_hold ? "on_hold" : yx_err_word(rc);
	int noted = proof_failed(m->act, m->w, why);

	yx_warn("document %s has no lasting proof yet: %s", m->w->document_id, why);
	return noted != YX_OK ? noted : rc;
}

int
proof_do(struct act *act, const struct proof_work *w)
{
	struct making m = { .act = act, .w = w, .fd = -1, .mid_fd = -1 };
	int rc;

	rc = w->apart ? make_apart(&m) : make_anew(&m);
	if (rc == YX_OK && (rc = yx_db_tx(act->db, commit, &m)) == YX_OK)
		yx_crash_point("proof.committed");
	if (m.fd >= 0)
		close(m.fd);
	if (m.mid_fd >= 0)
		close(m.mid_fd);
	if (m.temp != NULL)
		unlink(m.temp);
	if (m.mid != NULL)
		unlink(m.mid);
	return rc == YX_OK ? YX_OK : note_failure(&m, rc);
}

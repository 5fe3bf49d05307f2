#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/document/document.h"
#include "backend/domain/message/message.h"
#include "backend/domain/proof/proof.h"
#include "backend/domain/signing/signing_file.h"
#include "backend/domain/signing/task.h"
#include "common/codec.h"
#include "common/crash.h"

#define CMS_MAX       (1 << 20)
#define SEAL_NAME_MAX 25 /* characters of a drawn seal */

/* The task, if it is mine and may be signed now. */
static int
load_item(struct act *act, const char *task_id, struct signing_item *out)
{
	struct yx_rows *r = NULL;
	const void *sha256;
	size_t n;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT t.id, t.document_id, d.name, COALESCE(d.number, ''), t.field, d.revision, COALESCE(v.kept, v.sha256),"
	    " t.state, t.kind, d.format <> 'pdf' FROM sign_task t"
	    " JOIN document d ON d.id = t.document_id"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = IF(d.format = 'pdf', d.revision, 0)"
	    " WHERE t.id = ? AND" TASK_MINE,
	    YX_P(yx_p_str(task_id), MINE_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	if (!task_is_open(yx_row_str(r, 7)))
		return YX_STATE;
	*out = (struct signing_item){ .task_id = yx_row_str(r, 0),
		.document_id = yx_row_str(r, 1),
		.name = yx_row_str(r, 2),
		.number = yx_row_str(r, 3),
		.field = yx_row_str(r, 4),
		.kind = yx_row_str(r, 8),
		.apart = yx_row_int(r, 9) != 0,
		.revision = yx_row_int(r, 5) };
	if ((sha256 = yx_row_bytes(r, 6, &n)) == NULL || n != 32)
		return YX_INTERNAL;
	memcpy(out->base, sha256, 32);
	yx_buf_init(&out->attributes, CMS_MAX);
	yx_buf_init(&out->partial, CMS_MAX);
	return YX_OK;
}

/* The certificate: mine, in use, of my organization, good at this moment. */
static int
load_certificate(struct act *act, struct signing *s, const char *certificate_id)
{
	X509 *leaf;
	int rc = certificate_get(act, certificate_id, &s->certificate);

	if (rc != YX_OK || (rc = yx_cert_parse(act->arena, s->certificate.der, s->certificate.der_n, &s->cert)) != YX_OK)
		return rc;
	if ((s->md = yx_cert_digest(&s->cert)) == NULL)
		return YX_CERT_WEAK;
	if ((rc = certificate_of_organization(act, &s->cert)) != YX_OK ||
	    (rc = certificate_judge_all(act, &s->cert)) != YX_OK ||
	    (rc = pki_check(act->domain->trust, s->cert.x509, NULL, (time_t)(yx_now_ms() / 1000), &s->chain)) != YX_OK)
		return rc;
	leaf = sk_X509_shift(s->chain);
	X509_free(leaf);
	return YX_OK;
}

/* What is seen where the document has a place for the party: the picture, or its name as a
 * drawn seal if it is not too long for one. */
static int
make_look(struct act *act, const struct signing *s, const struct pades_signing *sign, struct pades_look *look)
{
	look->png = s->seal.png;
	if (yx_utf8_length(sign->name) <= SEAL_NAME_MAX)
		look->text = sign->name;
	return pades_look_lines(act->arena, sign, s->cert.serial, look);
}

/* Appends the revision that fills the signer's field to a file of its own; a letter's
 * attachment has no field yet. */
static int
append(struct act *act, struct signing *s, struct signing_item *it, const char *base, int fd)
{
	const struct pades_cms_signer by = { .cert = s->cert.x509, .chain = s->chain, .how = { .md = s->md } };
	int letter = strcmp(it->kind, "letter") == 0;
	struct pades_part parts[] = { { .kind = PADES_FIELD, .field = { .name = it->field } }, { .kind = PADES_SIGN,
		.sign = { .field = it->field,
		    .name = act->who.organization_name,
		    .when = (time_t)(s->now / 1000),
		    .room = pades_room(&by, proof_room(act->domain)) } } };
	struct pades_change change = { letter ? parts : parts + 1, letter ? 2 : 1, s->md };
	struct pades_look look = { .text = NULL };
	struct pades_appended made;
	int rc = make_look(act, s, &parts[1].sign, &look);

	parts[1].sign.look = &look;
	if (rc != YX_OK || (rc = pades_append(base, fd, &change, &made)) != YX_OK ||
	    (rc = pades_cms_begin(&by, (struct yx_bytes){ made.digest, made.digest_n }, &it->attributes, &it->partial)) !=
	    YX_OK)
		return rc;
	it->hole = made.hole;
	it->digest_n = made.digest_n;
	memcpy(it->digest, made.digest, made.digest_n);
	return YX_OK;
}

static int
make_revision(struct act *act, struct signing *s, struct signing_item *it)
{
	struct yx_store *store = act->domain->store;
	const char *base = NULL, *temp = NULL, *kept = NULL;
	int fd = -1, rc;

	if ((rc = yx_store_path(store, act->arena, it->base, &base)) == YX_OK &&
	    (rc = yx_store_temp(store, act->arena, &temp, &fd)) == YX_OK && (rc = append(act, s, it, base, fd)) == YX_OK) {
		yx_random_id(it->prepared_id);
		yx_random_token(it->token);
		rc = yx_store_keep_prepared(store, act->arena, temp, it->prepared_id, &kept);
	}
	if (fd >= 0)
		close(fd);
	if (temp != NULL && rc != YX_OK)
		unlink(temp);
	yx_crash_point("sign.prepared_file");
	return rc;
}

static int
prepare(struct act *act, struct signing *s, const char *const *tasks, const struct signing_with *with)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < s->n; i++)
		rc = load_item(act, tasks[i], &s->items[i]);
	if (rc == YX_OK)
		rc = load_certificate(act, s, with->certificate_id);
	if (rc == YX_OK)
		rc = picture_choose(act, with->seal_id, &s->cert, &s->seal);
	for (size_t i = 0; rc == YX_OK && i < s->n; i++)
		rc = s->items[i].apart ? signing_file_prepare(act, s, &s->items[i]) : make_revision(act, s, &s->items[i]);
	return rc;
}

int
signing_prepare(struct act *act, const char *const *tasks, size_t n, const struct signing_with *with,
    struct signing *s)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->now = act_now(act) / 1000 * 1000;
	s->expires_at = s->now + SIGNING_MS;
	if ((s->items = yx_arena_alloc(act->arena, n * sizeof(*s->items))) == NULL)
		return YX_NO_MEMORY;
	s->n = n;
	yx_random_id(s->id);
	if ((rc = prepare(act, s, tasks, with)) != YX_OK)
		signing_close(act, s, 0);
	return rc;
}

/* A living preparation of the same task: mine is replaced, another's is respected. */
static int
settle_rivals(struct act *act, const struct signing *s, const struct signing_item *it)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT s.id, s.member_id FROM signing s JOIN signing_item i ON i.signing_id = s.id"
	    " JOIN sign_task t ON t.id = i.task_id JOIN sign_task me ON me.document_id = t.document_id"
	    " AND me.field = t.field"
	    " WHERE me.id = ? AND s.state = 'prepared' AND s.expires_at > ?",
	    YX_P(yx_p_str(it->task_id), yx_p_time(s->now)), &r);

	while (rc == YX_OK && yx_rows_next(r)) {
		if (strcmp(yx_row_str(r, 1), act->who.member_id) != 0)
			return YX_TASK_TAKEN;
		rc = signing_give_up(act->db, yx_row_str(r, 0));
	}
	return rc;
}

int
signing_put(struct act *act, struct signing *s)
{
	int rc = signing_add(act, s);

	for (size_t i = 0; rc == YX_OK && i < s->n; i++) {
		struct signing_item *it = &s->items[i];

		/* The document's row is the lock between rivals for the same field. */
		if ((rc = document_hold(act->db, it->document_id, it->revision)) == YX_OK &&
		    (rc = settle_rivals(act, s, it)) == YX_OK && (rc = task_prepared(act->db, it->task_id)) == YX_OK)
			rc = signing_add_item(act, s, i);
	}
	return rc != YX_OK ? rc : audit_act(act, "signing.prepare", s->id, "serial", s->cert.serial);
}

void
signing_close(struct act *act, struct signing *s, int kept)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!kept && s->items[i].prepared_id[0] != '\0')
			yx_store_drop_prepared(act->domain->store, s->items[i].prepared_id);
		yx_buf_free(&s->items[i].attributes);
		yx_buf_free(&s->items[i].partial);
	}
	s->n = 0;
	yx_cert_free(&s->cert);
	sk_X509_pop_free(s->chain, X509_free);
	s->chain = NULL;
}

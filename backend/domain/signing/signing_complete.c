#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/proof/proof.h"
#include "backend/domain/signing/signing_file.h"
#include "common/crash.h"

#define CMS_MAX (1 << 20)

static int
load_signing(struct act *act, struct signing_done *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT certificate_id, state, expires_at FROM signing WHERE id = ? AND member_id = ?",
	    YX_P(yx_p_str(c->id), yx_p_str(act->who.member_id)), &r);

	if (rc != YX_OK)
		return rc;
	if (strcmp(yx_row_str(r, 1), "prepared") != 0 || yx_row_time(r, 2) <= c->now)
		return YX_SIGNING_EXPIRED;
	if ((rc = certificate_get(act, yx_row_str(r, 0), &c->certificate)) != YX_OK)
		return rc;
	return yx_cert_parse(act->arena, c->certificate.der, c->certificate.der_n, &c->cert);
}

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	struct signed_item *x = item;
	size_t n; /* (the column has 32 bytes) */

	(void)ctx;
	*x = (struct signed_item){ .task_id = yx_row_str(r, 0), .document_id = yx_row_str(r, 1), .kind = yx_row_str(r, 2),
		.owner_id = yx_row_str(r, 3), .prepared_id = yx_row_str(r, 4), .md = yx_row_str(r, 5),
		.for_id = yx_row_str(r, 12), .for_name = yx_row_str(r, 13), .base_revision = yx_row_int(r, 6),
		.hole = { yx_row_int(r, 7), yx_row_int(r, 8), yx_row_int(r, 9) } };
	x->partial = yx_row_bytes(r, 10, &x->partial_n);
	x->digest = yx_row_bytes(r, 11, &x->digest_n);
	x->base = yx_row_bytes(r, 14, &n);
}

static int
load_items(struct act *act, struct signing_done *c, size_t expected)
{
	struct yx_db_items l = { .size = sizeof(*c->items), .fill = fill };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT i.task_id, i.document_id, t.kind, COALESCE(d.contract_id, d.letter_id), i.prepared_id, i.md,"
	    " i.base_revision, i.hole_start, i.hole_end, i.total, i.partial_cms, i.digest, t.for_id, p.name,"
	    " i.base_sha256"
	    " FROM signing_item i JOIN sign_task t ON t.id = i.task_id JOIN document d ON d.id = i.document_id"
	    " LEFT JOIN member p ON p.id = t.for_id WHERE i.signing_id = ? ORDER BY i.position",
	    YX_P(yx_p_str(c->id)), &l);

	c->items = l.items;
	c->n = l.count;

	if (rc != YX_OK)
		return rc;
	if (c->n != expected)
		return act_field(act, "signatures", YX_BAD_FIELD);
	/* One reply is about one contract, or one letter. */
	for (size_t i = 1; i < c->n; i++)
		if (strcmp(c->items[i].owner_id, c->items[0].owner_id) != 0 ||
		    strcmp(c->items[i].kind, c->items[0].kind) != 0)
			return YX_STATE;
	return YX_OK;
}

static int
load_contract(struct act *act, struct signing_done *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT c.id, c.subject, c.body, c.organization_id, c.handler_id, c.state,"
	    " (SELECT m.id FROM message m WHERE m.contract_id = c.id AND m.kind = 'notice' ORDER BY m.number DESC LIMIT 1),"
	    " (SELECT t.message_id FROM sign_task t WHERE t.id = ?), c.vendors_in_order FROM contract c WHERE c.id = ?",
	    YX_P(yx_p_str(c->items[0].task_id), yx_p_str(c->items[0].owner_id)), &r);

	if (rc != YX_OK)
		return rc;
	c->contract_id = yx_row_str(r, 0);
	c->subject = yx_row_str(r, 1);
	c->notice_body = yx_row_str(r, 2);
	c->agency_id = yx_row_str(r, 3);
	c->handler_id = yx_row_str(r, 4);
	c->state = yx_row_str(r, 5);
	c->notice_id = yx_row_str(r, 6);
	c->asked_by = yx_row_str(r, 7);
	c->in_order = yx_row_int(r, 8) != 0;
	return YX_OK;
}

static int
load_letter(struct act *act, struct signing_done *c)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT message_id FROM sign_task WHERE id = ?",
	    YX_P(yx_p_str(c->items[0].task_id)), &r);

	if (rc != YX_OK)
		return rc;
	c->contract_id = c->items[0].owner_id;
	c->asked_by = yx_row_str(r, 0);
	/* Who answers says something. */
	return c->asked_by != NULL && c->body == NULL ? act_field(act, "body", YX_FIELD_REQUIRED) : YX_OK;
}

static int
load_subject(struct act *act, struct signing_done *c)
{
	if (strcmp(c->items[0].kind, "letter") == 0)
		return load_letter(act, c);
	return c->body == NULL ? act_field(act, "body", YX_FIELD_REQUIRED) : load_contract(act, c);
}

/* A copy of the prepared file, so that a kill in the middle leaves the preparation as it was. */
static int
copy_prepared(struct act *act, const struct signed_item *x, const char **temp, int *fd)
{
	const char *path = yx_store_prepared_path(act->domain->store, act->arena, x->prepared_id);
	int from = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC), rc;
	off_t at = 0;

	if (from < 0)
		return YX_SIGNING_EXPIRED;
	rc = yx_store_temp(act->domain->store, act->arena, temp, fd);
	while (rc == YX_OK && at < x->hole.total) {
		ssize_t k = copy_file_range(from, NULL, *fd, NULL, (size_t)(x->hole.total - at), 0);

		if (k <= 0)
			rc = YX_IO;
		at += k;
	}
	close(from);
	return rc;
}

/* What was signed must be what lies here. */
static int
same_digest(const struct signed_item *x, int fd)
{
	uint8_t digest[64];
	size_t n = sizeof(digest);
	int rc = pades_digest(fd, &x->hole, x->md, digest, &n);

	if (rc != YX_OK)
		return rc;
	return n == x->digest_n && memcmp(digest, x->digest, n) == 0 ? YX_OK : YX_SIGNATURE_BAD;
}

/* Writes the signed file into the store. */
static int
fill_hole(struct act *act, struct signed_item *x, const struct yx_buf *cms)
{
	const char *temp = NULL;
	int fd = -1, rc;

	if ((rc = copy_prepared(act, x, &temp, &fd)) != YX_OK || (rc = same_digest(x, fd)) != YX_OK ||
	    (rc = pades_embed(fd, &x->hole, cms->data, cms->len)) != YX_OK)
		goto out;
	yx_crash_point("sign.embedded");
	if ((rc = yx_store_put(act->domain->store, temp, x->sha256, &x->size)) == YX_OK)
		yx_crash_point("sign.stored");
out:
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	return rc;
}

/* Verifies one signature and puts what it makes into the store. */
static int
embed_one(struct act *act, struct signing_done *c, struct signed_item *x, const struct signing_signature *s)
{
	int whole = signing_is_whole(&x->hole);
	size_t room = whole ? CMS_MAX : (size_t)(x->hole.end - x->hole.start - 2) / 2;
	struct yx_buf cms;
	int rc;

	yx_buf_init(&cms, CMS_MAX);
	if ((rc = pades_cms_finish((struct yx_bytes){ x->partial, x->partial_n }, c->cert.x509,
	    (struct yx_bytes){ s->p, s->n }, &cms)) != YX_OK)
		goto out;
	yx_crash_point("sign.verified");
	if ((rc = proof_stamp(act->domain, &cms, room, &x->stamped_at)) == YX_OK)
		rc = whole ? signing_file_keep(act, x, &cms) : fill_hole(act, x, &cms);
out:
	yx_buf_free(&cms);
	return rc;
}

int
signing_embed(struct act *act, const struct signing_reply *reply, struct signing_done **out)
{
	struct signing_done *c = *out = yx_arena_alloc(act->arena, sizeof(*c));
	int rc;

	if (c == NULL)
		return YX_NO_MEMORY;
	c->id = reply->id;
	c->body = reply->body;
	c->now = act_now(act) / 1000 * 1000;
	if ((rc = load_signing(act, c)) != YX_OK || (rc = load_items(act, c, reply->n)) != YX_OK ||
	    (rc = load_subject(act, c)) != YX_OK || (rc = certificate_judge(act->domain, &c->cert)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < reply->n; i++)
		rc = embed_one(act, c, &c->items[i], &reply->signatures[i]);
	return rc;
}

void
signing_done_close(struct act *act, struct signing_done *d, int done)
{
	if (d == NULL)
		return;
	for (size_t i = 0; done && i < d->n; i++)
		yx_store_drop_prepared(act->domain->store, d->items[i].prepared_id);
	yx_cert_free(&d->cert);
}

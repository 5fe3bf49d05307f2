#include "backend/domain/retention/destroy.h"

#include <openssl/evp.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/document/document.h"
#include "backend/domain/document/object.h"
#include "backend/domain/message/message.h"
#include "backend/domain/proof/proof.h"
#include "backend/domain/retention/destruction.h"
#include "common/buf.h"
#include "common/codec.h"
#include "common/crash.h"

static void
fill_file(void *item, const struct yx_rows *r, void *ctx)
{
	size_t n = 0;

	(void)ctx;
	*(struct destroyed_file *)item = (struct destroyed_file){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_int(r, 3), yx_row_int(r, 4), yx_row_bytes(r, 5, &n) };
}

int
destroyed_files(struct act *act, const char *list_id, int64_t position, struct destroyed_file **files, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**files), .fill = fill_file };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT number, name, what, revision, size, sha256 FROM destroyed_file WHERE list_id = ? AND position = ?"
	    " ORDER BY file", YX_P(yx_p_str(list_id), yx_p_int(position)), &l);

	*files = l.items;
	*n = l.count;
	return rc;
}

struct line { struct act *act; const char *list_id, *contract_id; int64_t position; };

static int
note_files(struct act *act, const struct line *x)
{
	return yx_db_exec(act->db,
	    "INSERT INTO destroyed_file (list_id, position, file, number, name, revision, what, sha256, size)"
	    " SELECT ?, ?, ROW_NUMBER() OVER (ORDER BY x.created_at, x.id, x.revision, x.what, x.n), x.number, x.name,"
	    " x.revision, x.what, x.sha256, o.size FROM (SELECT d.created_at, d.id, d.number, d.name, v.revision,"
	    " 'revision' AS what, 0 AS n, v.sha256 FROM document d JOIN document_revision v ON v.document_id = d.id"
	    " WHERE d.contract_id = ?"
	    " UNION ALL SELECT d.created_at, d.id, d.number, d.name, 0, 'original', 0, d.original FROM document d"
	    " WHERE d.contract_id = ? AND d.original IS NOT NULL"
	    " UNION ALL SELECT d.created_at, d.id, d.number, d.name, f.revision, 'kept', f.position, f.sha256"
	    " FROM document d JOIN proof_file f ON f.document_id = d.id WHERE d.contract_id = ?"
	    " UNION ALL SELECT d.created_at, d.id, d.number, d.name, e.revision, 'sheet', 0, e.sheet_sha256 FROM document d"
	    " JOIN evidence e ON e.document_id = d.id WHERE d.contract_id = ?) x JOIN object o ON o.sha256 = x.sha256",
	    YX_P(yx_p_str(x->list_id), yx_p_int(x->position), yx_p_str(x->contract_id), yx_p_str(x->contract_id),
	    yx_p_str(x->contract_id), yx_p_str(x->contract_id)), NULL);
}

/* What the digest is of, a line each: what the list says, who agreed, and every file. */
static int
describe(struct act *act, const struct line *x, struct yx_buf *b)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT CONCAT_WS('\n', o.code, i.number, i.title, i.parties, i.ended_on, i.period, i.keep_until, l.reason,"
	    " p.account, a.account) FROM destruction_item i JOIN destruction_list l ON l.id = i.list_id"
	    " JOIN organization o ON o.id = l.organization_id JOIN member p ON p.id = l.proposed_by"
	    " JOIN member a ON a.id = l.approved_by WHERE i.list_id = ? AND i.position = ?",
	    YX_P(yx_p_str(x->list_id), yx_p_int(x->position)), &r);

	if (rc == YX_OK)
		yx_buf_addf(b, "%s\n", yx_row_str(r, 0));
	return rc;
}

static int
seal(struct act *act, const struct line *x, uint8_t digest[32], struct destruction_end *e)
{
	struct destroyed_file *f = NULL;
	struct yx_buf b;
	size_t n = 0;
	int rc;

	yx_buf_init(&b, 64 << 20);
	if ((rc = describe(act, x, &b)) != YX_OK ||
	    (rc = destroyed_files(act, x->list_id, x->position, &f, &n)) != YX_OK)
		goto out;
	for (size_t i = 0; i < n; i++) {
		char hex[65];

		yx_hex(hex, f[i].sha256, 32);
		yx_buf_addf(&b, "%s %lld %s %lld %s\n", f[i].number != NULL ? f[i].number : "-", (long long)f[i].revision,
		    f[i].what, (long long)f[i].size, hex);
		e->bytes += f[i].size;
	}
	e->files = (int64_t)n;
	if ((rc = yx_buf_status(&b)) == YX_OK && EVP_Digest(b.data, b.len, digest, NULL, EVP_sha256(), NULL) != 1)
		rc = YX_INTERNAL;
	e->digest = digest;
out:
	yx_buf_free(&b);
	return rc;
}

/* Everything of it that is not only numbers and names goes. */
static int
wipe(struct act *act, const struct line *x)
{
	int64_t at = act_now(act);
	int rc = document_destroyed(act->db, x->contract_id, at);

	if (rc != YX_OK || (rc = object_leave(act->db, x->contract_id, at)) != YX_OK ||
	    (rc = proof_end(act->db, x->contract_id)) != YX_OK ||
	    (rc = message_wipe(act->db, x->contract_id)) != YX_OK ||
	    (rc = contract_row_destroyed(act->db, x->contract_id, at)) != YX_OK)
		return rc;
	return contract_event_add(act, x->contract_id, "destroyed", NULL, NULL);
}

static int
destroy(struct act *act, const struct line *x, struct destruction_end *e)
{
	uint8_t digest[32];
	char hex[65];
	int rc = note_files(act, x);

	if (rc != YX_OK || (rc = seal(act, x, digest, e)) != YX_OK || (rc = wipe(act, x)) != YX_OK ||
	    (rc = destruction_end(act->db, e)) != YX_OK || (rc = client_event_contract(act,
	        &(struct client_event_new){ x->contract_id, "contract.destroyed", NULL, 1 })) != YX_OK)
		return rc;
	yx_hex(hex, digest, 32);
	return audit_act(act, "destruction.destroy", x->contract_id, "digest", hex);
}

/* It stays after all: back to where the worker collects from, if its time is over still. */
static int
leave(struct act *act, const struct line *x, struct destruction_end *e)
{
	int rc = contract_row_listed(act->db, x->contract_id, 0, 0);

	if (rc != YX_OK || (rc = destruction_end(act->db, e)) != YX_OK)
		return rc;
	return audit_act(act, "destruction.leave", x->contract_id, "why", e->state);
}

static int
one(struct yx_db *db, void *ctx)
{
	const struct line *x = ctx;
	struct act *act = x->act;
	struct destruction_end e = { .list_id = x->list_id, .position = x->position, .state = "destroyed", .note = "",
		.at = act_now(act) };
	struct yx_rows *r = NULL;
	int rc = contract_row_touch(db, x->contract_id);

	if (rc != YX_OK || (rc = yx_db_one(db, act->arena,
	    "SELECT c.held, COALESCE(" CONTRACT_KEEP_UNTIL " < DATE(? + INTERVAL 8 HOUR), FALSE) FROM contract c"
	    " WHERE c.id = ?", YX_P(CONTRACT_KEEP_P, yx_p_time(e.at), yx_p_str(x->contract_id)), &r)) != YX_OK)
		return rc;
	if (yx_row_int(r, 0) || !yx_row_int(r, 1)) {
		e.state = yx_row_int(r, 0) ? "held" : "kept";
		return leave(act, x, &e);
	}
	rc = destroy(act, x, &e);
	yx_crash_point("retention.before_commit");
	return rc;
}

int
destroy_some(struct act *act, int64_t most, size_t *done)
{
	int rc = YX_OK;

	for (*done = 0; (int64_t)*done < most; (*done)++) {
		struct yx_rows *r = NULL;
		struct line x = { .act = act };

		if ((rc = yx_db_one(act->db, act->arena,
		    "SELECT i.list_id, i.position, i.contract_id FROM destruction_item i WHERE i.state = 'listed'"
		    " AND i.list_id = (SELECT l.id FROM destruction_list l WHERE l.state = 'approved' AND EXISTS"
		    " (SELECT 1 FROM destruction_item x WHERE x.list_id = l.id AND x.state = 'listed')"
		    " ORDER BY l.approved_at LIMIT 1) ORDER BY i.position LIMIT 1", YX_P_NONE, &r)) != YX_OK)
			return rc == YX_NOT_FOUND ? YX_OK : rc;
		x.list_id = yx_row_str(r, 0);
		x.position = yx_row_int(r, 1);
		x.contract_id = yx_row_str(r, 2);
		rc = yx_db_tx(act->db, one, &x);
		if (rc != YX_OK && rc != YX_STATE) /* another worker was quicker */
			return rc;
		yx_crash_point("retention.tombstoned");
	}
	return YX_OK;
}

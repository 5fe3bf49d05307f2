#include "backend/domain/document/document.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/document/format.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/message/letter.h"
#include "backend/domain/retention/hold.h"
#include "backend/domain/signing/task.h"
#include "backend/pades/overlay.h"
#include "backend/pades/pades.h"
#include "common/codec.h"
#include "common/crash.h"

int
document_add_revision(struct yx_db *db, const struct document_revision *r)
{
	int rc = YX_OK;

	if (r->revision > 0)
		rc = yx_db_change(db, "UPDATE document SET revision = ? WHERE id = ? AND revision = ?",
		    YX_P(yx_p_int(r->revision), yx_p_str(r->document_id), yx_p_int(r->revision - 1)), YX_CONFLICT);
	if (rc != YX_OK || (rc = document_add_object(db, r->sha256, r->size, r->at)) != YX_OK)
		return rc;
	return yx_db_exec(db,
	    "INSERT INTO document_revision (document_id, revision, sha256, created_at) VALUES (?, ?, ?, ?)",
	    YX_P(yx_p_str(r->document_id), yx_p_int(r->revision), yx_p_bytes(r->sha256, 32), yx_p_time(r->at)), NULL);
}

int
document_keep(struct yx_db *db, const struct document_revision *r)
{
	int rc = document_add_object(db, r->sha256, r->size, r->at);

	if (rc != YX_OK)
		return rc;
	return yx_db_change(db,
	    "UPDATE document_revision v JOIN document d ON d.id = v.document_id AND d.revision = v.revision"
	    " SET v.kept = ? WHERE v.document_id = ? AND v.revision = ?",
	    YX_P(yx_p_bytes(r->sha256, 32), yx_p_str(r->document_id), yx_p_int(r->revision)), YX_CONFLICT);
}

struct original { const char *id, *name; int64_t position, pages; };

static void
fill_original(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct original *)item = (struct original){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_int(r, 2),
		yx_row_int(r, 3) };
}

static int
originals(struct act *act, const char *contract_id, struct yx_db_items *l)
{
	*l = (struct yx_db_items){ .size = sizeof(struct original), .fill = fill_original };
	return yx_db_list(act->db, act->arena,
	    "SELECT id, name, position, pages FROM document WHERE contract_id = ? AND retired_at IS NULL ORDER BY position",
	    YX_P(yx_p_str(contract_id)), l);
}

/* A document, of a contract or a letter, that begins with another's upload. */
static int
begin_as(struct act *act, const struct original *o, const char *contract_id, const char *letter_id, char id[YX_ID_SIZE])
{
	int rc;

	yx_random_id(id);
	rc = yx_db_change(act->db,
	    "INSERT INTO document (id, contract_id, letter_id, name, position, pages, created_at, original, format)"
	    " SELECT ?, ?, ?, ?, ?, ?, ?, original, format FROM document WHERE id = ? AND destroyed_at IS NULL",
	    YX_P(yx_p_str(id), yx_p_str(contract_id), yx_p_str(letter_id), yx_p_str(o->name), yx_p_int(o->position),
	    yx_p_int(o->pages), yx_p_time(act_now(act)), yx_p_str(o->id)), YX_DESTROYED);
	if (rc != YX_OK)
		return rc;
	return yx_db_exec(act->db,
	    "INSERT INTO document_revision (document_id, revision, sha256, created_at)"
	    " SELECT ?, 0, sha256, ? FROM document_revision WHERE document_id = ? AND revision = 0",
	    YX_P(yx_p_str(id), yx_p_time(act_now(act)), yx_p_str(o->id)), NULL);
}

int
document_copy(struct act *act, const char *from_contract_id, const char *to_contract_id)
{
	struct yx_db_items l;
	char id[YX_ID_SIZE];
	int rc = originals(act, from_contract_id, &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = begin_as(act, (const struct original *)l.items + i, to_contract_id, NULL, id);
	return rc;
}

int
document_restart(struct act *act, const char *contract_id)
{
	struct yx_db_items l;
	char id[YX_ID_SIZE];
	int rc = originals(act, contract_id, &l);

	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "UPDATE document SET retired_at = ? WHERE contract_id = ? AND retired_at IS NULL",
		    YX_P(yx_p_time(act_now(act)), yx_p_str(contract_id)), NULL);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = begin_as(act, (const struct original *)l.items + i, contract_id, NULL, id);
	return rc;
}

int
document_attach_copy(struct act *act, const char *document_id, const char *letter_id, char id[YX_ID_SIZE])
{
	struct yx_rows *r = NULL;
	struct original o;
	int rc = yx_db_one(act->db, act->arena, "SELECT id, name, position, pages FROM document WHERE id = ?",
	    YX_P(yx_p_str(document_id)), &r);

	if (rc != YX_OK)
		return rc;
	fill_original(&o, r, NULL);
	return begin_as(act, &o, NULL, letter_id, id);
}

int
document_detach(struct act *act, const char *letter_id, const char *document_id)
{
	int rc = yx_db_change(act->db,
	    "UPDATE document SET retired_at = ? WHERE id = ? AND letter_id = ? AND retired_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(document_id), yx_p_str(letter_id)), YX_NOT_FOUND);

	return rc != YX_OK ? rc : audit_act(act, "document.remove", document_id, NULL, NULL);
}

int
document_supersede(struct act *act, const struct document_upload *up, int *was_signed)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT position, revision > 0 FROM document WHERE id = ? AND letter_id = ? AND retired_at IS NULL",
	    YX_P(yx_p_str(up->replaces), yx_p_str(up->letter_id)), &r);

	if (rc != YX_OK || (rc = document_detach(act, up->letter_id, up->replaces)) != YX_OK)
		return rc;
	*was_signed = yx_row_int(r, 1) != 0;
	return yx_db_exec(act->db, "UPDATE document SET position = ? WHERE id = ?",
	    YX_P(yx_p_int(yx_row_int(r, 0)), yx_p_str(up->id)), NULL);
}

int
document_set_number(struct yx_db *db, const char *document_id, const char *number)
{
	return yx_db_exec(
	    db, "UPDATE document SET number = ? WHERE id = ?", YX_P(yx_p_str(number), yx_p_str(document_id)), NULL);
}

int
document_hold(struct yx_db *db, const char *document_id, int64_t revision)
{
	/* A cluster knows a lock only by a change: so the row carries a version. */
	return yx_db_change(db, "UPDATE document SET version = version + 1 WHERE id = ? AND revision = ?",
	    YX_P(yx_p_str(document_id), yx_p_int(revision)), YX_CONFLICT);
}

/* Document d is the attachment of a letter that I see. Parameters: LETTER_MINE_P. */
#define LETTER_MINE \
	" EXISTS (SELECT 1 FROM letter l WHERE l.id = d.letter_id AND d.retired_at IS NULL AND l.state <> 'discarded'" \
	" AND (l.member_id = ? OR (l.organization_id = ? AND ? AND l.sent_at IS NOT NULL) OR EXISTS" \
	" (SELECT 1 FROM message_document a JOIN message_recipient r ON r.message_id = a.message_id" \
	" WHERE a.document_id = d.id AND" RECIPIENT_ME ")))"
#define LETTER_MINE_P(act) MINE_P(act), MINE_P(act)

/* row: what document_visible asks for. */
static int
withheld(const struct document_name *d, const struct yx_rows *r)
{
	if (yx_row_int(r, 5) == 0 || (contract_state_is_done(d->contract_state) && !d->retired))
		return DOCUMENT_FREE;
	return yx_row_int(r, 6) != 0 && !d->retired ? DOCUMENT_TO_SIGN : DOCUMENT_WITHHELD;
}

int
document_visible(struct act *act, const char *document_id, struct document_name *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT d.id, d.name, d.number, COALESCE(c.state, ''), d.retired_at IS NOT NULL,"
	    " COALESCE(c.organization_id <> ? AND " PARAMETER_SQL("document.withhold_unfinished", "c.organization_id",
	    "'', c.organization_id")
	    " = 'yes', FALSE), EXISTS (SELECT 1 FROM sign_task t"
	    " WHERE t.document_id = d.id AND t.state IN (" TASK_OPEN_STATES ") AND" TASK_MINE "), d.format, d.destroyed_at"
	    " FROM document d LEFT JOIN contract c ON c.id = d.contract_id"
	    " WHERE d.id = ? AND (" CONTRACT_MINE
	    " OR (c.id IS NOT NULL AND EXISTS (SELECT 1 FROM sign_task t WHERE t.document_id = d.id"
	    " AND t.message_id IS NOT NULL AND" TASK_MINE ")) OR (? AND c.organization_id = ? AND d.number IS NOT NULL)"
	    " OR" LETTER_MINE ")",
	    YX_P(yx_p_str(act->who.organization_id), MINE_P(act), yx_p_str(document_id), CONTRACT_MINE_P(act), MINE_P(act),
	    yx_p_int((act->who.roles & ROLE_REGISTRY) != 0), yx_p_str(act->who.organization_id), LETTER_MINE_P(act)), &r);

	if (rc != YX_OK)
		return rc;
	if (out != NULL) {
		*out = (struct document_name){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3),
			yx_row_int(r, 4) != 0, DOCUMENT_FREE, yx_row_str(r, 7),
			yx_row_time(r, 8) };
		out->withheld = withheld(out, r);
	}
	return YX_OK;
}

/* The same for who wants the bytes. *out may be NULL. */
static int
readable(struct act *act, const char *document_id, struct document_name *out)
{
	struct document_name d;
	int rc = document_visible(act, document_id, &d);

	if (rc != YX_OK)
		return rc;
	if (out != NULL)
		*out = d;
	if (d.destroyed_at != 0)
		return YX_DESTROYED;
	return d.withheld == DOCUMENT_WITHHELD ? YX_WITHHELD : YX_OK;
}

const char *
document_name_note(const struct document_name *d)
{
	if (*d->contract_state == '\0')
		return "";
	if (d->retired)
		return "（已退回）";
	if (contract_state_is_draft(d->contract_state) || contract_state_is_done(d->contract_state))
		return "";
	switch (contract_state_why(d->contract_state)) {
	case YX_VOIDED: return "（已作廢）";
	case YX_RETURNED: return "（已退回）";
	default: return "（未完成用印）";
	}
}

/* Takes a digest from a column. */
static int
digest_of_row(const struct yx_rows *r, unsigned column, uint8_t sha256[32])
{
	size_t n = 0;
	const void *p = yx_row_bytes(r, column, &n);

	if (p == NULL || n != 32)
		return YX_NOT_FOUND;
	memcpy(sha256, p, 32);
	return YX_OK;
}

int
document_object(struct act *act, const char *document_id, int64_t revision, uint8_t sha256[32],
    struct document_name *out)
{
	struct yx_rows *r = NULL;
	int rc = readable(act, document_id, out);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT COALESCE(v.kept, v.sha256) FROM document_revision v JOIN document d ON d.id = v.document_id"
	    " WHERE v.document_id = ? AND v.revision = IF(d.format <> 'pdf', 0, IF(? < 0, d.revision, ?))"
	    /* Once a contract is sealed, the unsealed upload is nobody's to read. */
	    " AND (v.revision > 0 OR d.revision = 0 OR d.letter_id IS NOT NULL)",
	    YX_P(yx_p_str(document_id), yx_p_int(revision), yx_p_int(revision)), &r)) != YX_OK)
		return rc;
	return digest_of_row(r, 0, sha256);
}

int
document_apart(struct act *act, const char *document_id, struct document_apart *out)
{
	struct yx_rows *r = NULL;
	int rc = readable(act, document_id, &out->document);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT f.sha256, COALESCE(v.kept, v.sha256) FROM document d"
	    " JOIN document_revision f ON f.document_id = d.id AND f.revision = 0"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision"
	    " WHERE d.id = ? AND d.format <> 'pdf' AND d.revision > 0", YX_P(yx_p_str(document_id)), &r)) != YX_OK)
		return rc;
	return (rc = digest_of_row(r, 0, out->file)) != YX_OK ? rc : digest_of_row(r, 1, out->signature);
}

int
document_original(struct act *act, const char *document_id, uint8_t sha256[32], struct document_name *out)
{
	struct yx_rows *r = NULL;
	int rc = readable(act, document_id, out);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT original FROM document WHERE id = ? AND original IS NOT NULL",
	    YX_P(yx_p_str(document_id)), &r)) != YX_OK)
		return rc;
	return digest_of_row(r, 0, sha256);
}

/* "C:\temp\電子契約.PDF" → 電子契約; NULL if nothing that can be shown is left. */
static const char *
clean_name(struct yx_arena *a, const char *name)
{
	const char *base = name;
	size_t n;

	for (const char *p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			base = p + 1;
	n = strlen(base);
	if (n > 4 && strcasecmp(base + n - 4, ".pdf") == 0)
		n -= 4;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)base[i] < 0x20 || base[i] == 0x7f)
			return NULL;
	if (n == 0 || !yx_utf8_valid(base, n))
		return NULL;
	name = yx_arena_strndup(a, base, n);
	return name == NULL || yx_utf8_length(name) > 200 ? NULL : name;
}

/* Is this a file that we can seal, or that goes with a letter? Counts its pages. */
static int
inspect(struct act *act, const char *path, int letter, int64_t *pages)
{
	const struct pades_limits limits = domain_pdf_limits(act->domain);
	struct pades_facts facts;
	int rc = pades_inspect_apart(path, &limits, &facts);

	if (rc != YX_OK)
		return rc;
	*pages = facts.pages;
	return !letter && (facts.signatures > 0 || facts.empty_fields > 0 || facts.certified != 0) ? YX_PDF_SIGNED : YX_OK;
}

static int
check_size(struct act *act, const char *path)
{
	struct parameter_place mine = parameter_mine(act);
	struct stat st;
	int64_t most = 0;
	int rc;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return YX_BAD_REQUEST;
	if ((rc = parameter_int(act, UPLOAD_MB, &mine, &most)) != YX_OK)
		return rc;
	if (st.st_size > most * 1024 * 1024)
		return YX_TOO_LARGE;
	return st.st_size == 0 ? YX_NOT_PDF : YX_OK;
}

/* Takes the copy at `copy` and the original, which keeps its own bytes. */
static int
put_both(struct act *act, const char *path, const char *copy, struct document_upload *up)
{
	int rc;

	if ((rc = check_size(act, copy)) != YX_OK ||
	    (rc = yx_store_put(act->domain->store, path, up->original, &up->original_size)) != YX_OK)
		return rc;
	up->normalised = 1;
	return yx_store_put(act->domain->store, copy, up->sha256, &up->size);
}

/* A file that was refused with `refusal`: would a copy in order be taken? */
static int
take_copy(struct act *act, const char *path, int refusal, struct document_upload *up)
{
	const struct pades_limits limits = domain_pdf_limits(act->domain);
	const char *copy = NULL;
	int fd = -1, rc;

	if (refusal != YX_PDF_BROKEN && refusal != YX_PDF_ENCRYPTED && refusal != YX_PDF_UNSUPPORTED)
		return refusal;
	if ((rc = yx_store_temp(act->domain->store, act->arena, &copy, &fd)) != YX_OK)
		goto out;
	if (pades_normalise(path, copy, &limits) != YX_OK || inspect(act, copy, up->letter_id != NULL, &up->pages) != YX_OK)
		rc = refusal;
	else
		rc = up->normalise ? put_both(act, path, copy, up) : YX_PDF_NORMALISABLE;
out:
	if (fd >= 0)
		close(fd);
	if (copy != NULL)
		unlink(copy);
	return rc;
}

/* What is only practice says so of itself, on every page. */
static int
put_marked(struct act *act, const char *path, struct document_upload *up)
{
	static const struct pades_overlay mark = { "演練　不具效力",
		"本文件為實機演練所產生，不具任何效力。Practice only: this document has no effect." };
	const char *copy = NULL;
	int fd = -1, rc = yx_store_temp(act->domain->store, act->arena, &copy, &fd);

	if (rc == YX_OK && (rc = pades_overlay(path, copy, &mark)) == YX_OK)
		rc = yx_store_put(act->domain->store, copy, up->sha256, &up->size);
	if (fd >= 0)
		close(fd);
	if (copy != NULL)
		unlink(copy);
	return rc;
}

/* Does a file call itself PDF, or do its bytes? Then it is one or it is refused. */
static int
is_pdf(const char *path, const char *name)
{
	char head[5];
	FILE *f = fopen(path, "re");
	size_t n = f == NULL ? 0 : fread(head, 1, sizeof(head), f);

	if (f != NULL)
		fclose(f);
	return strcasecmp(format_extension(name), "pdf") == 0 || (n == sizeof(head) && memcmp(head, "%PDF-", n) == 0);
}

/* What else goes with a letter: as it is, never opened here. Its name keeps its ending. */
static int
take_other(struct act *act, const char *path, struct document_upload *up)
{
	int rc = act_practises(act) ? YX_FILE_TYPE : format_of_file(path, format_extension(up->name), &up->format);

	up->pages = 0;
	return rc != YX_OK ? rc : yx_store_put(act->domain->store, path, up->sha256, &up->size);
}

static int
take_pdf(struct act *act, const char *path, struct document_upload *up)
{
	int rc = inspect(act, path, up->letter_id != NULL, &up->pages);

	if (rc == YX_OK)
		return act_practises(act) ? put_marked(act, path, up)
		    : yx_store_put(act->domain->store, path, up->sha256, &up->size);
	return act_practises(act) ? rc : take_copy(act, path, rc, up);
}

static int
is_my_draft(struct act *act, const struct document_upload *up)
{
	return up->letter_id != NULL ? letter_is_my_draft(act, up->letter_id) : contract_is_my_draft(act, up->contract_id);
}

static int
draft_touch(struct act *act, const struct document_upload *up)
{
	return up->letter_id != NULL ? letter_draft_touch(act, up->letter_id) : contract_draft_touch(act, up->contract_id);
}

int
document_take(struct act *act, const char *path, struct document_upload *up)
{
	const char *called = up->name;
	int rc = is_my_draft(act, up);

	if (rc != YX_OK)
		return rc;
	up->normalised = 0;
	up->format = "pdf";
	if ((up->name = clean_name(act->arena, up->name)) == NULL)
		return act_field(act, "name", YX_BAD_FIELD);
	if ((rc = check_size(act, path)) != YX_OK)
		return rc;
	rc = up->letter_id == NULL || is_pdf(path, called) ? take_pdf(act, path, up) : take_other(act, path, up);
	if (rc == YX_OK)
		yx_crash_point("upload.stored");
	return rc;
}

static int
put_original(struct act *act, const struct document_upload *up)
{
	int rc;

	if (!up->normalised)
		return YX_OK;
	if ((rc = document_add_object(act->db, up->original, up->original_size, act_now(act))) != YX_OK)
		return rc;
	return yx_db_exec(act->db, "UPDATE document SET original = ? WHERE id = ?",
	    YX_P(yx_p_bytes(up->original, 32), yx_p_str(up->id)), NULL);
}

int
document_put(struct act *act, struct document_upload *up)
{
	struct document_revision first = { .document_id = up->id, .sha256 = up->sha256, .size = up->size,
		.at = act_now(act) };
	int rc = draft_touch(act, up);

	yx_random_id(up->id);
	if (rc == YX_OK)
		rc = yx_db_exec(act->db,
		    "INSERT INTO document (id, contract_id, letter_id, name, position, format, pages, created_at)"
		    " SELECT ?, ?, ?, ?, COALESCE(MAX(position), 0) + 1, ?, ?, ? FROM document"
		    " WHERE contract_id = ? OR letter_id = ?",
		    YX_P(yx_p_str(up->id), yx_p_str(up->contract_id), yx_p_str(up->letter_id), yx_p_str(up->name),
		    yx_p_str(up->format), yx_p_int(up->pages), yx_p_time(first.at), yx_p_str(up->contract_id),
		    yx_p_str(up->letter_id)), NULL);
	if (rc != YX_OK || (rc = document_add_revision(act->db, &first)) != YX_OK || (rc = put_original(act, up)) != YX_OK)
		return rc;
	return audit_act(act, up->normalised ? "document.upload_normalised" : "document.upload", up->id, "name", up->name);
}

int
document_remove(struct act *act, const char *contract_id, const char *document_id)
{
	int rc = contract_draft_touch(act, contract_id);

	if (rc == YX_OK && (rc = hold_check(act, contract_id)) == YX_OK)
		rc = yx_db_change(act->db, "DELETE FROM document WHERE id = ? AND contract_id = ? AND retired_at IS NULL",
		    YX_P(yx_p_str(document_id), yx_p_str(contract_id)), YX_NOT_FOUND);
	return rc != YX_OK ? rc : audit_act(act, "document.remove", document_id, NULL, NULL);
}

int
document_destroyed(struct yx_db *db, const char *contract_id, int64_t at)
{
	return yx_db_exec(db, "UPDATE document SET destroyed_at = ? WHERE contract_id = ? AND destroyed_at IS NULL",
	    YX_P(yx_p_time(at), yx_p_str(contract_id)), NULL);
}

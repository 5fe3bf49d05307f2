#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/domain/contract/contract.h"
#include "backend/domain/document/document.h"
#include "backend/domain/wallet/item.h"
#include "backend/domain/wallet/wallet.h"
#include "backend/pades/examine.h"
#include "common/crash.h"
#include "common/json.h"
#include "common/log.h"

#define FILE_NAME_MAX 400

/* What came out of the look at the content. */
struct looked { struct yx_buf report; int verified; };

/* ---- what it is ---- */

static const char *
format_of(int fd)
{
	static const struct { const char *word, *begin; size_t n; } KNOWN[] = {
		{ "pdf", "%PDF-", 5 }, { "png", "\x89PNG\r\n\x1a\n", 8 }, { "jpeg", "\xff\xd8\xff", 3 },
	};
	char begin[16] = "";
	ssize_t n = pread(fd, begin, sizeof(begin), 0);

	for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++)
		if (n >= (ssize_t)KNOWN[i].n && memcmp(begin, KNOWN[i].begin, KNOWN[i].n) == 0)
			return KNOWN[i].word;
	return "other";
}

/* The worst of its signatures; timestamps count as well. */
static const char *
verdict_of(const struct yx_json *report, int64_t *signatures)
{
	const struct yx_json *list = yx_json_get(report, "signatures");
	const char *worst = "unsigned";

	*signatures = 0;
	for (const struct yx_json *s = list == NULL ? NULL : list->child; s != NULL; s = s->next) {
		const char *v = yx_json_str(s, "verdict", "invalid");
		const struct yx_json *stamp = yx_json_get(s, "timestamp");

		*signatures += stamp == NULL || stamp->num == 0;
		if (strcmp(v, "invalid") == 0)
			worst = "invalid";
		else if (strcmp(v, "valid") != 0 && strcmp(worst, "invalid") != 0)
			worst = "unsure";
		else if (strcmp(worst, "unsigned") == 0)
			worst = "valid";
	}
	return worst;
}

/* A confined process reads it (docs/decisions/verification.md). What is no PDF, or none that can be
 * read, is kept all the same, and says so. */
static int
look(struct act *act, struct item_new *n, struct looked *out)
{
	const struct pades_limits limits = domain_pdf_limits(act->domain);
	const struct yx_json *report = NULL;
	int rc;

	n->verdict = "not_pdf";
	n->signatures = 0;
	if (strcmp(n->format, "pdf") != 0)
		return YX_OK;
	n->verdict = "unreadable";
	rc = pades_examine(&(struct pades_exhibit){ .path = n->path }, act->domain->conf->trust_dir, &limits,
	    &out->report);
	if (rc == YX_PDF_TOO_COMPLEX || rc == YX_TOO_LARGE)
		return YX_OK;
	if (rc != YX_OK)
		return rc;
	rc = yx_json_parse(act->arena, out->report.data, out->report.len, &report);
	if (rc != YX_OK || report->type != YX_JSON_OBJECT)
		return rc == YX_NO_MEMORY ? rc : YX_OK;
	if (yx_json_str(report, "error", NULL) != NULL)
		return YX_OK;
	n->verdict = verdict_of(report, &n->signatures);
	out->verified = 1;
	return YX_OK;
}

/* ---- the encrypted file and what belongs to it ---- */

static int
write_file(struct act *act, struct item_new *n, int fd, const uint8_t key[WALLET_KEY])
{
	const char *temp = NULL;
	int out = -1, rc = yx_store_temp(act->domain->store, act->arena, &temp, &out);

	if (rc == YX_OK && (rc = envelope_seal(fd, n->size, out, key, n->sha256)) == YX_OK)
		rc = yx_store_keep_private(act->domain->store, act->arena, temp, n->id);
	if (out >= 0)
		close(out);
	if (temp != NULL && unlink(temp) != 0 && errno != ENOENT)
		rc = rc == YX_OK ? YX_IO : rc;
	return rc;
}

/* Name, digest, report; each of the two texts with its length in front. */
static int
hide_facts(struct act *act, struct item_new *n, const struct looked *l, const uint8_t key[WALLET_KEY])
{
	const char *name = n->file_name;
	struct yx_buf plain, sealed;
	int rc;

	yx_buf_init(&plain, ITEM_FACTS_MAX);
	yx_buf_init(&sealed, ITEM_FACTS_MAX);
	yx_buf_add32be(&plain, (uint32_t)strlen(name));
	yx_buf_adds(&plain, name);
	yx_buf_add(&plain, n->sha256, 32);
	yx_buf_add32be(&plain, l->verified ? (uint32_t)l->report.len : 0);
	if (l->verified)
		yx_buf_add(&plain, l->report.data, l->report.len);
	if ((rc = yx_buf_status(&plain)) == YX_OK && (rc = wallet_hide(key, plain.data, plain.len, &sealed)) == YX_OK) {
		n->sealed_facts = yx_arena_strndup(act->arena, sealed.data, sealed.len);
		n->sealed_facts_n = sealed.len;
		rc = n->sealed_facts == NULL ? YX_NO_MEMORY : YX_OK;
	}
	yx_buf_free(&plain);
	yx_buf_free(&sealed);
	return rc;
}

static int
keep(struct act *act, struct item_new *n, int fd, const struct looked *l)
{
	uint8_t key[WALLET_KEY], public_key[WALLET_KEY];
	int rc = wallet_public_key(act, act->who.member_id, public_key);

	yx_random(key, sizeof(key));
	if (rc == YX_OK && (rc = write_file(act, n, fd, key)) == YX_OK) {
		yx_crash_point("wallet.stored");
		if ((rc = hide_facts(act, n, l, key)) == YX_OK)
			rc = wallet_seal(public_key, n->id, key, n->sealed_key);
	}
	explicit_bzero(key, sizeof(key));
	return rc;
}

struct storing { struct act *act; struct item_new *n; };

static int
begin(struct yx_db *db, void *ctx)
{
	struct storing *s = ctx;

	(void)db;
	return item_begin(s->act, s->n);
}

static int
abandon(struct yx_db *db, void *ctx)
{
	struct storing *s = ctx;

	(void)db;
	return item_abandon(s->act, s->n->id);
}

static int
store(struct act *act, struct item_new *n, int fd)
{
	struct storing s = { act, n };
	struct looked l = { .verified = 0 };
	int rc = yx_db_tx(act->db, begin, &s);

	if (rc != YX_OK)
		return rc;
	yx_crash_point("wallet.begun");
	yx_buf_init(&l.report, PADES_EXAMINE_MAX);
	if ((rc = look(act, n, &l)) == YX_OK)
		rc = keep(act, n, fd, &l);
	yx_buf_free(&l.report);
	/* (if this fails as well, the worker finds the row after an hour) */
	if (rc != YX_OK && yx_db_tx(act->db, abandon, &s) != YX_OK)
		yx_warn("wallet: %s is left for the worker", n->id);
	return rc;
}

int
item_store(struct act *act, struct item_new *n)
{
	uint8_t public_key[WALLET_KEY];
	struct stat st;
	int fd = open(n->path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = YX_IO;
	else if (st.st_size == 0)
		rc = YX_NO_DOCUMENT;
	else if (st.st_size > act->domain->conf->upload_limit)
		rc = YX_TOO_LARGE;
	else if (strlen(n->file_name) > FILE_NAME_MAX)
		rc = act_field(act, "name", YX_FIELD_TOO_LONG);
	else
		rc = wallet_public_key(act, act->who.member_id, public_key);
	if (rc == YX_OK) {
		n->size = st.st_size;
		n->format = format_of(fd);
		rc = store(act, n, fd);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

/* ---- from the platform ---- */

static int
labels_of(struct act *act, struct item_new *n)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT c.title, o.name, CAST(DATE(c.completed_at + INTERVAL 8 HOUR) AS CHAR), d.revision"
	    " FROM document d JOIN contract c ON c.id = d.contract_id JOIN organization o ON o.id = c.organization_id"
	    " WHERE d.id = ?", YX_P(yx_p_str(n->document_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_STATE : rc;
	if (n->labels.name == NULL)
		n->labels.name = yx_row_str(r, 0);
	n->labels.kind = "contract";
	n->labels.issuer = yx_row_str(r, 1);
	n->labels.issued_on = yx_row_str(r, 2);
	n->revision = yx_row_int(r, 3);
	return YX_OK;
}

int
item_of_document(struct act *act, const char *document_id, struct item_new *n)
{
	struct document_name name;
	uint8_t sha256[32];
	int rc = document_object(act, document_id, -1, sha256, &name);

	if (rc != YX_OK)
		return rc;
	n->document_id = document_id;
	if (name.retired || !contract_state_is_done(name.contract_state))
		return YX_STATE;
	if ((rc = labels_of(act, n)) != YX_OK)
		return rc;
	n->file_name = yx_arena_printf(act->arena, "%s %s", name.number, name.name);
	return n->file_name == NULL ? YX_NO_MEMORY : yx_store_path(act->domain->store, act->arena, sha256, &n->path);
}

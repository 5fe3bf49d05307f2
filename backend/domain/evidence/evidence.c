#include "backend/domain/evidence/evidence.h"

#include <string.h>

#include "backend/domain/base/audit.h"

#define ALPHABET     "0123456789ABCDEFGHJKMNPQRSTVWXYZ" /* Crockford's: no I, L, O, U */
#define HISTORY_MAX  1000
#define CODE_CHARS   (EVIDENCE_CODE_SIZE - 1)

/* ---- codes ---- */

static void
make_code(char out[EVIDENCE_CODE_SIZE])
{
	uint8_t random[CODE_CHARS];

	yx_random(random, sizeof(random));
	for (size_t i = 0; i < CODE_CHARS; i++)
		out[i] = ALPHABET[random[i] & 31]; /* 80 bits */
	out[CODE_CHARS] = '\0';
}

static int
read_code(const char *typed, char out[EVIDENCE_CODE_SIZE])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;

		if (c == ' ' || c == '-')
			continue;
		c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
		if (n == CODE_CHARS || strchr(ALPHABET, c) == NULL)
			return YX_NOT_FOUND;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == CODE_CHARS ? YX_OK : YX_NOT_FOUND;
}

void
evidence_code_text(const char *code, char out[20])
{
	size_t n = 0;

	for (size_t i = 0; i < CODE_CHARS && code[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = '-';
		out[n++] = code[i];
	}
	out[n] = '\0';
}

/* ---- facts ---- */

static void
take_digest(const struct yx_rows *r, unsigned col, uint8_t out[32])
{
	size_t n = 0;
	const void *p = yx_row_bytes(r, col, &n);

	if (p != NULL && n == 32)
		memcpy(out, p, 32);
}

static int
read_document(struct act *act, const char *id, struct evidence_facts *out, const char **contract_id)
{
	struct document_name name;
	struct yx_rows *r = NULL;
	int rc = document_visible(act, id, &name);

	if (rc != YX_OK)
		return rc;
	if (name.destroyed_at != 0)
		return YX_DESTROYED;
	if (!contract_state_is_done(name.contract_state) || name.retired)
		return YX_STATE;
	rc = yx_db_one(act->db, act->arena,
	    "SELECT d.contract_id, d.revision, d.pages, x.size, v.sha256, e.code, e.made_at, COALESCE(v.kept, v.sha256)"
	    " FROM document d"
	    " JOIN document_revision v ON v.document_id = d.id AND v.revision = d.revision"
	    " JOIN object x ON x.sha256 = v.sha256"
	    " LEFT JOIN evidence e ON e.document_id = d.id WHERE d.id = ? ORDER BY e.revision DESC LIMIT 1",
	    YX_P(yx_p_str(id)), &r);
	if (rc != YX_OK)
		return rc;
	*contract_id = yx_row_str(r, 0);
	out->document_id = name.id;
	out->document_number = name.number;
	out->document_name = name.name;
	out->revision = yx_row_int(r, 1);
	out->pages = yx_row_int(r, 2);
	out->size = yx_row_int(r, 3);
	take_digest(r, 4, out->sha256);
	take_digest(r, 7, out->kept);
	if (yx_row_str(r, 5) == NULL)
		return YX_OK;
	memcpy(out->code, yx_row_str(r, 5), EVIDENCE_CODE_SIZE);
	out->made_at = yx_row_time(r, 6);
	return YX_OK;
}

static void
fill_delivery(void *item, const struct yx_rows *r, void *ctx)
{
	struct act *act = ctx;
	const char *name = yx_row_str(r, 4), *organization = yx_row_str(r, 3);
	const char *to = name == NULL ? organization :
	    yx_arena_printf(act->arena, "%s %s", organization, member_mask(act, name));

	*(struct evidence_delivery *)item = (struct evidence_delivery){ .number = yx_row_str(r, 0),
		.kind = yx_row_str(r, 1), .sent_at = yx_row_time(r, 2), .to = to == NULL ? "" : to,
		.read_at = yx_row_time(r, 5) };
}

static int
read_deliveries(struct act *act, const char *contract_id, struct evidence_facts *out)
{
	struct yx_db_items l = { .size = sizeof(*out->deliveries), .fill = fill_delivery, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT m.number, m.kind, m.sent_at, o.name, p.name, r.read_at FROM message m"
	    " JOIN message_recipient r ON r.message_id = m.id JOIN organization o ON o.id = r.organization_id"
	    " LEFT JOIN member p ON p.id = r.member_id WHERE m.contract_id = ?"
	    " ORDER BY m.sent_at, m.number, r.position LIMIT 500", YX_P(yx_p_str(contract_id)), &l);

	out->deliveries = l.items;
	out->deliveries_n = l.count;
	return rc;
}

static int
read_history(struct act *act, const char *document_id, struct evidence_facts *out)
{
	struct page page = { .page = 1, .size = HISTORY_MAX };
	struct history_list h;
	int rc = history_list(act, document_id, &page, &h);

	if (rc != YX_OK)
		return rc;
	out->history = h.rows;
	out->history_n = h.n;
	for (size_t i = 0; i < h.n / 2; i++) { /* the oldest first */
		struct history_row row = h.rows[i];

		h.rows[i] = h.rows[h.n - 1 - i];
		h.rows[h.n - 1 - i] = row;
	}
	return YX_OK;
}

int
evidence_facts(struct act *act, const char *document_id, struct evidence_facts *out)
{
	const char *contract_id = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = read_document(act, document_id, out, &contract_id)) != YX_OK ||
	    (rc = contract_get_any(act, contract_id, &out->contract)) != YX_OK ||
	    (rc = read_history(act, document_id, out)) != YX_OK)
		return rc;
	if (out->code[0] == '\0')
		make_code(out->code);
	return read_deliveries(act, contract_id, out);
}

/* ---- the row ---- */

int
evidence_keep(struct act *act, struct evidence_facts *f, const struct evidence_sheet *sheet)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT code, made_at FROM evidence WHERE document_id = ? ORDER BY revision DESC LIMIT 1 FOR UPDATE",
	    YX_P(yx_p_str(f->document_id)), &r);

	if (rc == YX_OK) {
		memcpy(f->code, yx_row_str(r, 0), EVIDENCE_CODE_SIZE);
		f->made_at = yx_row_time(r, 1);
		return YX_OK;
	}
	if (rc != YX_NOT_FOUND || (rc = document_add_object(act->db, sheet->sha256, sheet->size, f->made_at)) != YX_OK)
		return rc;
	rc = yx_db_exec(act->db,
	    "INSERT INTO evidence (code, document_id, revision, sheet_sha256, made_at) VALUES (?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(f->code), yx_p_str(f->document_id), yx_p_int(f->revision), yx_p_bytes(sheet->sha256, 32),
	    yx_p_time(f->made_at)), NULL);
	return rc == YX_OK ? audit_act(act, "evidence.make", f->document_id, "code", f->code) : rc;
}

int
evidence_object(struct act *act, const char *document_id, uint8_t sha256[32], struct document_name *name)
{
	struct yx_rows *r = NULL;
	int rc = document_visible(act, document_id, name);

	if (rc != YX_OK || name->destroyed_at != 0)
		return rc != YX_OK ? rc : YX_DESTROYED;
	rc = yx_db_one(act->db, act->arena, "SELECT sheet_sha256 FROM evidence WHERE document_id = ?"
	    " ORDER BY revision DESC LIMIT 1", YX_P(yx_p_str(document_id)), &r);
	if (rc == YX_OK)
		take_digest(r, 0, sha256);
	return rc;
}

int
evidence_of_code(struct act *act, const char *typed, struct evidence_told *out)
{
	char code[EVIDENCE_CODE_SIZE];
	struct yx_rows *r = NULL;
	int rc = read_code(typed, code);

	if (rc != YX_OK)
		return rc;
	rc = yx_db_one(act->db, act->arena,
	    "SELECT v.sha256, x.size, e.made_at, c.completed_at, c.state, (SELECT COUNT(*) FROM sign_history h"
	    " WHERE h.document_id = e.document_id AND h.revision <= e.revision), COALESCE(n.kept, n.sha256)"
	    " FROM evidence e"
	    " JOIN document_revision v ON v.document_id = e.document_id AND v.revision = e.revision"
	    " JOIN object x ON x.sha256 = v.sha256 JOIN document d ON d.id = e.document_id"
	    " JOIN document_revision n ON n.document_id = d.id AND n.revision = d.revision"
	    " JOIN contract c ON c.id = d.contract_id WHERE e.code = ?", YX_P(yx_p_str(code)), &r);
	if (rc != YX_OK)
		return rc;
	take_digest(r, 0, out->sha256);
	out->size = yx_row_int(r, 1);
	out->made_at = yx_row_time(r, 2);
	out->completed_at = yx_row_time(r, 3);
	out->state = yx_row_str(r, 4);
	out->signatures = yx_row_int(r, 5);
	take_digest(r, 6, out->newest);
	return YX_OK;
}

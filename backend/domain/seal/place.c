#include "backend/domain/seal/place.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/document/document.h"

#define POINT     100   /* hundredths */
#define SIDE_MIN  2000
#define REACH_MAX 2000000

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct place *)item = (struct place){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_int(r, 3), (int)yx_row_int(r, 4), yx_row_int(r, 5), yx_row_int(r, 6), yx_row_int(r, 7),
		yx_row_int(r, 8), yx_row_int(r, 9), yx_row_int(r, 10), yx_row_str(r, 11) };
}

#define PLACES "SELECT p.document_id, p.party, p.organization_id, p.nth, p.seam, p.page, p.x, p.y, p.w, p.h," \
	" p.rise, p.anchor FROM seal_place p JOIN document d ON d.id = p.document_id"

int
place_list(struct act *act, const char *contract_id, struct place **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT c.id FROM contract c WHERE c.id = ? AND" CONTRACT_MINE,
	    YX_P(yx_p_str(contract_id), CONTRACT_MINE_P(act)), &r);

	if (rc == YX_OK)
		rc = yx_db_list(act->db, act->arena, PLACES " WHERE d.contract_id = ? AND d.retired_at IS NULL"
		    " ORDER BY d.position, p.party, p.organization_id, p.nth, p.seam LIMIT 200",
		    YX_P(yx_p_str(contract_id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
place_find(struct act *act, const char *contract_id, struct place *at)
{
	double rect[4] = { 0, 0, (double)at->w / POINT, (double)at->h / POINT };
	struct pades_anchor found;
	const char *path = NULL;
	uint8_t sha256[32];
	int rc = contract_is_my_draft(act, contract_id);

	if (rc != YX_OK || (rc = document_object(act, at->document_id, 0, sha256, NULL)) != YX_OK ||
	    (rc = yx_store_path(act->domain->store, act->arena, sha256, &path)) != YX_OK)
		return rc;
	if ((rc = pades_find_text(path, at->anchor, 0, &found)) != YX_OK)
		return rc == YX_NOT_FOUND ? act_field(act, "anchor", YX_ANCHOR_MISSING) : rc;
	pades_beside(&found, rect);
	at->page = found.page;
	at->x = rect[0] < 0 ? 0 : (int64_t)(rect[0] * POINT);
	at->y = rect[1] < 0 ? 0 : (int64_t)(rect[1] * POINT);
	return YX_OK;
}

static int
is_sound(const struct place *p)
{
	if (p->nth < 1 || p->nth > (strcmp(p->party, "sealer") == 0 ? PLACE_NTH : 1))
		return 0;
	if (p->seam)
		return p->rise >= 0 && p->rise <= 100;
	return p->page >= 1 && p->x >= 0 && p->y >= 0 && p->w >= SIDE_MIN && p->h >= SIDE_MIN &&
	    p->x + p->w <= REACH_MAX && p->y + p->h <= REACH_MAX;
}

/* The document is the contract's and has the page; a vendor is one of its vendors. */
static int
put_one(struct act *act, const char *contract_id, const struct place *p)
{
	int rc;

	if (!is_sound(p))
		return act_field(act, "places", YX_BAD_FIELD);
	rc = yx_db_change(act->db,
	    "INSERT INTO seal_place (document_id, party, organization_id, nth, seam, page, x, y, w, h, rise,"
	    " anchor) SELECT d.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM document d WHERE d.id = ? AND d.contract_id = ?"
	    " AND d.retired_at IS NULL AND d.pages >= ? AND (? = '' OR EXISTS"
	    " (SELECT 1 FROM contract_vendor v WHERE v.contract_id = d.contract_id AND v.organization_id = ?))",
	    YX_P(yx_p_str(p->party), yx_p_str(p->organization_id), yx_p_int(p->nth), yx_p_int(p->seam),
	    yx_p_int(p->seam ? 0 : p->page),
	    yx_p_int(p->x), yx_p_int(p->y), yx_p_int(p->w), yx_p_int(p->h), yx_p_int(p->rise), yx_p_str(p->anchor),
	    yx_p_str(p->document_id), yx_p_str(contract_id), yx_p_int(p->seam ? 2 : p->page),
	    yx_p_str(p->organization_id), yx_p_str(p->organization_id)), YX_BAD_FIELD);
	return rc == YX_CONFLICT || rc == YX_BAD_FIELD ? act_field(act, "places", YX_BAD_FIELD) : rc;
}

int
place_put(struct act *act, const char *contract_id, const struct place *p, size_t n, int64_t *version)
{
	const char *state = NULL;
	int rc = contract_row_take(act, contract_id, &state, version);

	if (rc == YX_OK && !contract_state_is_draft(state))
		rc = YX_STATE;
	if (rc == YX_OK)
		rc = yx_db_exec(act->db, "DELETE p FROM seal_place p JOIN document d ON d.id = p.document_id"
		    " WHERE d.contract_id = ? AND d.retired_at IS NULL", YX_P(yx_p_str(contract_id)), NULL);
	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = put_one(act, contract_id, &p[i]);
	return rc != YX_OK ? rc : audit_act(act, "contract.places", contract_id, NULL, NULL);
}

int
place_carry(struct act *act, const char *from_contract_id, const char *to_contract_id)
{
	return yx_db_exec(act->db,
	    "INSERT INTO seal_place (document_id, party, organization_id, nth, seam, page, x, y, w, h, rise,"
	    " anchor) SELECT n.id, p.party, p.organization_id, p.nth, p.seam, p.page, p.x, p.y, p.w, p.h, p.rise, p.anchor"
	    " FROM document n JOIN document o ON o.id = (SELECT x.id FROM document x WHERE x.contract_id = ?"
	    " AND x.position = n.position AND x.id <> n.id ORDER BY x.created_at DESC LIMIT 1)"
	    " JOIN seal_place p ON p.document_id = o.id WHERE n.contract_id = ? AND n.retired_at IS NULL",
	    YX_P(yx_p_str(from_contract_id), yx_p_str(to_contract_id)), NULL);
}

/* ---- into the file ---- */

static const char *
field_of(const struct place_fields *fields, const struct place *p)
{
	for (size_t i = 0; i < fields->n; i++)
		if (fields->items[i].nth == p->nth && strcmp(fields->items[i].party, p->party) == 0 &&
		    strcmp(fields->items[i].organization_id, p->organization_id) == 0)
			return fields->items[i].field;
	return NULL;
}

/* A field that is there gets its rectangle; an edge is a part of its own. */
static void
apply_one(const struct place *p, const char *field, struct pades_part *parts, size_t *n)
{
	if (p->seam) {
		parts[(*n)++] = (struct pades_part){ .kind = PADES_SEAM,
			.seam = { field, (double)PLACE_SIDE / POINT, (double)p->rise / 100 } };
		return;
	}
	for (size_t i = 0; i < *n; i++) {
		struct pades_field *f = &parts[i].field;

		if (parts[i].kind != PADES_FIELD || strcmp(f->name, field) != 0)
			continue;
		f->page = (int)p->page;
		f->rect[0] = (double)p->x / POINT;
		f->rect[1] = (double)p->y / POINT;
		f->rect[2] = (double)p->w / POINT;
		f->rect[3] = (double)p->h / POINT;
	}
}

int
place_apply(struct act *act, const char *document_id, const struct place_fields *fields, struct pades_change *change)
{
	struct yx_db_items l = { .size = sizeof(struct place), .fill = fill };
	struct pades_part *parts, sign = change->parts[change->n - 1];
	size_t n = change->n - 1;
	int rc = yx_db_list(act->db, act->arena,
	    PLACES " WHERE d.id = ? ORDER BY p.seam, p.party, p.organization_id, p.nth",
	    YX_P(yx_p_str(document_id)), &l);

	if (rc != YX_OK || l.count == 0)
		return rc;
	if ((parts = yx_arena_alloc(act->arena, (change->n + l.count) * sizeof(*parts))) == NULL)
		return YX_NO_MEMORY;
	memcpy(parts, change->parts, n * sizeof(*parts));
	for (size_t i = 0; i < l.count; i++) {
		const struct place *p = (const struct place *)l.items + i;
		const char *field = field_of(fields, p);

		/* (who is no party any more, or seals no more, keeps no place) */
		if (field != NULL)
			apply_one(p, field, parts, &n);
	}
	parts[n++] = sign;
	change->parts = parts;
	change->n = n;
	return YX_OK;
}

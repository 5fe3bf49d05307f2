#include "backend/domain/base/mine.h"
#include "backend/domain/client/client_contract.h"

#include <string.h>

#define COLUMNS \
	"SELECT c.id, c.number, c.title, c.case_number, c.state, c.created_at, c.sent_at, c.completed_at FROM "
/* Rows behind the cursor, the newest first. Parameters: number twice, time three times, id, most. */
#define BEHIND " AND (? IS NULL OR c.number = ?) AND c.created_at <= ? AND (c.created_at < ? OR (c.created_at = ?" \
	" AND c.id < ?)) ORDER BY c.created_at DESC, c.id DESC LIMIT ?"
#define BEHIND_P(f, at, id) yx_p_str((f)->number), yx_p_str((f)->number), yx_p_time(at), yx_p_time(at), yx_p_time(at), \
	yx_p_str(id), yx_p_int((f)->most)

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct client_contract_row *)item = (struct client_contract_row){ yx_row_str(r, 0), yx_row_str(r, 1),
		yx_row_str(r, 2), yx_row_str(r, 3), yx_row_str(r, 4), yx_row_time(r, 5), yx_row_time(r, 6), yx_row_time(r, 7) };
}

/* Each kind has its index: of its handler, of the agency, of the vendor. */
static int
of_agency(struct act *act, const struct client_contract_filter *f, struct yx_db_items *l)
{
	int64_t at = f->from.id[0] != '\0' ? f->from.at : act_now(act) + 1000;
	const char *me = act->who.member_id, *mine = act->who.organization_id;

	if (act->who.scopes & SCOPE_CONTRACTS_ALL)
		return yx_db_list(act->db, act->arena, COLUMNS "contract c WHERE c.organization_id = ?"
		    " AND (c.handler_id = ? OR c.sent_at IS NOT NULL)" BEHIND,
		    YX_P(yx_p_str(mine), yx_p_str(me), BEHIND_P(f, at, f->from.id)), l);
	return yx_db_list(act->db, act->arena, COLUMNS "contract c WHERE c.handler_id = ? AND c.organization_id = ?" BEHIND,
	    YX_P(yx_p_str(me), yx_p_str(mine), BEHIND_P(f, at, f->from.id)), l);
}

static int
of_vendor(struct act *act, const struct client_contract_filter *f, struct yx_db_items *l)
{
	return yx_db_list(act->db, act->arena,
	    COLUMNS "contract_vendor v JOIN contract c ON c.id = v.contract_id"
	    " WHERE v.organization_id = ? AND v.contract_id > ? AND (? IS NULL OR c.number = ?) AND" CLIENT_SEES
	    " ORDER BY v.contract_id LIMIT ?",
	    YX_P(yx_p_str(act->who.organization_id), yx_p_str(f->from.id), yx_p_str(f->number), yx_p_str(f->number),
	    CLIENT_SEES_P(act), yx_p_int(f->most)), l);
}

int
client_contract_list(struct act *act, const struct client_contract_filter *f, struct client_contract_row **rows,
    size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill };
	int rc = strcmp(act->who.organization_kind, "vendor") == 0 ? of_vendor(act, f, &l) : of_agency(act, f, &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
client_contract_get(struct act *act, const char *id, struct contract *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT 1 FROM contract c WHERE c.id = ? AND" CLIENT_SEES,
	    YX_P(yx_p_str(id), CLIENT_SEES_P(act)), &r);

	return rc != YX_OK ? rc : contract_get_any(act, id, out);
}

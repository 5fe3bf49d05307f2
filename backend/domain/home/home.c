#include "backend/domain/home/home.h"

#include "backend/domain/contract/contract.h"
#include "backend/domain/message/message.h"

static int
inbox_tiles(struct act *act, struct home_tile *t, size_t *n)
{
	struct message_filter f = { .tab = "all" };
	struct page page = { .page = 1, .size = 1 };
	struct message_counters c;
	struct message_row *rows = NULL;
	size_t k = 0;
	int rc = message_received(act, &f, &page, &rows, &k, &c);

	if (rc != YX_OK)
		return rc;
	if (act->who.roles & ROLE_VENDOR_SIGNER)
		t[(*n)++] = (struct home_tile){ "to_sign", c.a };
	if (act->who.roles & ROLE_SEALER) {
		struct message_counters s;

		if ((rc = message_sealing(act, &f, &page, &rows, &k, &s)) != YX_OK)
			return rc;
		t[(*n)++] = (struct home_tile){ "to_seal", s.a };
	}
	t[(*n)++] = (struct home_tile){ "unread", c.b };
	return YX_OK;
}

int
home_tiles(struct act *act, struct home_tile **tiles, size_t *n)
{
	static const struct { const char *code, *state; } cases[] = {
		{ "drafts", "draft" }, { "vendor_pending", "vendor_pending" },
		{ "agency_pending", "agency_pending" }, { "completed", "completed" },
	};
	const size_t cases_n = sizeof(cases) / sizeof(cases[0]);
	/* to_sign, to_seal, unread, and the cases */
	struct home_tile *t = *tiles = yx_arena_alloc(act->arena, (3 + cases_n) * sizeof(*t));
	int rc;

	*n = 0;
	if (t == NULL)
		return YX_NO_MEMORY;
	rc = inbox_tiles(act, t, n);
	for (size_t i = 0; rc == YX_OK && (act->who.roles & ROLE_OFFICER) && i < cases_n; i++) {
		t[*n].code = cases[i].code;
		rc = contract_count(act, NULL, cases[i].state, &t[(*n)++].count);
	}
	return rc;
}

int
home_recent(struct act *act, struct home_event **events, size_t *n)
{
	struct yx_rows *r = NULL;
	struct home_event *e;
	int rc = yx_db_query(act->db, act->arena,
	    "SELECT a.at, a.action, a.object_kind, a.object_id, COALESCE(c.number, m.subject, d.name, '') FROM audit a"
	    " LEFT JOIN contract c ON a.object_kind = 'contract' AND c.id = a.object_id"
	    " LEFT JOIN message m ON a.object_kind = 'message' AND m.id = a.object_id"
	    " LEFT JOIN document d ON a.object_kind = 'document' AND d.id = a.object_id"
	    " WHERE a.member_id = ? ORDER BY a.seq DESC LIMIT 10", YX_P(yx_p_str(act->who.member_id)), &r);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	if ((*events = e = yx_arena_alloc(act->arena, (yx_rows_count(r) + 1) * sizeof(*e))) == NULL)
		return YX_NO_MEMORY;
	while (yx_rows_next(r))
		e[(*n)++] = (struct home_event){ yx_row_time(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3),
			yx_row_str(r, 4) };
	return YX_OK;
}

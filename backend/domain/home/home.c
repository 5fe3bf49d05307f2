#include "backend/domain/home/home.h"

#include <stdlib.h>
#include <string.h>

#include "backend/domain/admin/agency_merge.h"
#include "backend/domain/admin/platform_key.h"
#include "backend/domain/admin/role_request.h"
#include "backend/domain/client/client.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/message/message.h"

/* ---- tiles ---- */

static void
add(struct home_counts *t, const char *code, int64_t count)
{
	t->tiles[t->n++] = (struct home_tile){ code, count };
}

static int
inbox_tiles(struct act *act, struct home_counts *out)
{
	struct message_filter f = { .tab = "all" };
	struct page page = { .page = 1, .size = 0 };
	struct message_page in, seals;
	int rc = message_received(act, &f, &page, &in);

	if (rc != YX_OK)
		return rc;
	if (act->who.roles & ROLE_VENDOR_SIGNER)
		add(out, "to_sign", in.counters.a);
	if (act->who.roles & (ROLE_SEALER | ROLE_REGISTRY)) {
		if ((rc = message_sealing(act, &f, &page, &seals)) != YX_OK)
			return rc;
		add(out, "to_seal", seals.counters.a);
	}
	add(out, "unread", in.counters.b);
	return YX_OK;
}

/* Roles that wait for me to agree. */
static int
approval_tile(struct act *act, struct home_counts *out)
{
	int64_t roles = 0, clients = 0, keys = 0, mergers = 0;
	int rc;

	if ((act->who.roles & (ROLE_AGENCY_ADMIN | ROLE_PLATFORM_ADMIN)) == 0)
		return YX_OK;
	if ((rc = role_request_count(act, &roles)) == YX_OK && (rc = client_count_asked(act, &clients)) == YX_OK &&
	    (rc = platform_key_count_asked(act, &keys)) == YX_OK && (rc = merge_count_asked(act, &mergers)) == YX_OK)
		add(out, "approvals", roles + clients + keys + mergers);
	return rc;
}

int
home_tiles(struct act *act, struct home_counts *mine, struct home_counts *others)
{
	static const enum contract_state my_turn[] = { CONTRACT_SEAL_STOPPED, CONTRACT_RETURNED, CONTRACT_EXPIRED };
	static const enum contract_state elsewhere[] = { CONTRACT_WITH_VENDOR, CONTRACT_WITH_AGENCY, CONTRACT_COMPLETED };
	struct contract_counts c;
	int rc;

	mine->n = others->n = 0;
	if ((rc = inbox_tiles(act, mine)) != YX_OK || (rc = approval_tile(act, mine)) != YX_OK ||
	    !(act->who.roles & ROLE_OFFICER) ||
	    (rc = contract_counts(act, &c)) != YX_OK)
		return rc;
	add(mine, "drafts", c.n[CONTRACT_DRAFT]);
	for (size_t i = 0; i < sizeof(my_turn) / sizeof(my_turn[0]); i++)
		add(mine, contract_state_word(my_turn[i]), c.n[my_turn[i]]);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		add(others, contract_state_word(elsewhere[i]), c.n[elsewhere[i]]);
	return YX_OK;
}

/* ---- what happened to my things ---- */

static int
newest_first(const void *a, const void *b)
{
	const struct home_event *x = a, *y = b;

	return x->at > y->at ? -1 : x->at < y->at;
}

static void
fill_event(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct home_event *)item = (struct home_event){ yx_row_time(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		yx_row_str(r, 3), yx_row_str(r, 4) };
}

/* What I did to contracts and certificates: not that I came, read or tried. Looked for
 * among my last 200 rows, so that it costs the same for whoever logs in all day. */
static int
my_deeds(struct act *act, struct yx_db_items *l)
{
	return yx_db_list(act->db, act->arena,
	    "SELECT a.at, a.action, a.object_kind, a.object_id, COALESCE(c.number, '') FROM"
	    " (SELECT at, action, object_kind, object_id FROM audit WHERE member_id = ? ORDER BY at DESC LIMIT 200) a"
	    " LEFT JOIN contract c ON a.object_kind = 'contract' AND c.id = a.object_id"
	    " WHERE a.object_kind IN ('contract', 'certificate') ORDER BY a.at DESC LIMIT 10",
	    YX_P(yx_p_str(act->who.member_id)), l);
}

/* What others did to what I am a party of reaches me as a message. */
static int
their_deeds(struct act *act, struct home_event *events, size_t *n)
{
	struct message_filter f = { .tab = "all" };
	struct page page = { .page = 1, .size = HOME_EVENTS };
	struct message_page l;
	int rc = message_received(act, &f, &page, &l);

	for (size_t i = 0; rc == YX_OK && i < l.n; i++) {
		const struct message_row *m = &l.rows[i];
		const char *action = yx_arena_printf(act->arena, "message.%s", m->kind);

		if (action == NULL)
			return YX_NO_MEMORY;
		events[(*n)++] = (struct home_event){ m->sent_at, action, "message", m->id, m->subject };
	}
	return rc;
}

int
home_recent(struct act *act, struct home_event **events, size_t *n)
{
	struct yx_db_items mine = { .size = sizeof(**events), .fill = fill_event };
	int rc = my_deeds(act, &mine);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	if ((*events = yx_arena_alloc(act->arena, (mine.count + HOME_EVENTS) * sizeof(**events))) == NULL)
		return YX_NO_MEMORY;
	memcpy(*events, mine.items, mine.count * sizeof(**events));
	*n = mine.count;
	if ((rc = their_deeds(act, *events, n)) != YX_OK)
		return rc;
	qsort(*events, *n, sizeof(**events), newest_first);
	if (*n > HOME_EVENTS)
		*n = HOME_EVENTS;
	return YX_OK;
}

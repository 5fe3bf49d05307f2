#include "backend/domain/registry/registry.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_letter.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/list/facet.h"
#include "backend/domain/list/list.h"
#include "backend/domain/registry/deputy.h"
#include "backend/domain/signing/task.h"
#include "common/buf.h"

/* Names with 、 between, each masked. */
static const char *
mask_all(struct act *act, const char *names)
{
	const char *out = "";

	while (names != NULL && *names != '\0' && out != NULL) {
		const char *end = strstr(names, "、");
		size_t n = end != NULL ? (size_t)(end - names) : strlen(names);
		const char *one = yx_arena_strndup(act->arena, names, n);

		out = one == NULL ? NULL
		    : yx_arena_printf(act->arena, "%s%s%s", out, *out != '\0' ? "、" : "", member_mask(act, one));
		names += n + (end != NULL ? strlen("、") : 0);
	}
	return out;
}

/* ---- the list ---- */

#define HAS(state) (1u << ((state) - 1))
#define NOT_SENT (HAS(CONTRACT_DRAFT) | HAS(CONTRACT_SEALING) | HAS(CONTRACT_SEAL_STOPPED))

static const struct list_tab TABS[] = {
	{ "pending", HAS(CONTRACT_WITH_AGENCY), 0 }, { "coming", HAS(CONTRACT_WITH_VENDOR), 0 },
	{ "sealed", HAS(CONTRACT_COMPLETED), 0 },
	{ "other", 0, NOT_SENT | HAS(CONTRACT_WITH_AGENCY) | HAS(CONTRACT_WITH_VENDOR) | HAS(CONTRACT_COMPLETED) },
	{ "all", 0, NOT_SENT },
};
#define TABS_N (sizeof(TABS) / sizeof(TABS[0]))

static void
fill_row(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct registry_row *)item = (struct registry_row){ .id = yx_row_str(r, 0), .number = yx_row_str(r, 1),
		.title = yx_row_str(r, 2), .vendors = yx_row_str(r, 3), .handler = member_mask(ctx, yx_row_str(r, 4)),
		.state = yx_row_str(r, 5), .sent_at = yx_row_time(r, 6), .asked_at = yx_row_time(r, 7),
		.sealers = mask_all(ctx, yx_row_str(r, 8)), .sealed = yx_row_int(r, 9), .needed = yx_row_int(r, 10),
		.deadline = yx_row_str(r, 11) };
}

static int
read_rows(struct act *act, const struct list_result *found, struct registry_row **rows, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**rows), .fill = fill_row, .ctx = act };
	const char *json = list_json(act->arena, found->lines, found->n);
	int rc = json == NULL ? YX_NO_MEMORY : yx_db_list(act->db, act->arena,
	    "SELECT c.id, c.number, c.title, (SELECT GROUP_CONCAT(o.name ORDER BY v.position SEPARATOR '、')"
	    " FROM contract_vendor v JOIN organization o ON o.id = v.organization_id WHERE v.contract_id = c.id), h.name,"
	    " c.state, c.sent_at, (SELECT MIN(m.sent_at) FROM message m WHERE m.contract_id = c.id AND m.kind = 'sealing'"
	    " AND m.sent_at >= c.sent_at), (SELECT GROUP_CONCAT(DISTINCT p.name ORDER BY p.created_at, p.id SEPARATOR '、')"
	    " FROM document d JOIN sign_task t ON t.document_id = d.id AND t.kind = 'sealer'"
	    " AND t.state IN (" TASK_LIVE_STATES ") JOIN member p ON p.id = t.member_id WHERE d.contract_id = c.id"
	    " AND d.retired_at IS NULL), (SELECT MIN((SELECT COUNT(*) FROM sign_task t WHERE t.document_id = d.id"
	    " AND t.kind = 'sealer' AND t.signed_at IS NOT NULL)) FROM document d WHERE d.contract_id = c.id"
	    " AND d.retired_at IS NULL), c.seal_needed, CAST(c.deadline AS CHAR)"
	    " FROM" LIST_JSON_ROWS " STRAIGHT_JOIN contract c ON c.id = j.ref STRAIGHT_JOIN member h ON h.id = c.handler_id"
	    " WHERE c.organization_id = ? ORDER BY j.turn",
	    YX_P(yx_p_str(json), yx_p_str(act->who.organization_id)), &l);

	*rows = l.items;
	*n = l.count;
	return rc;
}

int
registry_list(struct act *act, const struct registry_filter *f, struct page *page, struct registry_page *out)
{
	int64_t properties[CONTRACT_STATES];
	struct list_query q = { .kind = 'C', .owner = act->who.organization_id, .from = day_ms(f->from, 0),
		.to = day_ms(f->to, 1), .text = f->q, .properties = properties, .properties_n = CONTRACT_STATES, .tabs = TABS,
		.tabs_n = TABS_N, .offset = page->offset, .size = page->size };
	struct list_result r;
	int rc;

	*out = (struct registry_page){ .rows = NULL };
	for (unsigned s = 1; s <= CONTRACT_STATES; s++)
		properties[s - 1] = list_facet_number(FACET_STATE, s);
	for (size_t i = 0; f->tab != NULL && i < TABS_N; i++)
		if (strcmp(TABS[i].word, f->tab) == 0)
			q.tab = i;
	if ((rc = list_read(act->db, act->arena, &q, &r)) != YX_OK)
		return rc;
	page->total = r.counts[q.tab];
	out->counters = (struct registry_counters){ r.counts[0], r.counts[1], r.counts[2], r.counts[3], r.counts[4] };
	return read_rows(act, &r, &out->rows, &out->n);
}

/* ---- one contract ---- */

static void
fill_task(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct registry_task *)item = (struct registry_task){ .person = { .id = yx_row_str(r, 0),
		.name = member_mask(ctx, yx_row_str(r, 1)), .account = yx_row_str(r, 2), .unit_name = yx_row_str(r, 3) },
		.deputy_for = yx_row_is_null(r, 4) ? NULL : member_mask(ctx, yx_row_str(r, 4)), .state = yx_row_str(r, 5),
		.at = yx_row_time(r, 6), .open = yx_row_int(r, 7) != 0, .lives = yx_row_int(r, 8) != 0 };
}

/* A sent contract of my agency. */
static int
get_mine(struct act *act, const char *id, struct contract *c)
{
	int rc = contract_get_any(act, id, c);

	if (rc != YX_OK)
		return rc;
	return strcmp(c->organization_id, act->who.organization_id) == 0 && contract_state_is_sent(c->state)
	    ? YX_OK : YX_NOT_FOUND;
}

int
registry_get(struct act *act, const char *id, struct contract *c, struct registry_task **tasks, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**tasks), .fill = fill_task, .ctx = act };
	int rc = get_mine(act, id, c);

	*n = 0;
	if (rc != YX_OK)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.name, m.account, u.name, p.name, SUBSTRING_INDEX(GROUP_CONCAT(t.state ORDER BY t.state + 0),"
	    " ',', 1), MAX(t.signed_at), MAX(t.state IN (" TASK_OPEN_STATES ")), MAX(t.state IN (" TASK_LIVE_STATES "))"
	    " FROM document d JOIN sign_task t ON t.document_id = d.id AND t.kind = 'sealer'"
	    " JOIN member m ON m.id = t.member_id LEFT JOIN unit u ON u.id = m.unit_id"
	    " LEFT JOIN member p ON p.id = t.for_id"
	    " WHERE d.contract_id = ? AND d.retired_at IS NULL GROUP BY m.id, p.id ORDER BY m.created_at, m.id",
	    YX_P(yx_p_str(id)), &l);
	*tasks = l.items;
	*n = l.count;
	return rc;
}

/* ---- who seals ---- */

/* Ids with commas between. */
static const char *
joined(struct act *act, const char *const *members, size_t n)
{
	const char *out = "";

	for (size_t i = 0; out != NULL && i < n; i++)
		out = yx_arena_printf(act->arena, "%s%s%s", out, i > 0 ? "," : "", members[i]);
	return out;
}

/* Enough of them, each once. */
static int
enough(struct act *act, const struct contract *c, const char *const *members, size_t n)
{
	size_t fresh = 0;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COALESCE(MIN((SELECT COUNT(*) FROM sign_task t WHERE t.document_id = d.id AND t.kind = 'sealer'"
	    " AND t.signed_at IS NOT NULL)), 0) FROM document d WHERE d.contract_id = ? AND d.retired_at IS NULL",
	    YX_P(yx_p_str(c->id)), &r);

	for (size_t i = 0; rc == YX_OK && i < n; i++) {
		int has = task_sealed_by(act, c->id, members[i]);

		if (has != YX_OK && has != YX_NOT_FOUND)
			return has;
		fresh += has == YX_NOT_FOUND;
		for (size_t k = 0; k < i; k++)
			if (strcmp(members[i], members[k]) == 0)
				return act_field(act, "sealers", YX_BAD_FIELD);
	}
	if (rc != YX_OK)
		return rc;
	return (int64_t)fresh + yx_row_int(r, 0) >= c->rules.needed ? YX_OK : act_field(act, "sealers", YX_BAD_FIELD);
}

/* Who is new is asked by one message, if it is the agency's turn. */
static int
ask(struct act *act, const struct contract *c, const struct message_recipient *to, size_t n)
{
	struct contract_letter l = { .contract_id = c->id, .kind = "sealing", .only = to, .only_n = n, .at = act_now(act),
		.sender_id = act->who.member_id, .sender_organization_id = c->organization_id, .subject = c->subject,
		.body = c->body };
	struct message_sent sent = { .id = "" };
	int rc = YX_OK, turn = contract_state_may(c->state, CONTRACT_AGENCY_RETURNS);

	if (turn && n > 0)
		rc = contract_letter_send(act, &l, &sent);
	for (size_t i = 0; rc == YX_OK && i < n; i++)
		rc = task_assign(act, c->id, to[i].member_id, turn ? sent.id : NULL);
	return rc;
}

static int
reassign(struct act *act, const struct contract *c, const char *const *members, size_t n)
{
	struct message_recipient *to = yx_arena_alloc(act->arena, (n + 1) * sizeof(*to));
	const char *ids = joined(act, members, n);
	size_t fresh = 0;
	int rc;

	if (to == NULL || ids == NULL)
		return YX_NO_MEMORY;
	if ((rc = contract_assign_sealers(act, c->id, members, n)) != YX_OK ||
	    (rc = task_delegate(act->db, c->id, ids)) != YX_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if ((rc = task_has_sealer(act, c->id, members[i])) == YX_NOT_FOUND)
			to[fresh++] = (struct message_recipient){ c->organization_id, members[i] };
		else if (rc != YX_OK)
			return rc;
	}
	return ask(act, c, to, fresh);
}

/* The names of those who seal from now on, for both sides. */
static int
names_of(struct act *act, const char *id, const char **names)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT GROUP_CONCAT(m.name ORDER BY m.created_at, m.id SEPARATOR '、') FROM contract_sealer s"
	    " JOIN member m ON m.id = s.member_id WHERE s.contract_id = ?", YX_P(yx_p_str(id)), &r);

	if (rc == YX_OK && (*names = mask_all(act, yx_row_str(r, 0))) == NULL)
		rc = YX_NO_MEMORY;
	return rc;
}

int
registry_assign(struct act *act, const char *id, const char *const *members, size_t n)
{
	const char *names = NULL;
	struct contract c;
	int rc = get_mine(act, id, &c);

	if (rc != YX_OK || (rc = contract_row_touch(act->db, id)) != YX_OK || (rc = get_mine(act, id, &c)) != YX_OK)
		return rc;
	if (!contract_state_is_pending(c.state))
		return contract_state_why(c.state);
	if ((rc = enough(act, &c, members, n)) != YX_OK || (rc = reassign(act, &c, members, n)) != YX_OK ||
	    (rc = deputy_apply(act, id)) != YX_OK || (rc = names_of(act, id, &names)) != YX_OK ||
	    (rc = contract_event_add(act, id, "assigned", NULL, names)) != YX_OK)
		return rc;
	return audit_act(act, "contract.assign", id, "sealers", joined(act, members, n));
}

static void
fill_person(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct member_person *)item = (struct member_person){ .id = yx_row_str(r, 0),
		.name = member_mask(ctx, yx_row_str(r, 1)), .account = yx_row_str(r, 2), .unit_name = yx_row_str(r, 3) };
}

int
registry_people(struct act *act, struct member_person **people, size_t *n)
{
	struct yx_db_items l = { .size = sizeof(**people), .fill = fill_person, .ctx = act };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT m.id, m.name, m.account, u.name FROM member m LEFT JOIN unit u ON u.id = m.unit_id"
	    " WHERE m.organization_id = ? AND NOT m.disabled AND EXISTS (SELECT 1 FROM member_role x"
	    " WHERE x.member_id = m.id AND x.role IN ('sealer', 'registry')) ORDER BY m.created_at, m.id LIMIT 500",
	    YX_P(yx_p_str(act->who.organization_id)), &l);

	*people = l.items;
	*n = l.count;
	return rc;
}

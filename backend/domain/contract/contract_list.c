#include "backend/domain/contract/contract.h"

#include <string.h>

#include "backend/domain/base/day.h"
#include "backend/domain/base/mine.h"
#include "backend/domain/list/facet.h"
#include "backend/domain/list/list.h"

/* A property for each state, in its order, from bit 0. */
#define HAS(state) (1u << ((state) - 1))

/* Tabs: everything, what is still open, and one for each state. */
enum { TAB_ALL, TAB_OPEN, TAB_STATE, TABS = TAB_STATE + CONTRACT_STATES };

struct tabs {
	int64_t         properties[CONTRACT_STATES];
	struct list_tab tabs[TABS];
};

static void
fill_tabs(struct tabs *t)
{
	t->tabs[TAB_ALL] = (struct list_tab){ "all", 0, 0 };
	t->tabs[TAB_OPEN] = (struct list_tab){ "open", 0, HAS(CONTRACT_COMPLETED) | HAS(CONTRACT_VOIDED) };
	for (unsigned s = 1; s <= CONTRACT_STATES; s++) {
		t->properties[s - 1] = list_facet_number(FACET_STATE, s);
		t->tabs[TAB_STATE + s - 1] = (struct list_tab){ contract_state_word(s), HAS(s), 0 };
	}
}

static struct list_query
query_of(struct act *act, const struct contract_filter *f, struct tabs *t)
{
	struct list_query q = { .kind = 'C', .owner = act->who.organization_id, .member = act->who.member_id,
		.officer = f->officer_id, .party = f->vendor_id, .from = day_ms(f->from, 0), .to = day_ms(f->to, 1),
		.text = f->q, .extra = f->case_number, .properties = t->properties, .properties_n = CONTRACT_STATES,
		.tabs = t->tabs, .tabs_n = TABS };

	fill_tabs(t);
	for (size_t i = 0; f->state != NULL && i < TABS; i++)
		if (strcmp(t->tabs[i].word, f->state) == 0)
			q.tab = i;
	return q;
}

int
contract_counts(struct act *act, struct contract_counts *counts)
{
	struct tabs t;
	struct list_query q = query_of(act, &(struct contract_filter){ .q = NULL }, &t);
	struct list_result r;
	int rc = list_read(act->db, act->arena, &q, &r);

	for (size_t s = 0; s <= CONTRACT_STATES; s++)
		counts->n[s] = rc == YX_OK && s > 0 ? r.counts[TAB_STATE + s - 1] : 0;
	return rc;
}

static void
fill_row(void *item, const struct yx_rows *r, void *ctx)
{
	*(struct contract_row *)item = (struct contract_row){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2),
		member_mask(ctx, yx_row_str(r, 3)), yx_row_str(r, 4), yx_row_time(r, 5), yx_row_time(r, 6),
		yx_row_str(r, 7), yx_row_str(r, 8) };
}

int
contract_list(struct act *act, const struct contract_filter *f, struct page *page,
    struct contract_page *out)
{
	struct tabs t;
	struct list_query q = query_of(act, f, &t);
	struct yx_db_items l = { .size = sizeof(*out->rows), .fill = fill_row, .ctx = act };
	const char *sort = f->sort == NULL ? "newest" : f->sort, *json;
	int by_time = strcmp(sort, "newest") == 0 || strcmp(sort, "oldest") == 0;
	struct list_result r;
	int rc;

	*out = (struct contract_page){ .n = 0 };
	q.oldest_first = strcmp(sort, "oldest") == 0;
	q.offset = by_time ? page->offset : 0;
	q.size = by_time ? page->size : CONTRACT_SORT_MAX;
	if ((rc = list_read(act->db, act->arena, &q, &r)) != YX_OK)
		return rc;
	page->total = r.counts[q.tab];
	if (!by_time && page->total > CONTRACT_SORT_MAX)
		return act_field(act, "sort", YX_BAD_FIELD);
	if (r.n == 0)
		return YX_OK;
	if ((json = list_json(act->arena, r.lines, r.n)) == NULL)
		return YX_NO_MEMORY;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT c.id, c.number, c.title, h.name, c.state, c.sent_at, c.created_at, c.case_number,"
	    " (SELECT GROUP_CONCAT(o.name ORDER BY v.position SEPARATOR '、') FROM contract_vendor v"
	    " JOIN organization o ON o.id = v.organization_id WHERE v.contract_id = c.id)"
	    " FROM" LIST_JSON_ROWS " STRAIGHT_JOIN contract c ON c.id = j.ref STRAIGHT_JOIN member h ON h.id = c.handler_id"
	    " WHERE" CONTRACT_MINE
	    " ORDER BY IF(? = 'sent', c.sent_at, NULL) DESC, IF(? = 'number', c.number, NULL),"
	    " IF(? = 'title', c.title, NULL), j.turn"
	    " LIMIT ? OFFSET ?",
	    YX_P(yx_p_str(json), CONTRACT_MINE_P(act), yx_p_str(sort), yx_p_str(sort), yx_p_str(sort), yx_p_int(page->size),
	    yx_p_int(by_time ? 0 : page->offset)), &l);
	*out = (struct contract_page){ l.items, l.count };
	return rc;
}

#include <string.h>

#include "backend/domain/base/number.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/template/template_text.h"
#include "common/buf.h"

#define DAY_MS 86400000

/* A day in Taipei, with a character between its parts. */
static const char *
day_text(struct act *act, int64_t at, char between)
{
	char day[9];

	number_day(at, day);
	return yx_arena_printf(act->arena, "%.4s%c%.2s%c%.2s", day, between, day + 4, between, day + 6);
}

int
contract_last_day(struct act *act, const struct contract *c, int64_t at, const char **out)
{
	*out = c->deadline;
	if (c->deadline == NULL && c->deadline_days > 0 &&
	    (*out = day_text(act, at + c->deadline_days * DAY_MS, '-')) == NULL)
		return YX_NO_MEMORY;
	return YX_OK;
}

/* 甲、乙 */
static const char *
vendor_names(struct act *act, const struct contract *c)
{
	const char *out = NULL;
	struct yx_buf b;

	yx_buf_init(&b, 64 * 1024);
	for (size_t i = 0; i < c->vendors_n; i++) {
		yx_buf_adds(&b, i > 0 ? "、" : "");
		yx_buf_adds(&b, c->vendors[i].name);
	}
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(act->arena, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

int
contract_fields(struct act *act, const struct contract *c, int64_t at, struct template_values *out)
{
	const char *last = NULL, *names = vendor_names(act, c), *today = day_text(act, at, '/');
	int rc = contract_last_day(act, c, at, &last);

	*out = (struct template_values){ { [TEXT_NUMBER] = c->number, [TEXT_TITLE] = c->title,
	    [TEXT_CASE] = c->case_number, [TEXT_VENDORS] = names, [TEXT_AGENCY] = c->organization_name,
	    [TEXT_AGENCY_SHORT] = c->short_name, [TEXT_UNIT] = c->unit.name, [TEXT_HANDLER] = c->handler.name,
	    [TEXT_TODAY] = today } };
	if (rc != YX_OK || names == NULL || today == NULL)
		return rc != YX_OK ? rc : YX_NO_MEMORY;
	if (last != NULL && (out->of[TEXT_DEADLINE] =
	    yx_arena_printf(act->arena, "%.4s/%.2s/%.2s", last, last + 5, last + 8)) == NULL)
		return YX_NO_MEMORY;
	return YX_OK;
}

int
contract_fill(struct act *act, struct contract *c, int64_t at)
{
	struct template_values v;
	const char *body = NULL, *subject = NULL;
	int rc = contract_fields(act, c, at, &v);

	if (rc != YX_OK)
		return rc;
	if ((rc = template_fill(act->arena, c->subject, &v, &subject)) != YX_OK)
		return rc == YX_TEXT_FIELD_EMPTY ? act_field(act, "subject", rc) : rc;
	if ((rc = template_fill(act->arena, c->body, &v, &body)) != YX_OK)
		return rc == YX_TEXT_FIELD_EMPTY ? act_field(act, "body", rc) : rc;
	c->subject = subject;
	c->body = body;
	return YX_OK;
}

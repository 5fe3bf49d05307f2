#include "backend/domain/contract/contract_life.h"

#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/base/wording.h"
#include "backend/domain/contract/contract_change.h"
#include "backend/domain/contract/contract_event.h"
#include "backend/domain/contract/contract_parties.h"
#include "backend/domain/contract/contract_row.h"
#include "backend/domain/people/notice.h"
#include "backend/domain/signing/task.h"

#define HOUR_MS (3600 * 1000)

struct asked { const char *member_id, *message_id; };

static void
fill(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct asked *)item = (struct asked){ yx_row_str(r, 0), yx_row_str(r, 1) };
}

static int
remind_one(struct act *act, const struct contract *c, const struct asked *a, int64_t when)
{
	struct wording_values v = { .of = { [FIELD_TITLE] = c->title, [FIELD_NUMBER] = c->number,
		[FIELD_LAST_DAY] = c->deadline != NULL ? c->deadline : "—",
		[FIELD_LINK] = yx_arena_printf(act->arena, "%s/#/messages/%s", act->domain->conf->origin, a->message_id) } };
	struct wording_out out = { NULL, NULL };
	int rc = v.of[FIELD_LINK] == NULL ? YX_NO_MEMORY
	    : wording_write(act, WORDING_REMINDER, c->organization_id, &v, &out);
	struct notice m = { .member_id = a->member_id, .event = "reminder", .message_id = a->message_id, .at = when,
		.subject = out.subject, .body = out.body };

	return rc != YX_OK ? rc : notice_send(act, &m);
}

int
contract_remind_now(struct act *act, const char *id, size_t *mails, int64_t *when)
{
	struct yx_db_items l = { .size = sizeof(struct asked), .fill = fill };
	struct contract c;
	int rc = contract_get_any(act, id, &c);

	*when = act_now(act);
	if (rc == YX_OK)
		rc = parameter_hours(act, c.organization_id, when);
	if (rc == YX_OK)
		rc = task_addresses(act, id, &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		rc = remind_one(act, &c, (const struct asked *)l.items + i, *when);
	*mails = l.count;
	return rc != YX_OK ? rc : contract_event_add(act, id, "reminded", NULL, NULL);
}

int
contract_remind(struct act *act, const char *id, size_t *mails, int64_t *when)
{
	const char *state = NULL;
	int64_t version;
	int rc = contract_row_take(act, id, &state, &version);

	if (rc != YX_OK)
		return rc;
	if (!contract_state_is_pending(state))
		return contract_state_why(state);
	rc = contract_event_since(act, id, "reminded", act_now(act) - HOUR_MS);
	if (rc != YX_NOT_FOUND)
		return rc == YX_OK ? YX_REMINDED : rc;
	rc = contract_remind_now(act, id, mails, when);
	return rc != YX_OK ? rc : audit_act(act, "contract.remind", id, NULL, NULL);
}

/* The addresses with `email` in the place of `instead`, or behind the others. */
static int
put_address(struct act *act, const struct contract *c, const char *email, const char *instead)
{
	const char **list = yx_arena_alloc(act->arena, (c->emails_n + 1) * sizeof(*list));
	size_t n = 0, at;

	if (list == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < c->emails_n; i++)
		if (strcmp(c->emails[i], email) != 0)
			list[n++] = c->emails[i];
	for (at = 0; at < n && (instead == NULL || strcmp(list[at], instead) != 0); at++)
		;
	if (instead != NULL && at == n)
		return act_field(act, "instead", YX_BAD_FIELD);
	list[at] = email;
	return contract_put_emails(act, c->id, list, at == n ? n + 1 : n);
}

int
contract_resend(struct act *act, const char *id, const char *email, const char *instead)
{
	const char *state = NULL;
	struct contract was, is;
	int64_t version;
	int rc = contract_row_take(act, id, &state, &version);

	if (rc != YX_OK)
		return rc;
	if (!contract_state_is_pending(state))
		return contract_state_why(state);
	if ((rc = contract_get_any(act, id, &was)) != YX_OK || (rc = put_address(act, &was, email, instead)) != YX_OK ||
	    (rc = contract_get_any(act, id, &is)) != YX_OK || (rc = contract_change_note(act, &was, &is)) != YX_OK ||
	    (rc = message_mail_again(act, id, email)) != YX_OK ||
	    (rc = contract_event_add(act, id, "resent", NULL, NULL)) != YX_OK)
		return rc;
	return audit_act(act, "contract.resend", id, NULL, NULL);
}

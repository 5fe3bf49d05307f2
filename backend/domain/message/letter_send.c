#include "backend/domain/message/letter.h"

#include <stdio.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/base/outbox.h"
#include "backend/domain/base/parameter.h"
#include "backend/domain/document/document.h"
#include "backend/domain/people/member.h"
#include "backend/domain/signing/task.h"
#include "backend/domain/template/template_text.h"
#include "common/crash.h"

/* Everybody must be there to read it: people in office, vendors with somebody who signs. */
static int
readers(struct act *act, const struct letter *l)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT COALESCE(SUM(p.member_id IS NOT NULL AND m.disabled), 0),"
	    " COALESCE(SUM(p.member_id IS NULL AND NOT EXISTS (SELECT 1 FROM member s WHERE s.organization_id ="
	    " p.organization_id AND" MEMBER_SIGNS("s") ")), 0) FROM letter_recipient p"
	    " LEFT JOIN member m ON m.id = p.member_id WHERE p.letter_id = ?", YX_P(yx_p_str(l->id)), &r);

	if (rc != YX_OK)
		return rc;
	return yx_row_int(r, 0) > 0 ? act_field(act, "to", YX_BAD_FIELD)
	    : yx_row_int(r, 1) > 0 ? act_field(act, "to", YX_VENDOR_NO_SIGNER) : YX_OK;
}

static int
has_pdf(const struct letter *l)
{
	for (size_t i = 0; i < l->documents_n; i++)
		if (strcmp(l->documents[i].format, "pdf") == 0)
			return 1;
	return 0;
}

static int
check(struct act *act, const struct letter *l)
{
	size_t asked = 0;

	for (size_t i = 0; i < l->parties_n; i++)
		asked += !l->parties[i].copy;
	if (asked == 0)
		return act_field(act, "to", YX_FIELD_REQUIRED);
	if (l->parties_n > LETTER_PARTIES)
		return act_field(act, "to", YX_FIELD_TOO_LONG);
	if (*l->subject == '\0')
		return act_field(act, "subject", YX_FIELD_REQUIRED);
	if (*l->body == '\0')
		return act_field(act, "body", YX_FIELD_REQUIRED);
	/* (a field of a template that nobody has replaced) */
	if (template_has_field(l->subject) || template_has_field(l->body))
		return act_field(act, template_has_field(l->subject) ? "subject" : "body", YX_TEXT_FIELD_EMPTY);
	if (l->needs_signature && !has_pdf(l))
		return YX_NO_DOCUMENT;
	if (l->reply_by != NULL && day_ms(l->reply_by, 1) <= act_now(act))
		return act_field(act, "replyBy", YX_BAD_FIELD);
	return readers(act, l);
}

/* Numbers, and the message with its recipients in the order of the letter. */
static int
post(struct act *act, const struct letter *l, struct message_sent *out)
{
	struct message_recipient to[LETTER_PARTIES];
	struct message_document with[LETTER_DOCUMENTS];
	struct message_new m = { .id = l->id, .kind = "letter", .contract_id = l->contract_id,
		.sender_id = act->who.member_id, .sender_organization_id = act->who.organization_id, .subject = l->subject,
		.body = l->body, .original_id = l->original_id, .recipients = to, .recipients_n = l->parties_n,
		.documents = with, .documents_n = l->documents_n, .now_ms = act_now(act) };
	char number[NUMBER_SIZE];
	int rc = l->documents_n > LETTER_DOCUMENTS ? YX_FIELD_TOO_LONG : YX_OK;

	for (size_t i = 0; i < l->parties_n; i++)
		to[i] = (struct message_recipient){ l->parties[i].organization_id, l->parties[i].member_id };
	for (size_t i = 0; rc == YX_OK && i < l->documents_n; i++) {
		with[i] = (struct message_document){ l->documents[i].id, l->documents[i].revision };
		if ((rc = number_next(act->db, NUMBER_DOCUMENT(act), m.now_ms, number)) == YX_OK)
			rc = document_set_number(act->db, l->documents[i].id, number);
	}
	return rc != YX_OK ? rc : message_send(act, &m, out);
}

/* A signature of each recipient (not the copies) on each attachment that can be signed. */
static int
ask_signatures(struct act *act, const struct letter *l)
{
	char field[41];
	int rc = YX_OK;

	for (size_t i = 0; i < l->parties_n; i++) {
		const struct letter_party *p = &l->parties[i];

		snprintf(field, sizeof(field), LETTER_FIELD, l->id, (int)i + 1);
		for (size_t k = 0; rc == YX_OK && !p->copy && k < l->documents_n; k++) {
			if (strcmp(l->documents[k].format, "pdf") != 0)
				continue;
			struct task_new t = { .document_id = l->documents[k].id, .kind = "letter",
				.organization_id = p->organization_id, .member_id = p->member_id, .field = field,
				.message_id = l->id };

			rc = task_create(act->db, &t);
		}
	}
	return rc;
}

int
letter_send(struct act *act, const char *id, int64_t version, struct message_sent *out)
{
	const char *state = NULL;
	struct letter l;
	int64_t now = 0;
	int rc = letter_take(act, id, &state, &now);

	if (rc != YX_OK)
		return rc;
	if (!letter_state_is_draft(state))
		return YX_STATE;
	if (now != version)
		return YX_CONFLICT;
	if ((rc = letter_get(act, id, &l)) != YX_OK || (rc = check(act, &l)) != YX_OK ||
	    (rc = task_letter_end(act->db, id)) != YX_OK || (rc = letter_row_sent(act, id)) != YX_OK ||
	    (rc = post(act, &l, out)) != YX_OK)
		return rc;
	yx_crash_point("letter.tx.message");
	if (l.needs_signature && (rc = ask_signatures(act, &l)) != YX_OK)
		return rc;
	if (l.original_id != NULL && (rc = message_replied(act, l.original_id)) != YX_OK)
		return rc;
	return audit_act(act, "letter.send", id, "number", out->number);
}

/* Whoever's mail is out already hears that there is nothing to read any more. */
static int
take_mails_back(struct act *act, const struct letter *l)
{
	const char *body = yx_arena_printf(act->arena,
	    "寄件者已收回此文件，平台上不再顯示。\nThe sender has recalled this document; the platform shows it no more.\n\n"
	    "主旨：%s\n郵件編號：%s\n\n" MAIL_CLOSING,
	    l->subject, l->number, act->domain->conf->platform_name);
	struct outbox_new mail = { .subject = yx_arena_printf(act->arena, "已收回：%s", l->subject), .body = body,
		.message_id = l->id, .at = act_now(act) };

	if (body == NULL || mail.subject == NULL)
		return YX_NO_MEMORY;
	return outbox_take_back(act->db, act->arena, &mail);
}

int
letter_recall(struct act *act, const char *id)
{
	const char *state = NULL;
	struct letter l;
	int rc = letter_take(act, id, &state, NULL);

	if (rc != YX_OK || (rc = letter_get(act, id, &l)) != YX_OK)
		return rc;
	if (!letter_state_is_sent(state))
		return YX_STATE;
	/* The lists' lines go with the recipients; tasks first, which count in them. */
	if ((rc = task_letter_end(act->db, id)) != YX_OK || (rc = message_recall(act, id)) != YX_OK ||
	    (rc = letter_row_recalled(act, id)) != YX_OK || (rc = take_mails_back(act, &l)) != YX_OK)
		return rc;
	return audit_act(act, "letter.recall", id, "number", l.number);
}

/* ---- the worker's part ---- */

static void
fill_due(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(struct letter *)item = (struct letter){ .id = yx_row_str(r, 0), .subject = yx_row_str(r, 1),
		.number = yx_row_str(r, 2), .reply_by = yx_row_str(r, 3) };
}

struct reminding { struct act *act; const struct letter *l; const char *day; };

static int
remind(struct yx_db *db, void *ctx)
{
	struct reminding *x = ctx;
	const char *subject = yx_arena_printf(x->act->arena, "提醒回覆：%s", x->l->subject);
	const char *body = yx_arena_printf(x->act->arena,
	    "下列文件請於 %s 前回覆。\nPlease answer the following by %s.\n\n主旨：%s\n郵件編號：%s\n"
	    "查看郵件 Read it here：%s/#/messages/%s\n\n"
	    MAIL_CLOSING,
	    x->l->reply_by, x->l->reply_by, x->l->subject, x->l->number, x->act->domain->conf->origin, x->l->id,
	    x->act->domain->conf->platform_name);
	int rc = letter_row_reminded(x->act, x->l->id, x->day);

	(void)db;
	if (rc != YX_OK)
		return rc == YX_STATE ? YX_OK : rc;
	if (subject == NULL || body == NULL)
		return YX_NO_MEMORY;
	if ((rc = message_mail_owing(x->act, x->l->id, subject, body)) != YX_OK)
		return rc;
	return audit_act(x->act, "letter.remind", x->l->id, NULL, NULL);
}

int
letter_remind_due(struct act *act, size_t *done)
{
	struct yx_db_items l = { .size = sizeof(struct letter), .fill = fill_due };
	char today[9], tomorrow[9];
	int64_t now = act_now(act), when = now;
	int rc = parameter_hours(act, NULL, &when);

	*done = 0;
	number_day(act_now(act), today);
	number_day(act_now(act) + 24 * 3600 * (int64_t)1000, tomorrow);
	if (rc != YX_OK || when != now)
		return rc;
	rc = yx_db_list(act->db, act->arena,
	    "SELECT l.id, l.subject, m.number, CAST(l.reply_by AS CHAR) FROM letter l JOIN message m ON m.id = l.id"
	    " WHERE l.state = 'sent' AND l.reply_by BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)"
	    " AND (l.needs_reply OR l.needs_signature) AND (l.reminded_on IS NULL OR l.reminded_on < CAST(? AS DATE))"
	    " LIMIT 500", YX_P(yx_p_str(today), yx_p_str(tomorrow), yx_p_str(today)), &l);
	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		struct reminding x = { act, (const struct letter *)l.items + i, today };

		if ((rc = yx_db_tx(act->db, remind, &x)) == YX_OK)
			++*done;
	}
	return rc;
}

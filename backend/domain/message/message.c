#include "backend/domain/message/message.h"

#include <string.h>

#include "backend/domain/base/mine.h"
#include "backend/domain/base/outbox.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/notice.h"

static int
put_message(struct yx_db *db, const struct message_new *m, const char *id, const char *number)
{
	return yx_db_exec(db,
	    "INSERT INTO message (id, number, kind, contract_id, sender_id, sender_organization_id, subject, body,"
	    " original_id, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(number), yx_p_str(m->kind), yx_p_str(m->contract_id), yx_p_str(m->sender_id),
	    yx_p_str(m->sender_organization_id), yx_p_str(m->subject), yx_p_str(m->body), yx_p_str(m->original_id),
	    yx_p_time(m->now_ms)), NULL);
}

static int
put_rows(struct yx_db *db, const struct message_new *m, const char *id)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < m->recipients_n; i++)
		rc = yx_db_exec(db,
		    "INSERT INTO message_recipient (message_id, position, organization_id, member_id) VALUES (?, ?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_int((int64_t)i + 1), yx_p_str(m->recipients[i].organization_id),
		    yx_p_str(m->recipients[i].member_id)), NULL);
	for (size_t i = 0; rc == YX_OK && i < m->documents_n; i++)
		rc = yx_db_exec(db,
		    "INSERT INTO message_document (message_id, document_id, revision) VALUES (?, ?, ?)",
		    YX_P(yx_p_str(id), yx_p_str(m->documents[i].document_id), yx_p_int(m->documents[i].revision)), NULL);
	return rc;
}

struct mail_kind { const char *kind, *asks; };

/* What each kind of message asks of whoever gets its mail, before the officer's words. */
static const struct mail_kind MAIL_KINDS[] = {
	{ "notice", "有一份契約文件請貴單位以憑證卡片簽署。\nA contract waits for your organization's signature." },
	{ "sealing", "廠商已完成簽署，請以機關憑證卡片用印。\nThe vendor has signed; please seal the contract with the agency card." },
	{ "reply", "您的契約文件有新的回覆。\nThere is a reply about your contract." },
	{ "returned", "契約已被退回，原因如下。\nThe contract was returned for this reason." },
	{ "void_asked", "有一份契約提出作廢，請您確認。\nA contract shall be voided; a second person has to confirm." },
	{ "void", "契約已作廢，原因如下。\nThe contract is void for this reason." },
	{ "expired", "契約已逾簽署期限。\nThe deadline of the contract has passed." },
	{ "letter", "您有一份新文件。\nA document was sent to you." },
	{ "glass", "管理者調閱了一份與貴方有關的契約。\nAn administrator reads a contract of yours." },
	{ "completed", "契約已由各方簽署完成，可登入下載。\nAll parties have signed; the contract is complete." },
};

static const char *
asks_for(const char *kind)
{
	for (size_t i = 0; i < sizeof(MAIL_KINDS) / sizeof(MAIL_KINDS[0]); i++)
		if (strcmp(MAIL_KINDS[i].kind, kind) == 0)
			return MAIL_KINDS[i].asks;
	return "";
}

/* What a mail says: what is asked, and where to look. The contract itself never leaves
 * by mail; a sealer's mail does not repeat what was written to the vendor. */
static const char *
mail_body(struct act *act, const struct message_new *m, const char *id, const char *number)
{
	const struct yx_conf *conf = act->domain->conf;
	int sealing = strcmp(m->kind, "sealing") == 0;

	return yx_arena_printf(act->arena,
	    "%s\n\n主旨：%s\n郵件編號：%s\n%s%s%s查看郵件 Read it here：%s/#/%s/%s\n\n"
	    MAIL_CLOSING,
	    asks_for(m->kind), m->subject, number, sealing ? "" : "\n", sealing ? "" : m->body, sealing ? "" : "\n\n",
	    conf->origin, sealing ? "sealing" : "messages", id, conf->platform_name);
}

static void
fill_member(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

/* What a member chooses for when it is about such a message. */
static const char *
event_of(const char *kind)
{
	static const char *const tasks[] = { "notice", "sealing", "letter" }, *const same[] = { "reply", "completed" };

	for (size_t i = 0; i < 3; i++)
		if (strcmp(kind, tasks[i]) == 0)
			return "task";
	for (size_t i = 0; i < 2; i++)
		if (strcmp(kind, same[i]) == 0)
			return same[i];
	return "returned";
}

/* A person, or all who may sign for the organization, each as they want to hear of it; one
 * mail to an address that several share. */
static int
mail_recipients(struct act *act, const struct outbox_new *mail, const char *kind)
{
	struct notice n = { .event = event_of(kind), .subject = mail->subject, .body = mail->body,
		.message_id = mail->message_id, .at = mail->at };
	struct yx_db_items l = { .size = sizeof(const char *), .fill = fill_member };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT MIN(p.id) FROM message_recipient r JOIN member p ON p.id = r.member_id"
	    " OR (r.member_id IS NULL AND p.organization_id = r.organization_id AND" MEMBER_SIGNS("p") ")"
	    " WHERE r.message_id = ? AND NOT p.disabled GROUP BY p.email", YX_P(yx_p_str(mail->message_id)), &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		n.member_id = ((const char *const *)l.items)[i];
		rc = notice_send(act, &n);
	}
	return rc;
}

static int
put_mails(struct act *act, const struct message_new *m, const char *id, const char *number)
{
	struct outbox_new mail = { .subject = m->subject, .body = mail_body(act, m, id, number), .message_id = id,
		.at = m->now_ms };
	int rc = mail.body == NULL ? YX_NO_MEMORY : mail_recipients(act, &mail, m->kind);

	for (size_t i = 0; rc == YX_OK && i < m->emails_n; i++) {
		mail.recipient = m->emails[i];
		rc = outbox_add(act->db, &mail);
	}
	return rc;
}

int
message_send(struct act *act, const struct message_new *m, struct message_sent *out)
{
	int rc;

	if (m->id != NULL)
		memcpy(out->id, m->id, YX_ID_SIZE);
	else
		yx_random_id(out->id);
	if ((rc = number_next(act->db, NUMBER_MESSAGE(act), m->now_ms, out->number)) != YX_OK ||
	    (rc = put_message(act->db, m, out->id, out->number)) != YX_OK ||
	    (rc = put_rows(act->db, m, out->id)) != YX_OK ||
	    (rc = client_event_message(act, out->id, m->contract_id)) != YX_OK)
		return rc;
	return act->no_mail ? YX_OK : put_mails(act, m, out->id, out->number);
}

int
message_mail_again(struct act *act, const char *contract_id, const char *email)
{
	struct outbox_new mail = { .recipient = email, .at = act_now(act) };
	struct message_new m = { .kind = "notice" };
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT id, number, subject, body FROM message WHERE contract_id = ? AND kind = 'notice'"
	    " ORDER BY number DESC LIMIT 1", YX_P(yx_p_str(contract_id)), &r);

	if (rc != YX_OK)
		return rc;
	mail.message_id = yx_row_str(r, 0);
	mail.subject = m.subject = yx_row_str(r, 2);
	m.body = yx_row_str(r, 3);
	mail.body = mail_body(act, &m, mail.message_id, yx_row_str(r, 1));
	return mail.body == NULL ? YX_NO_MEMORY : outbox_add(act->db, &mail);
}

int
message_mail_owing(struct act *act, const char *id, const char *subject, const char *body)
{
	struct notice n = { .event = "reminder", .subject = subject, .body = body, .message_id = id, .at = act_now(act) };
	struct yx_db_items l = { .size = sizeof(const char *), .fill = fill_member };
	int rc = yx_db_list(act->db, act->arena,
	    "SELECT MIN(p.id) FROM message_recipient r JOIN letter_recipient k ON k.letter_id = r.message_id"
	    " AND k.position = r.position AND NOT k.copy JOIN member p ON p.id = r.member_id"
	    " OR (r.member_id IS NULL AND p.organization_id = r.organization_id AND" MEMBER_SIGNS("p") ")"
	    " WHERE r.message_id = ? AND r.replied_at IS NULL AND NOT p.disabled GROUP BY p.email", YX_P(yx_p_str(id)), &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++) {
		n.member_id = ((const char *const *)l.items)[i];
		rc = notice_send(act, &n);
	}
	return rc;
}

int
message_recall(struct act *act, const char *id)
{
	struct yx_rows *r = NULL;
	/* Readers write to the same rows: whoever comes first keeps the other waiting. */
	int rc = yx_db_exec(act->db, "DELETE FROM message_recipient WHERE message_id = ? AND read_at IS NULL",
	    YX_P(yx_p_str(id)), NULL);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena,
	    "SELECT COUNT(*) FROM message_recipient WHERE message_id = ?", YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	return yx_row_int(r, 0) > 0 ? YX_READ_ALREADY : YX_OK;
}

int
message_mark_read(struct act *act, const char *id, int *first)
{
	uint64_t changed = 0;
	int rc = yx_db_exec(act->db,
	    "UPDATE message_recipient r SET r.read_at = ?, r.read_by = ?"
	    " WHERE r.message_id = ? AND r.read_at IS NULL AND" RECIPIENT_ME,
	    YX_P(yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(id), MINE_P(act)), &changed);

	*first = changed > 0;
	return rc;
}

int
message_replied(struct act *act, const char *id)
{
	return yx_db_exec(act->db,
	    "UPDATE message_recipient r SET r.replied_at = ? WHERE r.message_id = ? AND" RECIPIENT_ME,
	    YX_P(yx_p_time(act_now(act)), yx_p_str(id), MINE_P(act)), NULL);
}

int
message_wipe(struct yx_db *db, const char *contract_id)
{
	return yx_db_exec(db, "UPDATE message SET body = '' WHERE contract_id = ?", YX_P(yx_p_str(contract_id)), NULL);
}

int
message_succeed(struct act *act, const struct organization_pair *p)
{
	int rc = yx_db_exec(act->db,
	    "UPDATE message SET sender_organization_id = ?, was_id = IF(was_id = '', ?, was_id)"
	    " WHERE sender_organization_id = ?", YX_P(yx_p_str(p->into), yx_p_str(p->from), yx_p_str(p->from)), NULL);

	return rc != YX_OK ? rc : yx_db_exec(act->db,
	    "UPDATE message_recipient SET organization_id = ?, was_id = IF(was_id = '', ?, was_id)"
	    " WHERE organization_id = ?", YX_P(yx_p_str(p->into), yx_p_str(p->from), yx_p_str(p->from)), NULL);
}

#include "backend/domain/message/letter.h"

#include "backend/domain/base/outbox.h"
#include "backend/domain/people/member.h"

int
letter_receipt(struct act *act, const char *message_id)
{
	struct outbox_new mail = { .message_id = message_id, .at = act_now(act) };
	const struct yx_conf *conf = act->domain->conf;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT p.email, l.subject, m.number FROM letter l JOIN message m ON m.id = l.id JOIN member p ON p.id ="
	    " l.member_id WHERE l.id = ? AND l.receipt AND NOT p.disabled", YX_P(yx_p_str(message_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	mail.recipient = yx_row_str(r, 0);
	mail.subject = yx_arena_printf(act->arena, "已讀：%s", yx_row_str(r, 1));
	mail.body = yx_arena_printf(act->arena,
	    "%s(%s) 已讀取您傳送的文件。\nThe document that you sent has been read.\n\n主旨：%s\n郵件編號：%s\n"
	    "查看郵件 Read it here：%s/#/sent/%s\n\n"
	    MAIL_CLOSING,
	    act->who.organization_name, member_mask(act, act->who.name), yx_row_str(r, 1), yx_row_str(r, 2), conf->origin,
	    message_id, conf->platform_name);
	return mail.subject == NULL || mail.body == NULL ? YX_NO_MEMORY : outbox_add(act->db, &mail);
}

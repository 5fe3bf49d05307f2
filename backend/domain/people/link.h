/* link.h - floor 4: what a link in a mail does: confirms an address, sets a forgotten
 * password, lets an invited member in; the one writer of the tables account_link and
 * password_request.
 *
 * A link is good once and for a while; its token is only in the mail. That somebody has
 * forgotten a password is written down for every name alike, and the worker looks whether
 * there is such a member: neither answer nor time tells it. */
#ifndef YX_LINK_H
#define YX_LINK_H

#include "backend/act.h"

#define LINK_PASSWORD_MOST 3   /* mails an hour to one member */

/* In a transaction: mails the member a link. kind: "email" (to confirm that address),
 * "password" or "invitation"; an older link of that kind is no longer good. */
int link_send(struct act *act, const char *member_id, const char *kind, const char *email) YX_MUST_USE;

struct link {
	const char *kind, *member_id, *email;
	const char *account, *name, *organization_name;
};
/* What a link is for. YX_LINK_EXPIRED: used, too old, or none. */
int link_look(struct act *act, const char *token, struct link *out) YX_MUST_USE;
/* Uses one of kind "email": the address is the member's from now on, and the old one is
 * told. In a transaction. */
int link_confirm_email(struct act *act, const char *token) YX_MUST_USE;
/* Uses one of kind "password" or "invitation": the password is set, the member's sessions
 * end. Runs its own transaction. YX_LINK_EXPIRED, and those of password_prepare(). */
int link_set_password(struct act *act, const char *token, const char *password) YX_MUST_USE;
/* The address that waits to be confirmed by act->who; NULL if none. */
int link_pending_email(struct act *act, const char **email) YX_MUST_USE;

/* Somebody has forgotten the password of that account, or of the one with that address. */
int link_forgotten(struct act *act, const char *account) YX_MUST_USE;
/* For the worker: mails links to the members who are meant; *done requests. */
int link_work(struct act *act, size_t *done) YX_MUST_USE;
/* Removes links that are long over (worker). */
int link_sweep(struct yx_db *db, int64_t now_ms) YX_MUST_USE;

#endif

/* contract_row.h - floor 4: the one writer of the table contract. Every function runs
 * in the caller's transaction; who may call it, and when, others decide. */
#ifndef YX_CONTRACT_ROW_H
#define YX_CONTRACT_ROW_H

#include "backend/domain/contract/contract.h"

/* A new draft of act->who. YX_NUMBER_TAKEN. */
int contract_row_add(struct act *act, const char *id, const struct contract_basics *b) YX_MUST_USE;
/* Number, title, case number, unit. YX_NUMBER_TAKEN. */
int contract_row_basics(struct act *act, const char *id, const struct contract_basics *b) YX_MUST_USE;
/* Subject and body of the notice. */
int contract_row_notice(struct yx_db *db, const char *id, const char *subject, const char *body) YX_MUST_USE;
/* Signing rules; `needed` as it was chosen or, when it is sent, as it is. */
int contract_row_rules(struct yx_db *db, const char *id, const struct contract_rules *r) YX_MUST_USE;
/* The deadline is so many days after sending; 0: none. Takes back a day that was set. */
int contract_row_deadline_days(struct yx_db *db, const char *id, int64_t days, int hard) YX_MUST_USE;
/* The version of a template that it began with. */
int contract_row_template(struct yx_db *db, const char *id, const char *template_id, int64_t version) YX_MUST_USE;
/* The case goes over to a member, with the member's unit. */
int contract_row_handler(struct yx_db *db, const char *id, const char *member_id) YX_MUST_USE;
/* Raises the version: the lock of whoever changes anything about the contract. YX_NOT_FOUND. */
int contract_row_touch(struct yx_db *db, const char *id) YX_MUST_USE;
/* The same if the contract is act->who's; its state and new version. YX_NOT_FOUND. */
int contract_row_take(struct act *act, const char *id, const char **state, int64_t *version) YX_MUST_USE;
/* Writes a state, and when it was sent or completed (ms UTC; 0: as it is). */
int contract_row_state(struct yx_db *db, const char *id, const char *state, int64_t sent_at,
    int64_t completed_at) YX_MUST_USE;
/* The next round begins: not sent yet. */
int contract_row_round(struct yx_db *db, const char *id) YX_MUST_USE;
/* deadline: YYYY-MM-DD or NULL. Automatic reminders may come again. */
int contract_row_deadline(struct yx_db *db, const char *id, const char *deadline, int hard) YX_MUST_USE;
/* An automatic reminder went out on that day (YYYYMMDD). */
int contract_row_reminded(struct yx_db *db, const char *id, const char *day) YX_MUST_USE;
/* It is the next 契約變更 of another. */
int contract_row_amends(struct yx_db *db, const char *id, const char *amends_id) YX_MUST_USE;
/* It is a copy of another. */
int contract_row_copied(struct yx_db *db, const char *id, const char *from_id) YX_MUST_USE;
/* Removes it with its parties, e-mails, documents and their revisions. */
int contract_row_remove(struct yx_db *db, const char *id) YX_MUST_USE;

#endif

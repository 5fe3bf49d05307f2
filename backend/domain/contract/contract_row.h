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
/* Writes a state, and the moments (ms UTC) that come with it: sent and completed 0: as they are; ended 0: it
 * is not over, or goes on again. */
struct contract_moments { int64_t sent, completed, ended; };
int contract_row_state(struct yx_db *db, const char *id, const char *state,
    const struct contract_moments *m) YX_MUST_USE;
/* The next round begins: not sent yet. */
int contract_row_round(struct yx_db *db, const char *id) YX_MUST_USE;
/* deadline: YYYY-MM-DD or NULL. Automatic reminders may come again. */
int contract_row_deadline(struct yx_db *db, const char *id, const char *deadline, int hard) YX_MUST_USE;
/* An automatic reminder went out on that day (YYYYMMDD). */
int contract_row_reminded(struct yx_db *db, const char *id, const char *day) YX_MUST_USE;
/* It is the next 契約變更 of another. */
int contract_row_amends(struct yx_db *db, const char *id, const char *amends_id) YX_MUST_USE;
/* In a merger: all of the agency's; each remembers under whose name and number it was made. */
int contract_row_succeed(struct act *act, const struct organization_pair *p) YX_MUST_USE;
/* It is a copy of another. */
int contract_row_copied(struct yx_db *db, const char *id, const char *from_id) YX_MUST_USE;
/* Removes it with its parties, e-mails, documents and their revisions. */
int contract_row_remove(struct yx_db *db, const char *id) YX_MUST_USE;

/* 保存年限. The period of contract c as a word of the parameter, and its last day: NULL for ever, or not over.
 * Parameters: CONTRACT_PERIOD_P, CONTRACT_KEEP_P. */
#define CONTRACT_PLACE "'', c.organization_id, c.unit_id, c.id"
#define CONTRACT_PERIOD \
	"IF(c.completed_at IS NOT NULL, COALESCE(" \
	PARAMETER_SQL("retention.completed", "c.organization_id", CONTRACT_PLACE) ", ?), COALESCE(" \
	PARAMETER_SQL("retention.ended", "c.organization_id", CONTRACT_PLACE) ", ?))"
#define CONTRACT_PERIOD_P yx_p_str(PARAMETER[RETAIN_COMPLETED].fallback), yx_p_str(PARAMETER[RETAIN_ENDED].fallback)
#define CONTRACT_KEEP_UNTIL \
	"GREATEST(DATE(c.ended_at + INTERVAL 8 HOUR) + INTERVAL CAST(NULLIF(" CONTRACT_PERIOD ", 'permanent') AS SIGNED)" \
	" YEAR, COALESCE(c.keep_longer, DATE'1900-01-01'))"
#define CONTRACT_KEEP_P CONTRACT_PERIOD_P

/* Computes it for some whose last day is not known. *done: how many. */
int contract_row_keep_some(struct yx_db *db, int64_t most, uint64_t *done) YX_MUST_USE;
/* The same for those of an agency ("": of all) with an id in a range. */
struct contract_range { const char *organization_id, *after, *upto; };
int contract_row_keep_range(struct yx_db *db, const struct contract_range *x) YX_MUST_USE;
/* It has to be computed anew. */
int contract_row_keep_stale(struct yx_db *db, const char *id) YX_MUST_USE;
/* It is on a list of what may go, or taken off again (years > 0: and kept for so many from today). */
int contract_row_listed(struct yx_db *db, const char *id, int listed, int64_t years) YX_MUST_USE;
/* Somebody holds it (保全), or nobody any more. */
int contract_row_held(struct yx_db *db, const char *id, int held) YX_MUST_USE;
/* Its files are gone, and the text of its notice with them. */
int contract_row_destroyed(struct yx_db *db, const char *id, int64_t at) YX_MUST_USE;

#endif

/* contract.h - floor 4: the contract: its data, its states, who may see it.
 *
 * The states and what leads from one to the next stand in one table
 * (contract_state.c); nobody else decides. Who is not handler or officer of a
 * contract does not find it: YX_NOT_FOUND. */
#ifndef YX_CONTRACT_H
#define YX_CONTRACT_H

#include "backend/domain/base/domain.h"
#include "backend/domain/people/member.h"
#include "backend/domain/proof/proof.h"

enum contract_event {
	CONTRACT_SEND,          /* draft → sealing: claimed by one sender */
	CONTRACT_SEALED,        /* sealing → vendor_pending: sent_at */
	CONTRACT_SEAL_FAILED,   /* sealing → seal_failed: may be sent again */
	CONTRACT_INTERRUPTED,   /* sealing → draft: the server died meanwhile */
	CONTRACT_VENDORS_SIGNED, /* vendor_pending → agency_pending */
	CONTRACT_COMPLETE,      /* agency_pending → completed: completed_at */
	CONTRACT_VENDOR_RETURNS, /* vendor_pending → returned */
	CONTRACT_AGENCY_RETURNS, /* agency_pending → returned */
	CONTRACT_REVISE,        /* returned → draft: the next round */
	CONTRACT_VOID,          /* whatever is under way → voided */
	CONTRACT_EXPIRE,        /* what waits for a signature → expired */
	CONTRACT_RESUME_VENDOR, /* expired → vendor_pending */
	CONTRACT_RESUME_AGENCY, /* expired → agency_pending */
};
/* The states, numbered as the ENUM of the column counts them; never renumber. */
enum contract_state {
	CONTRACT_DRAFT = 1, CONTRACT_SEALING, CONTRACT_SEAL_STOPPED, CONTRACT_WITH_VENDOR, CONTRACT_WITH_AGENCY,
	CONTRACT_COMPLETED, CONTRACT_RETURNED, CONTRACT_VOIDED, CONTRACT_EXPIRED,
};
#define CONTRACT_STATES CONTRACT_EXPIRED
/* Its word, as the database and the API write it. */
const char *contract_state_word(enum contract_state state);
/* Applies an event in the open transaction: locks the row, looks the step up, raises
 * the version; *state (may be NULL) is the new state. YX_STATE if the table has no such
 * step, YX_NOT_FOUND. */
int contract_apply(struct act *act, const char *id, enum contract_event event, int64_t now_ms,
    const char **state) YX_MUST_USE;
/* May everything be changed (draft, or its sealing failed); has it gone to the vendor. */
int contract_state_is_draft(const char *state);
int contract_state_is_sent(const char *state);
int contract_state_is_done(const char *state);   /* all have signed */
/* Does the table know that step. */
int contract_state_may(const char *state, enum contract_event event);
/* Does it wait for a signature; the same as words for SQL. */
#define CONTRACT_PENDING_STATES "'vendor_pending', 'agency_pending'"
int contract_state_is_pending(const char *state);
/* Why nothing can be signed in that state: YX_RETURNED, YX_VOIDED, YX_EXPIRED, else YX_STATE. */
int contract_state_why(const char *state);
/* In a transaction: holds the contract's row for a signature of `kind` ("vendor",
 * "sealer"); YX_OK if it waits for one, else why not. */
int contract_hold_for_signature(struct act *act, const char *id, const char *kind) YX_MUST_USE;
/* Sealings that a dead server left behind go back to draft; nothing was numbered or
 * sent. server: only those that this server claimed (it has just started, so it is at
 * work on none); NULL: of any server, older than age_ms. */
int contract_recover(struct yx_db *db, int64_t now_ms, int64_t age_ms, const char *server) YX_MUST_USE;
/* The name under which this server claims: host and socket. In the arena. */
const char *contract_server(struct yx_arena *a, const struct yx_conf *conf);

/* contract_edit.c — what handler and officers write. All within a transaction. */
struct contract_basics {
	const char *number, *title, *case_number, *unit_id;
	const char *const *officers;   /* member ids */
	size_t      officers_n;
	const char *handler_id;        /* NULL: unchanged */
	const char *const *emails;     /* NULL: unchanged */
	size_t      emails_n;
	int64_t     version;           /* what the editor saw; 0: not checked */
};
int contract_create(struct act *act, const struct contract_basics *b, char id[YX_ID_SIZE]) YX_MUST_USE;
/* YX_CONFLICT if the version is not what the editor saw. After sending number and title
 * are fixed (YX_FIXED with the field) and each change is noted for both sides. */
int contract_update(struct act *act, const char *id, const struct contract_basics *b, int64_t *version) YX_MUST_USE;
int contract_discard(struct act *act, const char *id) YX_MUST_USE;
/* Who has to sign: of the sealers any one, all, or `needed` of them ("any", "all", "some"). */
struct contract_rules {
	int         in_order;          /* vendors sign one after the other, as they are listed */
	const char *representative;    /* of the vendors (代表廠商), or NULL */
	const char *seal;              /* "any", "all", "some" */
	int64_t     needed;            /* of the sealers; fixed for every rule when it is sent */
};
/* How many of so many sealers have to seal by these rules. */
int64_t contract_seals(const struct contract_rules *r, size_t sealers);
struct contract_signers {
	const char *const *vendors, *const *sealers, *const *emails;
	size_t      vendors_n, sealers_n, emails_n;
	struct contract_rules rules;
	const char *subject, *body;    /* with fields (template_text.h); sending fills them */
	int64_t     deadline_days;     /* the last day is so many after sending; 0: none, -1: as it is */
	int         deadline_hard;
	int64_t     version;           /* as in contract_basics */
};
int contract_signers(struct act *act, const char *id, const struct contract_signers *s, int64_t *version) YX_MUST_USE;
/* YX_OK if this is a draft (or one whose sealing failed) of mine; else YX_NOT_FOUND, YX_STATE. */
int contract_is_my_draft(struct act *act, const char *id) YX_MUST_USE;
/* The same, and holds its row until the transaction ends. */
int contract_draft_touch(struct act *act, const char *id) YX_MUST_USE;

/* contract_read.c */
struct contract_document {
	const char *id, *number, *name;
	int64_t     size, pages, revision;
	struct proof_row proof;
};
struct contract_party { const char *id, *name, *code; int representative, signed_all; };
struct contract {
	const char *id, *number, *title, *case_number, *state, *subject, *body;
	int64_t     version, created_at, sent_at, completed_at;
	const char *organization_id, *organization_name, *short_name;
	const char *former_name;       /* of the agency as which it was made, before a merger; or NULL */
	struct unit unit, handling_unit;
	struct member_person handler;
	struct member_person *officers, *sealers;
	struct contract_party *vendors;
	const char **emails;
	struct contract_document *documents;
	size_t      officers_n, sealers_n, vendors_n, emails_n, documents_n;
	int64_t     round;             /* how often it was or will be sent */
	const char *deadline;          /* YYYY-MM-DD, the last day in Taipei, or NULL */
	int         deadline_hard, overdue;
	int64_t     deadline_days;     /* a draft's: the deadline is so many days after its sending; 0: none */
	const char *template_id, *template_name; /* the template that it began with, and its name then; NULL: none */
	int64_t     template_version, template_places;
	int64_t     amendment;         /* the n-th 契約變更 of amends_id; 0: none */
	const char *amends_id, *amends_number;
	struct contract_rules rules;   /* representative: in vendors */
	int         vendors_signed;    /* every vendor has signed every document */
	int64_t     vendor_at, agency_at; /* last signature of the step, 0: none */
};
/* Everything of one contract of mine; the defaults of subject and body and, while no
 * sealer is chosen, all sealers of the agency. */
int contract_get(struct act *act, const char *id, struct contract *out) YX_MUST_USE;
/* The same, whoever asks: for rules that have decided already that they may. */
int contract_get_any(struct act *act, const char *id, struct contract *out) YX_MUST_USE;

/* contract_fields.c: what the fields of its notice stand for (template_text.h), if it were sent at `at`. */
struct template_values;
int contract_fields(struct act *act, const struct contract *c, int64_t at, struct template_values *out) YX_MUST_USE;
/* Its last day if it is sent at `at`: the deadline that it has, or the one that is counted from there
 * (YYYY-MM-DD, in the arena); *out NULL: none. */
int contract_last_day(struct act *act, const struct contract *c, int64_t at, const char **out) YX_MUST_USE;
/* Subject and body as they would go out at `at`. YX_TEXT_FIELD_EMPTY with the field of the form. */
int contract_fill(struct act *act, struct contract *c, int64_t at) YX_MUST_USE;

/* contract_list.c */
struct contract_row {
	const char *id, *number, *title, *handler, *state;
	int64_t     sent_at, created_at;
	const char *case_number, *vendors;
};
struct contract_filter {
	const char *q;                        /* in number or title */
	const char *case_number;              /* in 採購案號 */
	const char *state;                    /* "open" or a state's word */
	const char *vendor_id, *officer_id;   /* of whom it is as well: a signing unit; handler or officer */
	const char *from, *to;                /* created, YYYY-MM-DD, days in Taipei */
	const char *sort;                     /* "newest" (if NULL), "oldest", "sent", "number", "title" */
};
/* More than so many cannot be sorted by anything but time. */
#define CONTRACT_SORT_MAX 2000
/* My cases. YX_BAD_FIELD "sort" beyond CONTRACT_SORT_MAX. */
struct contract_page { struct contract_row *rows; size_t n; };
int contract_list(struct act *act, const struct contract_filter *f, struct page *page,
    struct contract_page *out) YX_MUST_USE;
/* How many of my cases are in each state: counts[CONTRACT_DRAFT] and so on. */
struct contract_counts { int64_t n[CONTRACT_STATES + 1]; };
int contract_counts(struct act *act, struct contract_counts *counts) YX_MUST_USE;

/* Names of the signature fields in the PDF (at most 40 bytes). */
#define FIELD_PLATFORM "YinxinPlatform"
#define FIELD_VENDOR   "YinxinVendor%d"   /* 1 is the first vendor */
#define FIELD_AGENCY_PREFIX "YinxinAgency"
#define FIELD_AGENCY   FIELD_AGENCY_PREFIX "%d"   /* in the order in which they seal */

#endif

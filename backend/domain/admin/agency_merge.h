/* agency_merge.h - floor 4: 機關整併: an agency becomes part of another. One administrator of the platform asks, after a
 * look at what it will do, a second one agrees, and the worker does it in one transaction: everything that is the
 * agency's is the other one's, and its code stays as a closed entry that points there (docs/decisions/mergers.md).
 * The one writer of the tables agency_merge and agency_merge_unit. */
#ifndef YX_AGENCY_MERGE_H
#define YX_AGENCY_MERGE_H

#include "backend/domain/base/domain.h"
#include "backend/domain/people/organization.h"

/* What becomes of a unit: it joins one of the other agency's (into_id), or gets that code there. */
struct merge_choice { const char *unit_id, *into_id, *code; };
struct merge_plan {
	struct organization_pair    of;
	const struct merge_choice  *choices;     /* units that are not named keep their code */
	size_t                      n;
};
/* Choices from texts, "id:id" or "id:6300". In the arena. YX_BAD_FIELD "units". */
int merge_choices(struct act *act, const char *const *texts, size_t n, struct merge_plan *out) YX_MUST_USE;

struct merge_count { const char *word; int64_t n; };
struct merge_unit {
	const char *id, *code, *name;
	int64_t     people;
	const char *new_code, *new_name;         /* NULL: it joins another */
	const char *into_id, *into_name;         /* which; NULL: it is a new one there */
	const char *taken_by;                    /* the other agency's unit that has the code; NULL: none */
	int         solved;
};
struct merge_parameter { const char *name, *own, *then; }; /* set by the agency; what counts afterwards */
#define MERGE_COUNTS 24
#define MERGE_BLOCKS 4
struct merge_preview {
	const char            *from_name, *from_code, *into_name, *into_code;
	struct merge_count     counts[MERGE_COUNTS];
	size_t                 counts_n;
	struct merge_unit     *units;
	size_t                 units_n;
	struct merge_parameter *parameters;
	size_t                 parameters_n;
	const char            *blocks[MERGE_BLOCKS]; /* "unit_codes"; waited for: "sealing", "signing", "destruction" */
	size_t                 blocks_n;
};
/* What it would do now; the caller has looked whether act->who may know. YX_NOT_FOUND: not two agencies; YX_BAD_FIELD
 * "units", "intoId"; YX_STATE: one of them is closed. */
int merge_look(struct act *act, const struct merge_plan *p, struct merge_preview *out) YX_MUST_USE;

/* In a transaction. YX_CODE_TAKEN "units": a code that both have; YX_ASKED_ALREADY: one of the two has a part in
 * another merger; those of merge_look. The other administrators are told. */
int merge_ask(struct act *act, const struct merge_plan *p, const char *reason, char id[YX_ID_SIZE]) YX_MUST_USE;

struct merge {
	const char *id, *state, *waits, *reason;
	const char *from_id, *from_name, *from_code, *into_id, *into_name, *into_code;
	const char *asked_by, *decided_by;       /* names; NULL: nobody yet */
	int64_t     asked_at, decided_at, done_at;
	int         mine, may;                   /* act->who asked; act->who may agree */
};
/* The newest 100, open ones first. */
int merge_list(struct act *act, struct merge **list, size_t *n) YX_MUST_USE;
/* One, and (while it is open) its plan. */
int merge_get(struct act *act, const char *id, struct merge *out, struct merge_plan *plan) YX_MUST_USE;
/* How many wait for act->who to agree; 0 for who is no administrator of the platform. */
int merge_count_asked(struct act *act, int64_t *n) YX_MUST_USE;
/* In a transaction each. Agrees; the worker does it. YX_SECOND_APPROVER; those of merge_ask. */
int merge_agree(struct act *act, const char *id) YX_MUST_USE;
/* Refuses or, who asked, takes it back; one that was agreed to as well, as long as it waits. */
int merge_refuse(struct act *act, const char *id) YX_MUST_USE;

/* For the worker: does those that were agreed to, a transaction each; one that has to wait comes again. */
int merge_work(struct yx_db *db, struct domain *d) YX_MUST_USE;
/* For the worker: what somebody wrote for an agency in the moment of its merger goes over as well. */
int merge_sweep(struct yx_db *db, struct domain *d) YX_MUST_USE;

/* ---- shared by the files of a merger ---- */
/* What it has to wait for, a word; NULL: nothing. */
int merge_waits(struct act *act, const char *from, const char **word) YX_MUST_USE;
/* In a transaction: it is done, failed, or waits on. When it was last looked for stragglers. */
int merge_took(struct act *act, const char *id, const char *state, const char *waits) YX_MUST_USE;
int merge_looked(struct act *act, const char *id) YX_MUST_USE;

#endif

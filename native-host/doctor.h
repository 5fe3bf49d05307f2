/* doctor.h - looks at everything that signing needs and says what to do. */
#ifndef YX_HOST_DOCTOR_H
#define YX_HOST_DOCTOR_H

#include "common/arena.h"
#include "common/error.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_NOTE, /* worth knowing; signing works */
	DOCTOR_BAD,  /* signing cannot work until this is done */
};

/* What a finding says: a row of a table, so that both languages stay together. */
struct doctor_row {
	const char       *check; /* stable word for programs */
	enum doctor_state state;
	const char       *zh, *en;         /* what is the case */
	const char       *fix_zh, *fix_en; /* what to do; NULL: nothing */
};

struct doctor_finding {
	const struct doctor_row *row;
	const char              *detail; /* a path, a number, a name; NULL: none */
	struct doctor_finding   *next;
};

struct doctor {
	struct yx_arena        *arena;
	struct doctor_finding  *first;
	struct doctor_finding **tail;
	int                     bad;
};

/* Adds a finding; detail is copied. Without memory it is only counted. */
void doctor_add(struct doctor *d, const struct doctor_row *row, const char *detail);
/* Adds what is found about the browsers' host manifests. */
void doctor_manifests(struct doctor *d);

/* Prints the findings, as text (in the language of LANG) or as JSON. Returns the
 * exit status: 0 if signing can work, 1 if something has to be done. */
int doctor_run(int json);

#endif

/* finding.h - what the doctor found: rows of tables, collected in a list. */
#ifndef YX_HOST_FINDING_H
#define YX_HOST_FINDING_H

#include "common/arena.h"
#include "common/error.h"
#include "native-host/tokens.h"

enum finding_state {
	FINDING_OK,
	FINDING_NOTE, /* worth knowing; signing works */
	FINDING_BAD,  /* signing cannot work until this is done */
};

/* What a finding says: a row of a table, so that both languages stay together. */
struct finding_row {
	const char       *check; /* stable word for programs */
	enum finding_state state;
	const char       *zh, *en;         /* what is the case */
	const char       *fix_zh, *fix_en; /* what to do; NULL: nothing */
};

struct finding {
	const struct finding_row *row;
	const char              *detail; /* a path, a number, a name; NULL: none */
	struct finding   *next;
};

struct findings {
	struct yx_arena    *arena;
	struct token_watch *watch; /* who looks after us while a card works */
	struct finding     *first;
	struct finding    **tail;
	const char         *modules; /* PKCS #11 modules of the settings; NULL: none */
	int                 from_browser; /* 1: one of them asks */
	int                 bad;
};

/* Adds a finding; detail is copied. Without memory it is only counted. */
void finding_add(struct findings *d, const struct finding_row *row, const char *detail);

#endif

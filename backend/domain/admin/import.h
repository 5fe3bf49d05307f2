/* import.h - floor 4: units and people of an agency from a CSV file: what would change, and,
 * if it is wanted, the change. */
#ifndef YX_IMPORT_H
#define YX_IMPORT_H

#include "backend/act.h"

#define IMPORT_ROWS 500

struct import_row {
	int64_t     line;
	const char *key;       /* code of the unit; account */
	const char *name;
	const char *email;     /* of people */
	const char *unit;      /* code of a person's unit, or NULL */
	const char *action;    /* "create", "change" (to another name or unit), "same"; NULL: there is an error */
	const char *before;    /* of "change": the name or unit as it is */
	const char *error;     /* "columns", "code", "account", "name", "email", "unit", "twice", "taken"; NULL */
};
/* Columns of units: code (four digits), name. Of people: account, name, e-mail, code of the
 * unit (may be empty). A first line whose second cell is "name", 名稱, 單位名稱 or 姓名 is a
 * heading. In the caller's transaction; apply 0 changes nothing. *n rows. YX_BAD_FIELD ("csv": no
 * CSV; with apply: a row has an error), YX_TOO_LARGE: more than IMPORT_ROWS, YX_NOT_FOUND:
 * no agency that act->who administrates. */
struct import_file { const char *agency_id, *csv; int apply; };
int import_units(struct act *act, const struct import_file *f, struct import_row **rows, size_t *n) YX_MUST_USE;
int import_people(struct act *act, const struct import_file *f, struct import_row **rows, size_t *n) YX_MUST_USE;

#endif

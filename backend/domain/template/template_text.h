/* template_text.h - floor 4: fields in the texts of templates and notices: {{契約名稱}} stands for
 * what the contract says of it. Whatever else is in braces stays as it is. */
#ifndef YX_TEMPLATE_TEXT_H
#define YX_TEMPLATE_TEXT_H

#include "common/arena.h"
#include "common/error.h"

/* X(NAME, word) */
#define TEMPLATE_FIELD_LIST(X) \
	X(NUMBER, "契約編號") \
	X(TITLE, "契約名稱") \
	X(CASE, "採購案號") \
	X(VENDORS, "廠商名稱") \
	X(AGENCY, "機關名稱") \
	X(AGENCY_SHORT, "機關簡稱") \
	X(UNIT, "承辦單位") \
	X(HANDLER, "經辦人") \
	X(DEADLINE, "截止日") \
	X(TODAY, "發送日")

enum template_field {
#define TEXT_ENUM(name, word) TEXT_##name,
	TEMPLATE_FIELD_LIST(TEXT_ENUM)
#undef TEXT_ENUM
	TEXT_FIELDS
};
/* Its word, without braces. Static. */
const char *template_field_word(enum template_field field);

struct template_values { const char *of[TEXT_FIELDS]; };  /* NULL or "": has no value */

/* *out (in the arena): the text with values for its fields. Errors: YX_TEXT_FIELD_EMPTY (one
 * that stands in the text has no value), YX_NO_MEMORY. */
int template_fill(struct yx_arena *a, const char *text, const struct template_values *v, const char **out) YX_MUST_USE;
/* YX_TEXT_FIELD_UNKNOWN if the text has a word in double braces that is no field. */
int template_check(const char *text) YX_MUST_USE;
/* Does a field stand in it: it must be filled before it is sent. */
int template_has_field(const char *text);
/* The other way round: values of three characters at least become fields, the longest first.
 * NULL without memory. */
const char *template_lift(struct yx_arena *a, const char *text, const struct template_values *v);

#endif

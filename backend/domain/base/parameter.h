/* parameter.h - floor 4: parameters: what the platform, an agency, a unit or one contract is
 * set to. One catalogue says of each its type, range, default and the levels that may set it.
 *
 * What counts at a place: the value that the highest level locked; else the one that is set
 * nearest to the place, where an agency inherits from the agency above it, and so on up; else the
 * default, which some have from yinxin.conf. backend/domain/admin/setting.h changes them. */
#ifndef YX_PARAMETER_H
#define YX_PARAMETER_H

#include "backend/act.h"
#include "backend/conf.h"

enum parameter_level { LEVEL_PLATFORM, LEVEL_AGENCY, LEVEL_UNIT, LEVEL_CONTRACT, LEVELS };

enum parameter_type {
	PARAMETER_INT,    /* min..max */
	PARAMETER_BOOL,   /* "yes" or "no" */
	PARAMETER_WORD,   /* one of words ("a|b|c") */
	PARAMETER_DAYS,   /* whole numbers from min to max with commas between, eight at most; "": none */
	PARAMETER_TEXT,   /* at most max characters, line breaks allowed */
};

enum parameter_id {
	DEADLINE_DAYS, DEADLINE_HARD, REMIND_DAYS, REMIND_FROM, REMIND_TO, REQUIRE_READ, WITHHOLD, UPLOAD_MB, NAME_MASK,
	SESSION_IDLE, SESSION_HOURS, LINK_PASSWORD, LINK_EMAIL, LINK_INVITATION, MAIL_FOOTER,
	WALLET_MB,
	RETAIN_COMPLETED, RETAIN_ENDED, RETAIN_DRAFT, RETAIN_MAIL, RETAIN_SIGN_IN, RETAIN_DELIVERY,
	PARAMETERS
};

struct parameter {
	const char         *name;      /* "contract.deadline_days" */
	enum parameter_type type;
	int64_t             min, max;
	const char         *words;
	unsigned            levels;    /* bits 1 << level: where it may be set */
	const char         *fallback;  /* as text; NULL: from yinxin.conf */
	const char         *unit;      /* "days", "minutes", …; NULL */
	const char         *zh, *en;   /* what it is called */
	const char         *zh_hint, *en_hint;
};
extern const struct parameter PARAMETER[PARAMETERS];

/* NULL: there is none of that name. */
const struct parameter *parameter_named(const char *name);
/* Does the text fit type and range? */
int parameter_fits(const struct parameter *p, const struct yx_conf *conf, const char *text);
/* The largest number that may be set: an upload can't be larger than yinxin.conf lets it. */
int64_t parameter_most(const struct parameter *p, const struct yx_conf *conf);
/* What counts where nothing is set. In the arena; NULL without memory. */
const char *parameter_default(const struct parameter *p, const struct yx_conf *conf, struct yx_arena *a);

/* A place; ids NULL or "": not below that level. */
struct parameter_place { const char *organization_id, *unit_id, *contract_id; };
/* What counts there. *level: who set it (LEVEL_AGENCY: or an agency above), -1: the default; *locked: may not
 * be set below that. Both may be NULL. */
struct parameter_found { const char *value; int level, locked; };
int parameter_find(struct act *act, enum parameter_id which, const struct parameter_place *at,
    struct parameter_found *out) YX_MUST_USE;
/* The same as a number ("yes" is 1), and as text. */
int parameter_int(struct act *act, enum parameter_id which, const struct parameter_place *at,
    int64_t *out) YX_MUST_USE;
int parameter_text(struct act *act, enum parameter_id which, const struct parameter_place *at,
    const char **out) YX_MUST_USE;
/* When a mail of that moment goes out that may wait: then, in the agency's hours for reminders,
 * else when they begin. organization_id NULL: the platform's. */
int parameter_hours(struct act *act, const char *organization_id, int64_t *ms) YX_MUST_USE;
/* The place of act->who. */
struct parameter_place parameter_mine(const struct act *act);

/* How near to the place a value is set: 0 the platform, up to 99 the agencies above (99 the nearest), 100 the
 * agency, 200 a unit, 300 a contract; and a text by which the value that counts comes first. */
#define PARAMETER_RANK(locked, height) \
	"IF(" locked ", CONCAT('0', LPAD(" height ", 3, '0')), CONCAT('1', LPAD(999 - (" height "), 3, '0')))"

/* For a WHERE clause or a column: the value that counts, NULL where nothing is set. name: a
 * literal that stands in the catalogue; agency: SQL, the id of the agency of the place; scopes: SQL
 * expressions, '' and the ids of the place. (A UNION would say it shorter; in a subquery that looks at the row
 * outside, MariaDB 10.11 falls over it.) */
#define PARAMETER_SQL(name, agency, scopes) \
	"SUBSTR(NULLIF(LEAST(COALESCE((SELECT MIN(CONCAT(" PARAMETER_RANK("v.locked", "v.level * 100") ", v.value))" \
	" FROM parameter_value v WHERE v.name = '" name "' AND v.scope IN (" scopes ")), '9')," \
	" COALESCE((SELECT MIN(CONCAT(" PARAMETER_RANK("v.locked", "100 - x.distance") ", v.value))" \
	" FROM organization_above x JOIN parameter_value v ON v.name = '" name "' AND v.scope = x.above_id" \
	" WHERE x.organization_id = " agency "), '9')), '9'), 5)"

#endif

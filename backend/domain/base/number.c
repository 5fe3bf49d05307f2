#include "backend/domain/base/number.h"

#include <stdio.h>
#include <time.h>

#define TAIPEI_SECONDS (8 * 3600)

void
number_day(int64_t now_ms, char out[9])
{
	time_t s = (time_t)(now_ms / 1000) + TAIPEI_SECONDS;
	struct tm tm;

	gmtime_r(&s, &tm);
	strftime(out, 9, "%Y%m%d", &tm);
}

int
number_take(struct yx_db *db, char letter, int64_t n, int64_t *first)
{
	const char name[2] = { letter, '\0' };
	struct yx_arena *a = yx_arena_new(4096);
	struct yx_rows *row = NULL;
	int rc = YX_NO_MEMORY;

	if (a == NULL)
		return rc;
	/* The update comes first: it locks the row, also across a cluster. */
	rc = yx_db_change(db, "UPDATE counter SET value = value + ? WHERE name = ? AND value + ? <= ?",
	    YX_P(yx_p_int(n), yx_p_str(name), yx_p_int(n), yx_p_int(NUMBER_MAX)), YX_INTERNAL);
	if (rc == YX_OK)
		rc = yx_db_one(db, a, "SELECT value FROM counter WHERE name = ?", YX_P(yx_p_str(name)), &row);
	if (rc == YX_OK)
		*first = yx_row_int(row, 0) - n + 1;
	yx_arena_free(&a);
	return rc;
}

int
number_next(struct yx_db *db, char letter, int64_t now_ms, char out[NUMBER_SIZE])
{
	int64_t number = 0;
	char day[9];
	int rc = number_take(db, letter, 1, &number);

	if (rc != YX_OK)
		return rc;
	number_day(now_ms, day);
	snprintf(out, NUMBER_SIZE, "%c%.8s%07u", letter, day, (unsigned)number % (NUMBER_MAX + 1u));
	return YX_OK;
}

int
number_set(struct yx_db *db, char letter, int64_t last)
{
	const char name[2] = { letter, '\0' };

	return yx_db_change(
	    db, "UPDATE counter SET value = ? WHERE name = ?", YX_P(yx_p_int(last), yx_p_str(name)), YX_INTERNAL);
}

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
number_next(struct yx_db *db, char letter, int64_t now_ms, char out[NUMBER_SIZE])
{
	const char name[2] = { letter, '\0' };
	struct yx_arena *a = yx_arena_new(4096);
	struct yx_rows *rows = NULL;
	uint64_t changed = 0;
	char day[9];
	int rc = YX_NO_MEMORY;

	if (a == NULL)
		return rc;
	/* The update comes first: it locks the row, also across a cluster. */
	rc = yx_db_exec(db, "UPDATE counter SET value = value + 1 WHERE name = ?", YX_P(yx_p_str(name)), &changed);
	if (rc == YX_OK && changed != 1)
		rc = YX_INTERNAL;
	if (rc == YX_OK)
		rc = yx_db_query(db, a, "SELECT value FROM counter WHERE name = ?", YX_P(yx_p_str(name)), &rows);
	if (rc == YX_OK && !yx_rows_next(rows))
		rc = YX_INTERNAL;
	if (rc == YX_OK) {
		number_day(now_ms, day);
		snprintf(out, NUMBER_SIZE, "%c%.8s%07u", letter, day, (unsigned)yx_row_int(rows, 0) % 10000000u);
	}
	yx_arena_free(&a);
	return rc;
}

int
number_set(struct yx_db *db, char letter, int64_t last)
{
	const char name[2] = { letter, '\0' };

	return yx_db_change(
	    db, "UPDATE counter SET value = ? WHERE name = ?", YX_P(yx_p_int(last), yx_p_str(name)), YX_INTERNAL);
}

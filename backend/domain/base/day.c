#include "backend/domain/base/day.h"

#include <stdlib.h>
#include <time.h>

int64_t
day_ms(const char *date, int add)
{
	struct tm tm = { .tm_mday = 1 };

	if (date == NULL)
		return 0;
	tm.tm_year = (int)strtol(date, NULL, 10) - 1900;
	tm.tm_mon = (int)strtol(date + 5, NULL, 10) - 1;
	tm.tm_mday = (int)strtol(date + 8, NULL, 10) + add;
	return ((int64_t)timegm(&tm) - 8 * 3600) * 1000;
}

void
day_of(int64_t ms, char out[11])
{
	time_t s = (time_t)(ms / 1000 + 8 * 3600);
	struct tm tm;

	gmtime_r(&s, &tm);
	strftime(out, 11, "%Y-%m-%d", &tm);
}

int64_t
day_within(int64_t ms, int64_t from, int64_t to)
{
	int64_t hour = 3600 * 1000, day = 24 * hour, in_day = (ms + 8 * hour) % day, midnight = ms - in_day;

	if (in_day < from * hour)
		return midnight + from * hour;
	return in_day < to * hour ? ms : midnight + day + from * hour;
}

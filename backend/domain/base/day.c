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

int
day_is_daytime(int64_t ms)
{
	int64_t hour = ms / (3600 * 1000) + 8;

	return hour % 24 >= 7 && hour % 24 < 19;
}

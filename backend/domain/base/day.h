/* day.h - floor 4: days as people in Taipei (UTC+8, no daylight saving) mean them. */
#ifndef YX_DAY_H
#define YX_DAY_H

#include <stdint.h>

/* Milliseconds since 1970 UTC of midnight in Taipei at the beginning of a YYYY-MM-DD,
 * plus whole days; 0 for NULL. */
int64_t day_ms(const char *date, int add);
/* YYYY-MM-DD of a moment in Taipei. */
void day_of(int64_t ms, char out[11]);
/* The moment itself if its hour in Taipei is one of from..to-1 (0 <= from < to <= 24), else the
 * next time that it is from o'clock there. */
int64_t day_within(int64_t ms, int64_t from, int64_t to);

#endif

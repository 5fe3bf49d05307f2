/* day.h - floor 4: days as people in Taipei (UTC+8, no daylight saving) mean them. */
#ifndef YX_DAY_H
#define YX_DAY_H

#include <stdint.h>

/* Milliseconds since 1970 UTC of midnight in Taipei at the beginning of a YYYY-MM-DD,
 * plus whole days; 0 for NULL. */
int64_t day_ms(const char *date, int add);
/* Is it between seven and nineteen o'clock in Taipei: the hours in which people are reminded? */
int day_is_daytime(int64_t ms);

#endif

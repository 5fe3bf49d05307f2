/* number.h - floor 4: document and message numbers: a letter, the day in Taipei
 * (YYYYMMDD) and seven digits of a counter that never starts again. */
#ifndef YX_NUMBER_H
#define YX_NUMBER_H

#include <stdint.h>
#include "backend/act.h"

#define NUMBER_SIZE 17
#define NUMBER_MAX  9999999

/* The letters of documents and of messages; of a practice their own. */
#define NUMBER_DOCUMENT(act) (act_practises(act) ? 'X' : 'D')
#define NUMBER_MESSAGE(act)  (act_practises(act) ? 'Y' : 'M')
/* The next number of `letter` into out. In a transaction; if that is
 * rolled back the number is not used up. YX_INTERNAL when the counter is full. */
int number_next(struct yx_db *db, char letter, int64_t now_ms, char out[NUMBER_SIZE]) YX_MUST_USE;
/* Takes n numbers at once, in a transaction; *first is the lowest. */
int number_take(struct yx_db *db, char letter, int64_t n, int64_t *first) YX_MUST_USE;
/* In a transaction: the next number will be last + 1. Only for data that comes with numbers
 * of its own into an empty instance: a number must never be given twice. */
int number_set(struct yx_db *db, char letter, int64_t last) YX_MUST_USE;
/* "YYYYMMDD" of a moment in Taipei (UTC+8, no daylight saving). */
void number_day(int64_t now_ms, char out[9]);

#endif

/* like.h - floor 4: what a user types into a search field, for SQL's LIKE. */
#ifndef YX_LIKE_H
#define YX_LIKE_H

#include "common/arena.h"

/* The text between % signs: % _ \ escaped, 台 folded to 臺; NULL gives "%". In the arena;
 * NULL without memory. */
const char *like_text(struct yx_arena *a, const char *q);

#endif

/* home.h - floor 4: what waits for a member. Every count is the total of the list
 * that the tile leads to: it is made by that list's own query. */
#ifndef YX_HOME_H
#define YX_HOME_H

#include "backend/domain/base/domain.h"

struct home_tile { const char *code; int64_t count; };
struct home_event { int64_t at; const char *action, *object_kind, *object_id, *text; };

/* Tiles of the member's roles: *n of them, in the arena. */
int home_tiles(struct act *act, struct home_tile **tiles, size_t *n) YX_MUST_USE;
/* My last ten events, newest first. */
int home_recent(struct act *act, struct home_event **events, size_t *n) YX_MUST_USE;

#endif

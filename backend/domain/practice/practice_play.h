/* practice_play.h - floor 4: a session that plays somebody of its member's practice (實機演練). */
#ifndef YX_PRACTICE_PLAY_H
#define YX_PRACTICE_PLAY_H

#include "backend/domain/base/domain.h"

/* act->who, who has come in, becomes that member of a practice of theirs, act->domain the practice's, and no
 * mail goes out. If it is none of theirs (any more), all stays as it is. */
int practice_play(struct act *act, const char *member_id) YX_MUST_USE;
/* 1 if that path of the API is there in a practice. What is new is not, until it is named here. */
int practice_reaches(const struct act *act, const char *path);

#endif

/* helper.h - floor 1: this program once more, as a process that does one thing and can be
 * killed: it may crash, hang or print without harm to us. Both talk over one socket. */
#ifndef YX_COMMON_HELPER_H
#define YX_COMMON_HELPER_H

#include <sys/types.h>

#include "common/error.h"

#define YX_HELPER_FD 3 /* the helper's end */

struct yx_helper { pid_t pid; int fd; }; /* fd -1: there is none */

/* Runs this program with `option` and `value`; without LD_* in its environment, its standard
 * input and outputs lead nowhere. Reading stops after silent_ms within an answer. Errors:
 * YX_MODULE_FAILED, YX_NO_MEMORY; then there is none. */
int yx_helper_start(struct yx_helper *h, const char *option, const char *value, int silent_ms) YX_MUST_USE;
/* Kills it, if there is one. */
void yx_helper_end(struct yx_helper *h);

#endif

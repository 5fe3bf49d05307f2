/* helper.h - floor 1: this program once more, as a process that does one thing and can be
 * killed: it may crash, hang or print without harm to us. Both talk over one socket. */
#ifndef YX_COMMON_HELPER_H
#define YX_COMMON_HELPER_H

#include <sys/types.h>

#include "common/buf.h"
#include "common/error.h"

#define YX_HELPER_FD 3 /* the helper's end */

struct yx_helper { pid_t pid; int fd; }; /* fd -1: there is none */

/* Runs this program with `option` and `value`; without LD_* in its environment, its standard
 * input and outputs lead nowhere. Reading stops after silent_ms within an answer. Errors:
 * YX_MODULE_FAILED, YX_NO_MEMORY; then there is none. */
int yx_helper_start(struct yx_helper *h, const char *option, const char *value, int silent_ms) YX_MUST_USE;
/* Kills it, if there is one. */
void yx_helper_end(struct yx_helper *h);

/* Of the other side. Fills `out` (empty) with the answer to a question; other than YX_OK: no more of them. */
typedef int (*yx_helper_answer)(void *ctx, const struct yx_buf *question, struct yx_buf *out);
/* Answers what comes at YX_HELPER_FD until its end. loaded: how the beginning went; if it went wrong, each answer
 * is its code (two bytes, big-endian). question: the caller's, of the kind that its contents want; most: bytes of
 * an answer. */
void yx_helper_serve(int loaded, yx_helper_answer answer, void *ctx, struct yx_buf *question, size_t most);

#endif

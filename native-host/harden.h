/* harden.h - before any library is used: the pipe for us alone, no core, no
 * tracing, and an end at SIGTERM. */
#ifndef YX_HOST_HARDEN_H
#define YX_HOST_HARDEN_H

#include "common/error.h"

/* Moves the native-messaging pipe away from descriptors 0 and 1, which then are
 * /dev/null: nothing that a library prints can reach the browser. */
int harden_pipe(int *in, int *out) YX_MUST_USE;
/* No core dump, no ptrace by others, SIGPIPE ignored, SIGTERM, SIGINT and SIGHUP
 * end the process at once. */
void harden_process(void);

#endif

/* harden.h - before any library is used: the pipe for us alone, no core, no
 * tracing, and an end at SIGTERM. */
#ifndef YX_HOST_HARDEN_H
#define YX_HOST_HARDEN_H

#include <sys/types.h>

#include "common/error.h"

/* Moves the native-messaging pipe away from descriptors 0 and 1, which then are
 * /dev/null: nothing that a library prints can reach the browser. */
int harden_pipe(int *in, int *out) YX_MUST_USE;
/* No core dump, no ptrace by others, SIGPIPE ignored, SIGTERM, SIGINT and SIGHUP
 * end the process at once. */
void harden_process(void);

/* The program with a window of ours, leader of its session: it ends with us. 0: none (any more). */
void harden_child(pid_t pid);
/* Ends the process at once, and that program: nobody waits for an answer. */
void harden_exit(int status) __attribute__((noreturn));

#endif

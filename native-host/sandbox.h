/* sandbox.h - what a card maker's module may not do, though it runs as the user. */
#ifndef YX_HOST_SANDBOX_H
#define YX_HOST_SANDBOX_H

#include "common/error.h"

/* For the process that loads a module, before it does: ends with its parent, leaves no
 * core, gains no rights; from here on no network (sockets of AF_UNIX only: the smart
 * card service is one), no program, no look into other processes. YX_IO: the kernel
 * would not have it. */
int sandbox_enter(void) YX_MUST_USE;

#endif

/* sandbox.h - floor 1: what a maker's PKCS #11 module may not do, though it runs as we do. */
#ifndef YX_COMMON_SANDBOX_H
#define YX_COMMON_SANDBOX_H

#include "common/error.h"

/* For the process that loads a module, before it does: ends with its parent, leaves no
 * core, gains no rights; from here on no program, no look into other processes, and,
 * `network` 0, no network (sockets of AF_UNIX only: the smart card service is one). An
 * HSM may be reached by network. YX_IO: the kernel would not have it. */
int yx_sandbox_enter(int network) YX_MUST_USE;

#endif

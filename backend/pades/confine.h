/* confine.h - floor 3: a process that reads a stranger's file may do nothing else. */
#ifndef YX_PADES_CONFINE_H
#define YX_PADES_CONFINE_H

#include "common/error.h"

#define PADES_CONFINED_SECONDS 20                 /* of CPU */
#define PADES_CONFINED_MEMORY  ((size_t)1 << 30)  /* address space */

/* From now on this process reads and writes what it has open, and computes; no file is
 * opened, no network, no other process, within the limits above. Whatever it will need
 * must be open before. For good, so only in a process of its own. YX_UNAVAILABLE: the
 * kernel refuses. */
int pades_confine(void) YX_MUST_USE;

#endif

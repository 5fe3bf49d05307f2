/* confine.h - floor 3: a process that reads a stranger's file may do nothing else. */
#ifndef YX_PADES_CONFINE_H
#define YX_PADES_CONFINE_H

#include "common/error.h"

#include "backend/pades/pades.h"

/* From now on this process reads and writes what it has open, and computes; no file is
 * opened, no network, no other process, within the limits: memory that is its own (files that
 * it maps aside), and seconds of CPU. Whatever it will need must be open before. For good, so
 * only in a process of its own. YX_UNAVAILABLE: the kernel refuses. */
int pades_confine(const struct pades_limits *limits) YX_MUST_USE;

#endif

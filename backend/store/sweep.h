/* sweep.h - floor 2: removes what an interrupted step left behind. */
#ifndef YX_STORE_SWEEP_H
#define YX_STORE_SWEEP_H

/* Removes plain files in `dir` that are older than `seconds`. Best effort: what
 * cannot be removed is logged and tried again next time. Returns how many. */
int yx_sweep(const char *dir, long seconds);

#endif

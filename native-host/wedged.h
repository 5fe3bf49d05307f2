/* wedged.h - readers that keep a worker: a card that never answers, or another
 * program that does not let it go. They are passed over until the worker comes back,
 * so that one mute card does not hide the others. */
#ifndef YX_HOST_WEDGED_H
#define YX_HOST_WEDGED_H

/* Notes that `holder` (any pointer that is its own) hangs in a reader for the reason
 * `code` (YX_CARD_TIMEOUT, YX_CARD_BUSY). */
void wedged_add(const void *holder, const char *reader, int code);
/* Forgets the holder's notes. */
void wedged_remove(const void *holder);
/* The reason why a reader is not asked now, YX_OK if it is free. */
int wedged_code(const char *reader);
/* How many readers are wedged. */
int wedged_count(void);

#endif

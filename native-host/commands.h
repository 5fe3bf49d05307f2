/* commands.h - the table of commands. */
#ifndef YX_HOST_COMMANDS_H
#define YX_HOST_COMMANDS_H

#include "common/buf.h"
#include "native-host/request.h"

/* Handles one message, appends its answer (nothing if the message has none) and wipes
 * the message. Errors only when not even an error answer could be written. */
int commands_handle(struct host *host, struct yx_buf *message, struct yx_buf *out) YX_MUST_USE;
/* The names, NULL at the end. */
const char *const *commands_names(void);

#endif

/* commands.h - the table of commands. */
#ifndef YX_HOST_COMMANDS_H
#define YX_HOST_COMMANDS_H

#include "common/buf.h"
#include "native-host/config.h"

/* Handles one message and appends its answer; wipes the message. Errors only when
 * not even an error answer could be written. */
int commands_handle(const struct config *config, int stdin_fd, struct yx_buf *message, struct yx_buf *out)
    YX_MUST_USE;
/* The names, NULL at the end. */
const char *const *commands_names(void);

#endif

/* command.h - what a command is. A new one is a command_*.c with its row, a name in
 * the list below and in commands.c, and a section in PROTOCOL.md. */
#ifndef YX_HOST_COMMAND_H
#define YX_HOST_COMMAND_H

#include "native-host/request.h"

/* Answers: appends the whole answer to out and returns YX_OK, or an error code and
 * nothing appended. */
typedef int (*command_fn)(struct request *r, struct yx_buf *out);

struct command {
	const char                   *name;
	const struct protocol_member *members; /* `id` and `command` too */
	command_fn                    run;
	int                           has_origin;
};

extern const struct command command_status, command_wait, command_certificates, command_prove, command_authenticate,
    command_sign, command_forget, command_page, command_doctor;

#endif

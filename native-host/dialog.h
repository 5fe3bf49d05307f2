/* dialog.h - the host's own window for the PIN: a `pinentry` program, where the administrator
 * wants that no browser ever sees a PIN. */
#ifndef YX_HOST_DIALOG_H
#define YX_HOST_DIALOG_H

#include "native-host/signing.h"

/* Asks for the PIN of a request; r->secret holds it then. The window says which site, which
 * documents and which certificate. Errors: YX_CANCELLED (by the user there, by the stop button
 * in the browser, or nobody came), YX_PIN_NEEDED (nothing was typed), YX_PIN_FORMAT,
 * YX_DIALOG_FAILED. The program ends with us. */
int dialog_ask(struct request *r, const struct signing *s) YX_MUST_USE;

/* In a process of its own: becomes the program, which the kernel ends when `parent` (a process id)
 * ends, however that comes. Never returns. */
void dialog_main(const char *parent, const char *program) __attribute__((noreturn));

/* 1 if the program may be started. It is code that we run: root's or the user's own, and nobody
 * else can write it. */
int dialog_may_run(const char *program);

#endif

/* fcgi.h - floor 3: FastCGI in and out.
 *
 * libfcgi parses; the accept loop is ours. One epoll set holds the listening
 * socket and every idle connection of nginx (kept open); a ready connection goes
 * to libfcgi, is answered and parked again, so no thread is ever pinned to a
 * connection. Rows with F_SLOW run in a pool of their own. */
#ifndef YX_HTTP_FCGI_H
#define YX_HTTP_FCGI_H

#include "backend/http/http.h"

/* Listens on conf->listen (a stale socket of a dead server is replaced) and
 * serves until *stop is set and wake_fd (an eventfd) is readable. Then it answers
 * what is under way, closes what is idle and returns. Errors: YX_CONFIG (path too
 * long, another server listens there), YX_IO, YX_UNAVAILABLE (database). */
int http_fcgi_run(struct http_app *app, int wake_fd) YX_MUST_USE;

#endif

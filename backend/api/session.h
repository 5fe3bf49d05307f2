/* session.h - floor 5: the answer to whoever has come in. */
#ifndef YX_API_SESSION_H
#define YX_API_SESSION_H

#include "backend/http/http.h"

/* The browser gets the session's token, which is wiped here, and hears who it is. */
int api_come_in(struct http_request *rq, char token[YX_TOKEN_SIZE]) YX_MUST_USE;

#endif

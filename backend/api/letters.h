/* letters.h - floor 5: what a message says of itself as a letter. */
#ifndef YX_API_LETTERS_H
#define YX_API_LETTERS_H

#include "backend/domain/message/letter.h"
#include "backend/http/http.h"

/* Member "letter" of the open object. */
void write_letter_view(struct http_request *rq, const struct letter_view *v);

#endif

/* token_uri.h - floor 2: which key in which token, as "pkcs11:token=…;object=…" (RFC 7512). */
#ifndef YX_PKI_TOKEN_URI_H
#define YX_PKI_TOKEN_URI_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

#define TOKEN_URI_MAX 300 /* bytes of text */
#define TOKEN_TEXT_MAX 128

struct token_uri {            /* "" or n 0: not named */
	char    token[33], manufacturer[33], serial[17], model[17];
	char    object[TOKEN_TEXT_MAX + 1];
	uint8_t id[64];
	size_t  id_n;
	long    slot;             /* -1: not named */
};

/* 1: the text is meant to be such a URI. */
int token_uri_is(const char *text);
/* Reads it. Only what names a token and a private key is taken: a module's path or a PIN (RFC
 * 7512, 2.4) have no place in it, they are the settings' affair; an attribute that is not
 * known or stands twice is refused (2.3). It must name token, serial or slot, and
 * object or id. YX_BAD_FIELD. */
int token_uri_parse(const char *text, struct token_uri *out) YX_MUST_USE;

#endif

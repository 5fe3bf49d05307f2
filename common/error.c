#include "common/error.h"

#include <string.h>

static const struct yx_err_row ROWS[YX_ERR_COUNT] = {
#define YX_ROW(name, word, http, retriable, zh, en) { #name, word, http, retriable, zh, en },
	YX_ERRORS(YX_ROW)
#undef YX_ROW
};

const struct yx_err_row *
yx_err_row(int code)
{
	if (code < 0 || code >= YX_ERR_COUNT)
		code = YX_INTERNAL;
	return &ROWS[code];
}

const char *
yx_err_word(int code)
{
	return yx_err_row(code)->word;
}

int
yx_err_of_word(const char *word)
{
	for (int i = 0; i < YX_ERR_COUNT; i++)
		if (strcmp(ROWS[i].word, word) == 0)
			return i;
	return YX_INTERNAL;
}

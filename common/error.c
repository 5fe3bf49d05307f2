#include "common/error.h"

#include <string.h>

#include "build/gen/error_texts.h"

static const struct yx_err_row ROWS[YX_ERR_COUNT] = {
#define YX_ROW(name, word, http, retriable) { #name, word, http, retriable },
	YX_ERRORS(YX_ROW)
#undef YX_ROW
};

static const char *const TEXTS[YX_ERR_COUNT][2] = {
#define YX_TEXT(name, zh, en) [YX_##name] = { zh, en },
	YX_ERROR_TEXTS(YX_TEXT)
#undef YX_TEXT
};

static int
known(int code)
{
	return code < 0 || code >= YX_ERR_COUNT ? YX_INTERNAL : code;
}

const struct yx_err_row *
yx_err_row(int code)
{
	return &ROWS[known(code)];
}

const char *
yx_err_text(int code, int english)
{
	return TEXTS[known(code)][english != 0];
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

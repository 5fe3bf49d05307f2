#include "native-host/language.h"

#include <stdlib.h>
#include <string.h>

int
language_chinese(void)
{
	const char *lang = getenv("LC_ALL");

	if (lang == NULL || *lang == '\0')
		lang = getenv("LC_MESSAGES");
	if (lang == NULL || *lang == '\0')
		lang = getenv("LANG");
	return lang != NULL && strncmp(lang, "zh", 2) == 0;
}

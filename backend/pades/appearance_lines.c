#include "backend/pades/pades.h"

#include <string.h>

#define TAIPEI (8 * 3600)
#define TAIL   8 /* digits of the serial number that are shown */

int
pades_look_lines(struct yx_arena *a, const struct pades_signing *s, const char *serial, struct pades_look *look)
{
	const size_t digits = strlen(serial);
	const time_t when = s->when + TAIPEI;
	char text[64];
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&when, &tm) == NULL || strftime(text, sizeof(text), "%Y/%m/%d %H:%M:%S", &tm) == 0)
		return YX_BAD_FIELD;
	memset(look->line, 0, sizeof(look->line));
	if (s->name != NULL)
		look->line[n++] = yx_arena_strdup(a, s->name);
	look->line[n++] = yx_arena_strdup(a, text);
	if (s->reason != NULL)
		look->line[n++] = yx_arena_strdup(a, s->reason);
	look->line[n++] = yx_arena_printf(a, "憑證 …%s", serial + (digits > TAIL ? digits - TAIL : 0));
	for (size_t i = 0; i < n; i++)
		if (look->line[i] == NULL)
			return YX_NO_MEMORY;
	return YX_OK;
}

#include "native-host/config.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf.h"

#define ORIGIN_MAX 255
#define HTTPS "https://"
#define HTTP  "http://"

static const struct yx_conf_row rows[] = {
	{ "allowed_origins", YX_CONF_STRING, offsetof(struct config, allowed_origins),
	    "https://*.gov.taipei", "web sites that may use cards, comma between them" },
	{ "log_level", YX_CONF_STRING, offsetof(struct config, log_level_name), "warn",
	    "error, warn, info or debug; goes to the browser's log" },
	{ "card_timeout_seconds", YX_CONF_INT, offsetof(struct config, card_timeout_seconds), "20",
	    "how long a card may be silent" },
	{ NULL, YX_CONF_STRING, 0, NULL, NULL },
};

/* host, perhaps :port, to the end; lower case as browsers write it. */
static int
is_host_port(const char *s)
{
	size_t host = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-._"), port;

	if (host == 0 || s[0] == '.' || s[host - 1] == '.' || strstr(s, "..") != NULL)
		return 0;
	if (s[host] == '\0')
		return 1;
	port = strspn(s + host + 1, "0123456789");
	return s[host] == ':' && port > 0 && port <= 5 && s[host + 1] != '0' &&
	    s[host + 1 + port] == '\0';
}

static int
is_loopback(const char *s)
{
	size_t host = strcspn(s, ":");

	return (host == 9 && memcmp(s, "127.0.0.1", host) == 0) ||
	    (host == 9 && memcmp(s, "localhost", host) == 0);
}

int
config_is_origin(const char *s)
{
	if (strlen(s) > ORIGIN_MAX)
		return 0;
	if (strncmp(s, HTTPS, strlen(HTTPS)) == 0)
		return is_host_port(s + strlen(HTTPS));
	if (strncmp(s, HTTP, strlen(HTTP)) == 0)
		return is_host_port(s + strlen(HTTP)) && is_loopback(s + strlen(HTTP));
	return 0;
}

/* The first pattern of the list, without blanks around it, into `out`; where the
 * next one begins, NULL after the last. */
static const char *
next_pattern(const char *list, char out[ORIGIN_MAX + 4])
{
	size_t n = strcspn(list, ","), from = 0, to = n;

	while (from < n && isspace((unsigned char)list[from]))
		from++;
	while (to > from && isspace((unsigned char)list[to - 1]))
		to--;
	out[0] = '\0';
	if (to - from < ORIGIN_MAX + 4) {
		memcpy(out, list + from, to - from);
		out[to - from] = '\0';
	}
	return list[n] == ',' ? list + n + 1 : NULL;
}

/* https, "*.", a domain of two labels or more (no whole top domain), perhaps a port. */
static int
is_wildcard(const char *pattern)
{
	const char *rest = pattern + strlen(HTTPS "*.");

	return strncmp(pattern, HTTPS "*.", strlen(HTTPS "*.")) == 0 && is_host_port(rest) &&
	    strchr(rest, '.') != NULL;
}

static int
matches(const char *pattern, const char *origin)
{
	const char *tail = pattern + strlen(HTTPS "*");
	size_t n = strlen(origin), t;

	if (!is_wildcard(pattern))
		return strcmp(pattern, origin) == 0;
	t = strlen(tail); /* ".domain" */
	return strncmp(origin, HTTPS, strlen(HTTPS)) == 0 && n > strlen(HTTPS) + t &&
	    strcmp(origin + n - t, tail) == 0;
}

int
config_allows(const struct config *c, const char *origin)
{
	char pattern[ORIGIN_MAX + 4] = "";

	if (!config_is_origin(origin))
		return YX_ORIGIN;
	for (const char *list = c->allowed_origins; list != NULL;) {
		list = next_pattern(list, pattern);
		if (matches(pattern, origin))
			return YX_OK;
	}
	return YX_ORIGIN;
}

static int
check_patterns(struct yx_arena *a, const struct config *c, const char **why)
{
	char pattern[ORIGIN_MAX + 4] = "";

	for (const char *list = c->allowed_origins; list != NULL;) {
		list = next_pattern(list, pattern);
		if (pattern[0] == '\0' && c->allowed_origins[0] == '\0')
			return YX_OK; /* an empty list: no site at all */
		if (!config_is_origin(pattern) && !is_wildcard(pattern)) {
			*why = yx_arena_printf(
			    a, "%s: allowed_origins: '%s' is no https origin", c->path, pattern);
			return YX_CONFIG;
		}
	}
	return YX_OK;
}

static int
check_values(struct yx_arena *a, struct config *c, const char **why)
{
	static const char *const levels[] = { "error", "warn", "info", "debug" };
	int known = 0;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i], c->log_level_name) == 0) {
			c->log_level = (enum yx_level)i;
			known = 1;
		}
	if (!known || c->card_timeout_seconds < 1 || c->card_timeout_seconds > 600) {
		*why = yx_arena_printf(a, "%s: %s", c->path,
		    known ? "card_timeout_seconds: 1 to 600" :
			    "log_level: error, warn, info or debug");
		return YX_CONFIG;
	}
	return check_patterns(a, c, why);
}

int
config_load(struct yx_arena *a, struct config *out, const char **why)
{
	const char *named = getenv("YINXIN_SIGNER_CONF");
	const char *path = named != NULL && *named != '\0' ? named : SIGNER_CONF_DEFAULT;
	int found = access(path, F_OK) == 0 || errno != ENOENT || path == named, rc;

	memset(out, 0, sizeof(*out));
	rc = yx_conf_load(a, found ? path : NULL, rows, out, why);
	out->path = path;
	out->found = found;
	return rc != YX_OK ? rc : check_values(a, out, why);
}

#include "native-host/config.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORIGIN_MAX 255
#define BATCH_MAX  100
#define HTTPS "https://"
#define HTTP  "http://"

const struct yx_conf_row CONFIG_ROWS[] = {
	{ "allowed_origins", YX_CONF_STRING, offsetof(struct config, allowed_origins),
	    "https://*.gov.taipei", "web sites that may use cards, comma between them" },
	{ "log_level", YX_CONF_STRING, offsetof(struct config, log_level_name), "warn",
	    "error, warn, info or debug; goes to the browser's log" },
	{ "card_timeout_seconds", YX_CONF_INT, offsetof(struct config, card_timeout_seconds), "20",
	    "how long a card may be silent" },
	{ "remember_minutes", YX_CONF_INT, offsetof(struct config, remember_minutes), "0",
	    "how long a PIN may be remembered if its user wishes; 0: never" },
	{ "batch_max", YX_CONF_INT, offsetof(struct config, batch_max), "100", "documents for one PIN entry" },
	{ "pkcs11_modules", YX_CONF_STRING, offsetof(struct config, pkcs11_modules), "",
	    "PKCS #11 modules of card makers: absolute paths, comma between them" },
	{ "pin_dialog", YX_CONF_STRING, offsetof(struct config, pin_dialog), "browser",
	    "where a PIN is typed: browser (the extension's window), or pinentry (the signer's own window only)" },
	{ "pinentry_program", YX_CONF_STRING, offsetof(struct config, pinentry_program), "/usr/bin/pinentry",
	    "the program of that window" },
	{ "pin_pad", YX_CONF_BOOL, offsetof(struct config, pin_pad), "yes",
	    "use the keys of readers that have some; no: they are broken here" },
	{ "log_file", YX_CONF_STRING, offsetof(struct config, log_file), "",
	    "what was signed; empty: in the user's state directory; none: no log" },
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

int
config_own_dialog(const struct config *c)
{
	return strcmp(c->pin_dialog, "pinentry") == 0;
}

int
config_module_ms(const struct config *c)
{
	return (int)c->card_timeout_seconds * 750;
}

const char *
config_next(const char *list, char *out, size_t size)
{
	size_t n = strcspn(list, ","), from = 0, to = n;

	while (from < n && isspace((unsigned char)list[from]))
		from++;
	while (to > from && isspace((unsigned char)list[to - 1]))
		to--;
	out[0] = '\0';
	if (to - from < size) {
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
		list = config_next(list, pattern, sizeof(pattern));
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
		list = config_next(list, pattern, sizeof(pattern));
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
check_level(struct yx_arena *a, struct config *c, const char **why)
{
	int level = yx_log_level(c->log_level_name);

	if (level >= 0) {
		c->log_level = (enum yx_level)level;
		return YX_OK;
	}
	*why = yx_arena_printf(a, "%s: log_level: error, warn, info or debug", c->path);
	return YX_CONFIG;
}

static int
check_numbers(struct yx_arena *a, const struct config *c, const char **why)
{
	const struct { const char *name; int64_t value, min, max; } numbers[] = {
		{ "card_timeout_seconds", c->card_timeout_seconds, 1, 600 },
		{ "remember_minutes", c->remember_minutes, 0, 60 },
		{ "batch_max", c->batch_max, 1, BATCH_MAX },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].value < numbers[i].min || numbers[i].value > numbers[i].max) {
			*why = yx_arena_printf(a, "%s: %s: %d to %d", c->path, numbers[i].name,
			    (int)numbers[i].min, (int)numbers[i].max);
			return YX_CONFIG;
		}
	return YX_OK;
}

/* What the settings name is code that we run. Who may write the settings may name it, nobody
 * else: at the system's place that is root, elsewhere root or the user himself. */
static int
check_trusted(struct yx_arena *a, const struct config *c, const char *name, const char **why)
{
	struct stat st;

	if (stat(c->path, &st) == 0 && (st.st_mode & 022) == 0 &&
	    (st.st_uid == 0 || (st.st_uid == getuid() && strcmp(c->path, SIGNER_CONF_DEFAULT) != 0)))
		return YX_OK;
	*why = yx_arena_printf(a, "%s: %s: the file must belong to root and be writable by nobody else", c->path, name);
	return YX_CONFIG;
}

static int
check_absolute(struct yx_arena *a, const struct config *c, const char *name, const char *path, const char **why)
{
	if (path[0] == '/')
		return YX_OK;
	*why = yx_arena_printf(a, "%s: %s: '%s' is no absolute path", c->path, name, path);
	return YX_CONFIG;
}

static int
check_modules(struct yx_arena *a, const struct config *c, const char **why)
{
	char path[PATH_MAX];
	int rc;

	if (*c->pkcs11_modules == '\0')
		return YX_OK;
	if ((rc = check_trusted(a, c, "pkcs11_modules", why)) != YX_OK)
		return rc;
	for (const char *list = c->pkcs11_modules; list != NULL && rc == YX_OK;) {
		list = config_next(list, path, sizeof(path));
		rc = check_absolute(a, c, "pkcs11_modules", path, why);
	}
	return rc;
}

static int
check_dialog(struct yx_arena *a, const struct config *c, const char **why)
{
	int rc;

	if (strcmp(c->pin_dialog, "browser") == 0)
		return YX_OK;
	if (!config_own_dialog(c)) {
		*why = yx_arena_printf(a, "%s: pin_dialog: browser or pinentry", c->path);
		return YX_CONFIG;
	}
	if ((rc = check_trusted(a, c, "pin_dialog", why)) != YX_OK)
		return rc;
	return check_absolute(a, c, "pinentry_program", c->pinentry_program, why);
}

static int
check_values(struct yx_arena *a, struct config *c, const char **why)
{
	int rc;

	if ((rc = check_level(a, c, why)) != YX_OK || (rc = check_numbers(a, c, why)) != YX_OK ||
	    (rc = check_modules(a, c, why)) != YX_OK || (rc = check_dialog(a, c, why)) != YX_OK)
		return rc;
	return check_patterns(a, c, why);
}

int
config_load(struct yx_arena *a, struct config *out, const char **why)
{
	const char *named = getenv("YINXIN_SIGNER_CONF");
	const char *path = named != NULL && *named != '\0' ? named : SIGNER_CONF_DEFAULT;
	int found = access(path, F_OK) == 0 || errno != ENOENT || path == named, rc;

	memset(out, 0, sizeof(*out));
	rc = yx_conf_load(a, found ? path : NULL, CONFIG_ROWS, out, why);
	out->path = path;
	out->found = found;
	return rc != YX_OK ? rc : check_values(a, out, why);
}

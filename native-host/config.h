/* config.h - signer.conf, and which web sites may use the card. */
#ifndef YX_HOST_CONFIG_H
#define YX_HOST_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/conf.h"
#include "common/error.h"
#include "common/log.h"

#define SIGNER_CONF_DEFAULT "/etc/yinxin/signer.conf"

/* The list of settings; ends with a NULL key. */
extern const struct yx_conf_row CONFIG_ROWS[];

struct config {
	const char   *allowed_origins; /* patterns, comma between them */
	const char   *log_level_name;
	int64_t       card_timeout_seconds;
	int64_t       remember_minutes; /* how long a PIN may be remembered; 0: never */
	int64_t       batch_max;        /* documents in one sign request */
	const char   *pkcs11_modules;   /* absolute paths, comma between them */
	const char   *pin_dialog;       /* browser, or pinentry: the host's own window */
	const char   *pinentry_program; /* absolute path */
	int           pin_pad;          /* keys of readers are used where there are any */
	const char   *log_file;         /* journal_path() knows what it means */
	enum yx_level log_level;
	const char   *path;  /* where it was read from */
	int           found; /* 0: no such file, defaults are in force */
};

/* Reads the file that YINXIN_SIGNER_CONF names, else the default path. A missing
 * file is fine only at the default path. YX_CONFIG: *why says what and where. */
int config_load(struct yx_arena *a, struct config *out, const char **why) YX_MUST_USE;

/* 1: PINs are typed in the host's own window, and none is taken from the browser. */
int config_own_dialog(const struct config *c);

/* How long a module of a card maker may be silent, in milliseconds: less than a card, so
 * that its process is ended before the worker is given up. */
int config_module_ms(const struct config *c);

/* The next entry of a list (comma between entries), without blanks around it, into
 * out, "" if it is longer than size; where the list goes on, NULL after the last. */
const char *config_next(const char *list, char *out, size_t size);

/* 1 if s is a web origin as browsers write it (RFC 6454, 6.2; HTML, "origin"):
 * https://host[:port], or http:// on this machine (127.0.0.1, localhost). */
int config_is_origin(const char *s);
/* YX_OK if an origin matches one of the patterns, else YX_ORIGIN. A pattern is an
 * origin, or one whose host begins with `*.`: any host below it. */
int config_allows(const struct config *c, const char *origin) YX_MUST_USE;

#endif

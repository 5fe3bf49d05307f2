/* conf.h - floor 2: the settings of the backend's programs (yinxin.conf), read once
 * at start. The table in conf.c is the one list: parser, defaults and help. */
#ifndef YX_BACKEND_CONF_H
#define YX_BACKEND_CONF_H

#include "backend/db/db.h"
#include "common/arena.h"
#include "common/conf.h"
#include "common/log.h"

struct yx_conf {
	const char       *listen;
	struct yx_db_conf db;
	const char       *store_dir, *incoming_dir, *trust_dir;
	const char       *seal_key, *seal_cert, *seal_chain, *platform_name;
	const char       *pkcs11_module, *pkcs11_pin_file, *key_dir;
	const char       *origin, *smtp_url, *mail_from, *ocsp_allow_hosts, *log_level_name, *name_mask;
	const char       *audit_dir, *audit_publish_dir, *audit_publish_to;
	enum yx_level     log_level;        /* what its name says */
	const char       *hook_key, *hook_allow_hosts, *hook_tls_ca;
	const char       *account_key, *common_passwords, *second_factor_roles;
	const char       *tsa_urls, *tsa_policy, *tsa_tls_ca, *tsa_trust_dir;
	int64_t           tsa_wait_seconds, tsa_deadline_seconds, renew_before_days;
	int64_t           wallet_unlocked_minutes, wallet_deleted_days;
	int64_t           upload_limit, threads, session_idle_minutes, audit_publish_hours, session_hours;
	int               require_read, seal_pss;
	int64_t           pdf_memory, pdf_seconds;
	int               pdf_apart;        /* 1: this program reads strangers' PDFs in a process of its own */
};

/* The list of settings; ends with a NULL key. */
extern const struct yx_conf_row CONF_ROWS[];

/* Reads the file at `path`; strings live in the arena. YX_CONFIG: *why names file,
 * line and reason. */
int conf_load(struct yx_arena *a, const char *path, struct yx_conf *out, const char **why) YX_MUST_USE;

#endif

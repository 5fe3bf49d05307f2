#include "backend/conf.h"

#include <string.h>

#define AT(field) offsetof(struct yx_conf, field)

/* yinxin.conf: the one list from which parser, defaults and documentation come. */
const struct yx_conf_row CONF_ROWS[] = {
	{ "listen", YX_CONF_STRING, AT(listen), NULL, "unix socket of the FastCGI server" },
	{ "db_socket", YX_CONF_STRING, AT(db.socket), "/run/mysqld/mysqld.sock", "MariaDB's unix socket" },
	{ "db_name", YX_CONF_STRING, AT(db.name), "yinxin", "database" },
	{ "db_user", YX_CONF_STRING, AT(db.user), "yinxin", "database user" },
	{ "db_password", YX_CONF_STRING, AT(db.password), "", "its password" },
	{ "store_dir", YX_CONF_STRING, AT(store_dir), NULL, "directory of the documents" },
	{ "incoming_dir", YX_CONF_STRING, AT(incoming_dir), NULL, "where nginx writes uploads; same file system" },
	{ "upload_limit", YX_CONF_INT, AT(upload_limit), "150M", "bytes of one uploaded PDF" },
	{ "pdf_memory", YX_CONF_INT, AT(pdf_memory), "512M",
	    "bytes of memory in which a PDF has to be read, in a process of its own; files that need more are refused" },
	{ "pdf_seconds", YX_CONF_INT, AT(pdf_seconds), "20", "and seconds of a processor" },
	{ "threads", YX_CONF_INT, AT(threads), "4", "worker threads" },
	{ "session_idle_minutes", YX_CONF_INT, AT(session_idle_minutes), "30",
	    "a session ends after so many idle minutes" },
	{ "session_hours", YX_CONF_INT, AT(session_hours), "12", "and after so many hours, whatever happens" },
	{ "second_factor_roles", YX_CONF_STRING, AT(second_factor_roles), "sealer,agency_admin,platform_admin",
	    "roles that need a second factor beside a password, with commas between; none: no role does" },
	{ "account_key", YX_CONF_STRING, AT(account_key), "", "file of the key that encrypts the secrets of second"
	    " factors; made if there is none; empty: account.key in audit_dir" },
	{ "common_passwords", YX_CONF_STRING, AT(common_passwords), "/usr/share/yinxin/common-passwords.txt",
	    "passwords that nobody may choose, a line each, sorted" },
	{ "trust_dir", YX_CONF_STRING, AT(trust_dir), NULL, "anchors/ and intermediates/ with PEM files" },
	{ "seal_key", YX_CONF_STRING, AT(seal_key), NULL,
	    "the platform's key: a PEM file, or pkcs11:token=...;object=... (RFC 7512) in pkcs11_module's token" },
	{ "seal_cert", YX_CONF_STRING, AT(seal_cert), NULL, "its certificate" },
	{ "seal_chain", YX_CONF_STRING, AT(seal_chain), NULL, "certificates above it" },
	{ "seal_pss", YX_CONF_BOOL, AT(seal_pss), "no", "RSA keys of the platform seal by RSASSA-PSS, not PKCS #1 v1.5" },
	{ "pkcs11_module", YX_CONF_STRING, AT(pkcs11_module), "",
	    "PKCS #11 module of the token or HSM with the platform's keys; empty: keys are files" },
	{ "pkcs11_pin_file", YX_CONF_STRING, AT(pkcs11_pin_file), "",
	    "file with the token's PIN, which others may not read" },
	{ "key_dir", YX_CONF_STRING, AT(key_dir), "/var/lib/yinxin/keys",
	    "directory of the files of further keys of the platform; a new one is made there on demand" },
	{ "platform_name", YX_CONF_STRING, AT(platform_name), "臺北市政府電子文件服務平台", "as the history shows it" },
	{ "name_mask", YX_CONF_STRING, AT(name_mask), "middle", "how names are shown to others: middle, first or none" },
	{ "require_read", YX_CONF_BOOL, AT(require_read), "yes", "only what was opened can be ticked for signing" },
	{ "origin", YX_CONF_STRING, AT(origin), NULL, "https://host[:port] that users see" },
	{ "smtp_url", YX_CONF_STRING, AT(smtp_url), "smtp://127.0.0.1:25", "mail server" },
	{ "mail_from", YX_CONF_STRING, AT(mail_from), "noreply@localhost", "sender of notices" },
	{ "ocsp_allow_hosts", YX_CONF_STRING, AT(ocsp_allow_hosts), "", "host[:port], comma; empty: any" },
	{ "tsa_urls", YX_CONF_STRING, AT(tsa_urls), "",
	    "timestamp authorities (RFC 3161), http and https, asked in this order, comma; empty: no timestamps" },
	{ "tsa_policy", YX_CONF_STRING, AT(tsa_policy), "", "OID of the policy that their tokens must have; empty: any" },
	{ "tsa_trust_dir", YX_CONF_STRING, AT(tsa_trust_dir), "", "their anchors, as in trust_dir; empty: trust_dir" },
	{ "tsa_tls_ca", YX_CONF_STRING, AT(tsa_tls_ca), "", "PEM file of roots for https to them; empty: the system's" },
	{ "tsa_wait_seconds", YX_CONF_INT, AT(tsa_wait_seconds), "3",
	    "how long a person who signs waits for a timestamp; without one the worker adds it later" },
	{ "tsa_deadline_seconds", YX_CONF_INT, AT(tsa_deadline_seconds), "15",
	    "how long the worker waits for all of them together" },
	{ "renew_before_days", YX_CONF_INT, AT(renew_before_days), "180",
	    "timestamps are renewed so many days before their certificates or algorithms end" },
	{ "audit_dir", YX_CONF_STRING, AT(audit_dir), "", "what proves the audit trail from outside the database;"
	    " empty: audit/ in store_dir" },
	{ "audit_publish_dir", YX_CONF_STRING, AT(audit_publish_dir), "", "where the trail's newest hash is written at each"
	    " interval, best on another machine; empty: audit_dir" },
	{ "audit_publish_to", YX_CONF_STRING, AT(audit_publish_to), "", "addresses that get it by mail, comma between" },
	{ "audit_publish_hours", YX_CONF_INT, AT(audit_publish_hours), "24", "hours between two of them" },
	{ "wallet_unlocked_minutes", YX_CONF_INT, AT(wallet_unlocked_minutes), "15",
	    "a wallet locks itself after so many minutes without use" },
	{ "wallet_deleted_days", YX_CONF_INT, AT(wallet_deleted_days), "14",
	    "for so many days what was deleted from a wallet can be taken back" },
	{ "hook_key", YX_CONF_STRING, AT(hook_key), "", "file of the key that encrypts the secrets of webhooks;"
	    " empty: hook.key in audit_dir" },
	{ "hook_allow_hosts", YX_CONF_STRING, AT(hook_allow_hosts), "",
	    "host[:port], comma, *: where webhooks may go; only what is listed by name may be a private address;"
	    " empty: any public host" },
	{ "hook_tls_ca", YX_CONF_STRING, AT(hook_tls_ca), "", "PEM file of roots for https to them; empty: the system's" },
	{ "log_level", YX_CONF_STRING, AT(log_level_name), "info", "error, warn, info or debug" },
	{ NULL, YX_CONF_STRING, 0, NULL, NULL },
};

/* What is one of a few words. */
static int
check_words(struct yx_arena *a, const char *path, struct yx_conf *c, const char **why)
{
	int level = yx_log_level(c->log_level_name);

	if (level < 0) {
		*why = yx_arena_printf(a, "%s: log_level is '%s', not error, warn, info or debug", path, c->log_level_name);
		return YX_CONFIG;
	}
	c->log_level = (enum yx_level)level;
	if (strcmp(c->name_mask, "middle") != 0 && strcmp(c->name_mask, "first") != 0 &&
	    strcmp(c->name_mask, "none") != 0) {
		*why = yx_arena_printf(a, "%s: name_mask is '%s', not middle, first or none", path, c->name_mask);
		return YX_CONFIG;
	}
	return YX_OK;
}

int
conf_load(struct yx_arena *a, const char *path, struct yx_conf *out, const char **why)
{
	int rc = yx_conf_load(a, path, CONF_ROWS, out, why);

	out->pdf_apart = 0;
	return rc != YX_OK ? rc : check_words(a, path, out, why);
}

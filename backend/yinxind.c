/* yinxind: the FastCGI server. Configuration, then everything that can fail is
 * opened, then threads, then the accept loop until SIGTERM. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "backend/api/api.h"
#include "backend/domain/admin/platform_key.h"
#include "backend/domain/base/audit_list.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/client/client_token.h"
#include "backend/domain/client/hook_secret.h"
#include "backend/domain/people/factor.h"
#include "backend/domain/people/password.h"
#include "backend/domain/people/session.h"
#include "backend/domain/practice/practice_pki.h"
#include "backend/domain/practice/practice_play.h"
#include "backend/http/fcgi.h"
#include "backend/pades/examine.h"
#include "common/log.h"
#include "common/usage.h"

static const struct yx_usage_row OPTIONS[] = {
	{ "--conf", "FILE", "Settings; see yinxin.conf(5). Serves until SIGTERM or SIGINT, then finishes what runs." },
	{ "--help", "", "Prints options and settings." },
	{ "--version", "", "Prints the version." },
	{ "--man", "", "Prints the tables of the manual page, a row a line, parts separated by tabs." },
	{ NULL, NULL, NULL },
};
static const struct yx_usage USAGE = { .program = "yinxind", .what = "the FastCGI server of Yinxin", .options = OPTIONS,
	.settings = CONF_ROWS };

static int wake_fd = -1;

/* Who a bearer token stands for, and how much it may still ask. */
static int
bearer(struct act *act, const char *token, int count, struct http_quota *quota)
{
	struct client_rate rate = { .left = 0 };
	int rc = client_authenticate(act, token, &quota->limit);

	if (rc == YX_OK)
		rc = count ? client_rate_take(act, quota->limit, &rate) : client_rate_look(act, quota->limit, &rate);
	quota->left = rate.left < 0 ? 0 : rate.left;
	quota->seconds = rate.seconds;
	return rc == YX_OK && rate.left < 0 ? YX_RATE : rc;
}

static void
on_stop(int sig)
{
	const uint64_t one = 1;

	(void)sig;
	if (write(wake_fd, &one, sizeof(one)) < 0)
		_exit(1);
}

static int
catch_signals(void)
{
	struct sigaction stop = { .sa_handler = on_stop }, ignore = { .sa_handler = SIG_IGN };

	if ((wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		return YX_IO;
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	return YX_OK;
}

/* What a kill left half done goes back to where it can be repeated; then there must be a key to seal with. */
static int
recover(const struct yx_conf *c, struct domain *d)
{
	struct yx_db *db = NULL;
	struct yx_arena *a = yx_arena_new(1 << 20);
	const char *server = a == NULL ? NULL : contract_server(a, c);
	int rc = server == NULL ? YX_NO_MEMORY : yx_db_open(&c->db, &db);

	/* Others' claims may be alive: theirs are the worker's, after two minutes. */
	if (rc == YX_OK)
		rc = contract_recover(db, yx_now_ms(), 2 * 60 * 1000, server);
	if (rc == YX_OK)
		rc = platform_key_begin(&(struct act){ .db = db, .domain = d, .ip = "", .arena = a });
	yx_db_close(&db);
	yx_arena_free(&a);
	return rc;
}

static int
run(const char *path)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_conf conf;
	struct domain domain = { .conf = NULL };
	struct http_app app = {
		.routes = API_ROUTES, .conf = &conf, .authenticate = session_authenticate,
		.bearer = bearer, .proof_ms = SESSION_PROOF_MS,
		.refused = audit_refused, .reaches = practice_reaches, .domain = &domain
	};
	const char *why = "";
	int rc = YX_NO_MEMORY;

	if (a == NULL)
		return rc;
	if ((rc = conf_load(a, path, &conf, &why)) != YX_OK) {
		yx_error("%s", why);
		goto out;
	}
	yx_log_open("yinxind", conf.log_level);
	conf.pdf_apart = 1;
	if ((rc = catch_signals()) != YX_OK || (rc = yx_store_open_dir(conf.store_dir, &app.store)) != YX_OK ||
	    (rc = domain_open(&domain, &conf, app.store)) != YX_OK || (rc = factor_open(&conf)) != YX_OK ||
	    (rc = hook_secret_open(&conf)) != YX_OK ||
	    (rc = password_open(&conf)) != YX_OK || (rc = recover(&conf, &domain)) != YX_OK)
		goto out;
	rc = http_fcgi_run(&app, wake_fd);
out:
	if (rc != YX_OK)
		yx_error("cannot serve: %s", yx_err_word(rc));
	practice_domain_free(&domain.practice);
	domain_close(&domain);
	yx_store_close(&app.store);
	yx_arena_free(&a);
	return rc;
}

int
main(int argc, char **argv)
{
	int status;

	hsm_main(argc, argv);
	yx_log_open("yinxind", YX_LOG_INFO);
	if (pades_apart_main(argc, argv, &status))
		return status;
	if (yx_usage_asked(&USAGE, argc, argv))
		return 0;
	if (argc != 3 || strcmp(argv[1], "--conf") != 0) {
		yx_usage_help(&USAGE, stderr);
		return 2;
	}
	/* Keys and PDFs of others are in this memory. */
	prctl(PR_SET_DUMPABLE, 0);
	return run(argv[2]) == YX_OK ? 0 : 1;
}

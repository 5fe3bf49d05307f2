/* yinxin-worker: what happens without anybody asking: mail goes out, what has
 * expired is cleared away. One or many may run; claims are leases in the database. */
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/admin/agency_merge.h"
#include "backend/domain/admin/platform_key.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/job_run.h"
#include "backend/domain/base/seal_key.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/client/client_event.h"
#include "backend/domain/client/client_token.h"
#include "backend/domain/client/hook_secret.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/object.h"
#include "backend/domain/list/list.h"
#include "backend/domain/people/card_login.h"
#include "backend/domain/people/link.h"
#include "backend/domain/people/login.h"
#include "backend/domain/people/session.h"
#include "backend/domain/people/sign_in.h"
#include "backend/domain/practice/practice.h"
#include "backend/domain/signing/signing.h"
#include "backend/http/http.h"
#include "backend/jobs/accounts.h"
#include "backend/jobs/certificates.h"
#include "backend/jobs/deadline.h"
#include "backend/jobs/hook.h"
#include "backend/jobs/mail.h"
#include "backend/jobs/publish.h"
#include "backend/jobs/retention.h"
#include "backend/jobs/services.h"
#include "backend/jobs/timestamp.h"
#include "backend/jobs/wallet.h"
#include "backend/pki/cache.h"
#include "backend/store/sweep.h"
#include "common/log.h"
#include "common/usage.h"

static const struct yx_usage_row OPTIONS[] = {
	{ "--conf", "FILE", "Settings; see yinxin.conf(5). Works until SIGTERM or SIGINT." },
	{ "--help", "", "Prints options and settings." },
	{ "--version", "", "Prints the version." },
	{ "--man", "", "Prints the tables of the manual page, a row a line, parts separated by tabs." },
	{ NULL, NULL, NULL },
};
static const struct yx_usage USAGE = { .program = "yinxin-worker", .what = "what Yinxin does without being asked",
	.options = OPTIONS, .settings = CONF_ROWS };

#define STUCK_MS (2 * 60 * 1000)
#define WATCH_MS 5000

static volatile sig_atomic_t stopping;

static void
on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/* SIGUSR1: the work of the next minute is wanted now. */
static volatile sig_atomic_t wanted;

static void
on_wanted(int sig)
{
	(void)sig;
	wanted = 1;
}

/* How each step went since the last minute: the first failure, or YX_OK. */
#define STEPS 40
#define SAY_MS 60000
static struct { const char *name; int rc, said; int64_t said_at; } steps[STEPS];
static pthread_mutex_t steps_lock = PTHREAD_MUTEX_INITIALIZER;

/* 1: it is to be told: another failure than the last one told, or a minute has passed since. A success in
 * between does not count: what comes and goes would be told each time. */
static int
remember(const char *name, int rc)
{
	const int64_t now = yx_now_ms();
	size_t i = 0;
	int tell = rc != YX_OK;

	pthread_mutex_lock(&steps_lock);
	while (i < STEPS && steps[i].name != NULL && strcmp(steps[i].name, name) != 0)
		i++;
	if (i < STEPS) {
		steps[i].name = name;
		steps[i].rc = steps[i].rc == YX_OK ? rc : steps[i].rc;
		tell = tell && (rc != steps[i].said || now - steps[i].said_at >= SAY_MS);
	}
	if (i < STEPS && tell) {
		steps[i].said = rc;
		steps[i].said_at = now;
	}
	pthread_mutex_unlock(&steps_lock);
	return tell;
}

/* A step that fails is logged and comes again; it does not stop the others. Some come twice a second: the same
 * failure is told once a minute. */
static void
step(const char *name, int rc)
{
	if (remember(name, rc))
		yx_warn("%s: %s", name, yx_err_word(rc));
}

/* Tells the administrators' page, and begins anew. */
static void
note_steps(struct yx_db *db, int64_t now)
{
	for (size_t i = 0; i < STEPS; i++) {
		const char *name;
		int rc;

		pthread_mutex_lock(&steps_lock);
		name = steps[i].name;
		rc = steps[i].rc;
		steps[i].rc = YX_OK;
		pthread_mutex_unlock(&steps_lock);
		if (name != NULL && job_run_note(db, name, now, rc) != YX_OK)
			yx_warn("%s: could not be noted", name);
	}
}

static int
collect_objects(struct yx_db *db, struct domain *d, int64_t now)
{
	int64_t gone = 0;
	int rc = object_sweep(db, d->store, now, &gone);

	if (gone > 0)
		yx_info("%lld files of the store were not needed any more", (long long)gone);
	return rc;
}

/* The platform's key, once: a token may be away for a while, and most of the work needs none. */
static int
begin(struct act *act)
{
	static int begun;
	int rc = begun ? YX_OK : platform_key_begin(act);

	begun = rc == YX_OK;
	return rc;
}

/* Who took over, whose overlap is over, and whether what seals and is to seal still can. */
static int
settle(struct yx_db *db, struct domain *d)
{
	struct act act = { .db = db, .domain = d, .ip = "", .arena = yx_arena_new(1 << 20) };
	int rc = act.arena == NULL ? YX_NO_MEMORY : begin(&act);

	/* (what is to be told is told below, in the step's own word) */
	if (rc == YX_OK || rc == YX_CONFIG)
		rc = platform_key_settle(&act);
	if (rc == YX_OK)
		rc = platform_key_look(&act);
	yx_arena_free(&act.arena);
	return rc;
}

static void
once_a_minute(struct yx_db *db, struct domain *d)
{
	const struct yx_conf *conf = d->conf;
	char path[4096];
	int64_t now = yx_now_ms();

	step("contracts", contract_recover(db, now, STUCK_MS, NULL));
	step("deadlines", job_deadlines(db, conf, now));
	step("letters", job_letters(db, conf, now));
	step("deputies", job_deputies(db, conf, now));
	step("signings", signing_sweep(db, d->store, now));
	step("sessions", session_sweep(db, now));
	step("challenges", certificate_sweep(db, now));
	step("card logins", card_login_sweep(db, now));
	step("logins", login_sweep(db, now));
	step("links", link_sweep(db, now));
	step("tokens", client_token_sweep(db, now));
	step("platform keys", settle(db, d));
	step("practices", practice_wipe(db, now));
	step("late for mergers", merge_sweep(db, d));
	step("unused files", collect_objects(db, d, now));
	step("answers", http_sweep(db, now));
	step("wallets", job_wallets(db, d, now));
	step("retention", job_retention(db, d, now));
	step("destruction", job_destruction(db, d, now));
	step("old rows", job_sweep(db, d, now));
	step("audit heads", job_publish(db, conf, now));
	snprintf(path, sizeof(path), "%s/aside", conf->store_dir);
	yx_sweep(path, 3600);
	snprintf(path, sizeof(path), "%s/tmp", conf->store_dir);
	yx_sweep(path, 3600);
	/* Preparations live for ten minutes; this takes what a long outage left. */
	snprintf(path, sizeof(path), "%s/prepared", conf->store_dir);
	yx_sweep(path, 24 * 3600);
	yx_sweep(conf->incoming_dir, 24 * 3600);
	note_steps(db, now);
}

/* Timestamps wait for others' servers: they have a thread and a connection of their own. */
struct keeper { pthread_t thread; struct domain *domain; struct yx_db *db; int started; };

static void *
keep_proofs(void *ctx)
{
	struct keeper *k = ctx;
	char owner[YX_ID_SIZE];

	yx_random_id(owner);
	while (!stopping) {
		int done = 0, looked = 0;

		step("timestamps", job_timestamp(k->db, k->domain, owner, &done));
		step("certificates", job_certificate(k->db, k->domain, &looked));
		if (!done && !looked)
			usleep(500000);
	}
	return NULL;
}

/* Who is asked may be slow: nobody waits for it. */
static void *
watch_services(void *ctx)
{
	struct keeper *k = ctx;
	int64_t last = 0, stamped = 0;

	while (!stopping) {
		if (yx_now_ms() - last >= WATCH_MS) {
			step("trust services", job_services(k->db, k->domain));
			last = yx_now_ms();
		}
		if (yx_now_ms() - stamped >= 60000) {
			step("audit stamps", job_stamp(k->db, k->domain));
			stamped = yx_now_ms();
		}
		usleep(500000);
	}
	return NULL;
}

static int
start(struct keeper *k, struct domain *d, void *(*run)(void *ctx))
{
	int rc;

	k->domain = d;
	if ((rc = yx_db_open(&d->conf->db, &k->db)) != YX_OK)
		return rc;
	k->started = pthread_create(&k->thread, NULL, run, k) == 0;
	return k->started ? YX_OK : YX_NO_MEMORY;
}

static void
finish(struct keeper *k)
{
	if (k->started)
		pthread_join(k->thread, NULL);
	yx_db_close(&k->db);
}

/* Addresses of clients may be slow: several threads, each with a connection, so that one does not keep the
 * others waiting. */
#define HOOK_THREADS 4
struct teller { pthread_t thread; const struct yx_conf *conf; struct yx_db *db; int runs; };

static void *
tell_clients(void *ctx)
{
	struct teller *t = ctx;
	char owner[YX_ID_SIZE];

	yx_random_id(owner);
	while (!stopping) {
		int done = 0;

		step("webhooks", job_hook(t->db, t->conf, owner, &done));
		if (!done)
			usleep(500000);
	}
	return NULL;
}

static int
start_tellers(struct teller *t, const struct yx_conf *conf)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < HOOK_THREADS; i++) {
		t[i].conf = conf;
		if ((rc = yx_db_open(&conf->db, &t[i].db)) != YX_OK)
			break;
		t[i].runs = pthread_create(&t[i].thread, NULL, tell_clients, &t[i]) == 0;
		rc = t[i].runs ? YX_OK : YX_NO_MEMORY;
	}
	return rc;
}

static void
end_tellers(struct teller *t)
{
	for (size_t i = 0; i < HOOK_THREADS; i++) {
		if (t[i].runs)
			pthread_join(t[i].thread, NULL);
		yx_db_close(&t[i].db);
	}
}

/* The platform's key signs the blocks of the audit trail. */
static int
append(struct yx_db *db, struct domain *d, size_t *rows)
{
	struct act act = { .db = db, .domain = d, .ip = "", .arena = yx_arena_new(1 << 20) };
	struct seal_signer s = { .key = NULL };
	int rc = act.arena == NULL ? YX_NO_MEMORY : seal_key_now(&act, &s);

	if (rc == YX_OK)
		rc = audit_append(db, s.key, s.cert, rows);
	yx_arena_free(&act.arena);
	return rc;
}

static void
loop(struct yx_db *db, struct domain *d)
{
	const struct yx_conf *conf = d->conf;
	char owner[YX_ID_SIZE];
	int64_t last = 0;

	yx_random_id(owner);
	while (!stopping) {
		size_t done = 0, rows = 0, asked = 0, events = 0;
		int lists = 0;

		step("audit", append(db, d, &rows));
		step("lists", list_work(db, &lists));
		step("events", client_event_work(db, yx_now_ms(), &events));
		step("accounts", job_accounts(db, conf, &asked));
		step("mergers", merge_work(db, d));
		step("mail", job_mail(db, conf, owner, &done));
		if (wanted || yx_now_ms() - last >= 60000) {
			wanted = 0;
			once_a_minute(db, d);
			last = yx_now_ms();
		}
		if (done == 0 && events == 0 && rows < AUDIT_BLOCK && !lists)
			usleep(500000);
	}
}

static int
work(struct yx_db *db, struct domain *d)
{
	struct keeper proofs = { .domain = NULL }, services = { .domain = NULL };
	struct teller tellers[HOOK_THREADS] = { { .conf = NULL } };
	int rc = start(&proofs, d, keep_proofs);

	if (rc == YX_OK)
		rc = start(&services, d, watch_services);
	if (rc == YX_OK && (rc = start_tellers(tellers, d->conf)) == YX_OK) {
		yx_info("ready");
		loop(db, d);
	}
	stopping = 1;
	end_tellers(tellers);
	finish(&proofs);
	finish(&services);
	return rc;
}

static int
run(const char *path)
{
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct yx_conf c;
	struct yx_store *store = NULL;
	struct yx_db *db = NULL;
	struct domain d = { .conf = NULL };
	const char *why = "";
	int rc = YX_NO_MEMORY;

	if (a == NULL)
		return rc;
	if ((rc = conf_load(a, path, &c, &why)) != YX_OK) {
		yx_error("%s", why);
		goto out;
	}
	yx_log_open("yinxin-worker", c.log_level);
	if ((rc = yx_store_open_dir(c.store_dir, &store)) == YX_OK && (rc = domain_open(&d, &c, store)) == YX_OK &&
	    (rc = hook_secret_open(&c)) == YX_OK && (rc = yx_db_open(&c.db, &db)) == YX_OK)
		rc = work(db, &d);
out:
	yx_db_close(&db);
	domain_close(&d);
	pki_cache_clear();
	yx_store_close(&store);
	yx_arena_free(&a);
	return rc;
}

int
main(int argc, char **argv)
{
	struct sigaction stop = { .sa_handler = on_stop }, now = { .sa_handler = on_wanted, .sa_flags = SA_RESTART };
	int rc;

	hsm_main(argc, argv);
	yx_log_open("yinxin-worker", YX_LOG_INFO);
	if (yx_usage_asked(&USAGE, argc, argv))
		return 0;
	if (argc != 3 || strcmp(argv[1], "--conf") != 0) {
		yx_usage_help(&USAGE, stderr);
		return 2;
	}
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGUSR1, &now, NULL);
	signal(SIGPIPE, SIG_IGN);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	rc = run(argv[2]);
	curl_global_cleanup();
	return rc == YX_OK ? 0 : 1;
}

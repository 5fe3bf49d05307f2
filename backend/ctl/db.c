/* yinxinctl migrate, audit-verify, demo-load, routes: what needs the database. */
#include <stdio.h>
#include <string.h>

#include "backend/api/api.h"
#include "backend/ctl/ctl.h"
#include "backend/db/migrate.h"
#include "backend/domain/client/client_scope.h"
#include "backend/domain/base/audit.h"
#include "backend/ctl/demo.h"
#include "backend/domain/base/domain.h"
#include "backend/domain/list/list.h"
#include "backend/domain/people/member.h"

/* What these commands share: the configuration and a plain argument or two. */
struct ctl_db {
	struct yx_arena   *arena;
	struct yx_conf   conf;
	const char        *plain[1];
};

static int
open_conf(int argc, char **argv, int want, struct ctl_db *c)
{
	const char *path = NULL, *why = "";
	const struct ctl_option options[] = { { "--conf", &path, NULL, NULL, NULL }, { NULL, NULL, NULL, NULL, NULL } };
	int rc = ctl_parse(argc, argv, options, c->plain, want);

	if (rc != YX_OK)
		return rc;
	if (path == NULL) {
		fprintf(stderr, "yinxinctl: %s needs --conf FILE\n", argv[0]);
		return YX_USAGE;
	}
	if ((c->arena = yx_arena_new(4 << 20)) == NULL)
		return YX_NO_MEMORY;
	if ((rc = conf_load(c->arena, path, &c->conf, &why)) != YX_OK) {
		fprintf(stderr, "yinxinctl: %s\n", why);
		return rc;
	}
	return YX_OK;
}

int
ctl_migrate(int argc, char **argv)
{
	struct ctl_db c = { .arena = NULL };
	int applied = 0, rc = open_conf(argc, argv, 1, &c);

	if (rc == YX_OK && (rc = yx_db_migrate(&c.conf.db, c.plain[0], &applied)) == YX_OK)
		printf("%d migrations applied\n", applied);
	yx_arena_free(&c.arena);
	return rc == YX_OK ? CTL_OK : ctl_fail("migrate", rc);
}

int
ctl_audit_verify(int argc, char **argv)
{
	struct ctl_db c = { .arena = NULL };
	struct audit_report r = { .what = NULL };
	struct yx_db *db = NULL;
	X509 *cert = NULL;
	int rc = open_conf(argc, argv, 0, &c);

	if (rc == YX_OK && (rc = audit_open(&c.conf)) == YX_OK && (rc = pki_load_cert(c.conf.seal_cert, &cert)) == YX_OK &&
	    (rc = yx_db_open(&c.conf.db, &db)) == YX_OK)
		rc = audit_verify(db, c.arena, cert, &r);
	if (rc == YX_OK && r.what != NULL)
		printf("audit trail broken: %s\n", r.what);
	else if (rc == YX_OK)
		printf("audit trail intact: %lld rows in %lld blocks, %lld wait for the next\n", (long long)r.rows,
		    (long long)r.blocks, (long long)r.pending);
	yx_db_close(&db);
	X509_free(cert);
	yx_arena_free(&c.arena);
	return rc != YX_OK ? ctl_fail("audit-verify", rc) : r.what != NULL ? CTL_NO : CTL_OK;
}

/* Counts every list anew and compares. */
int
ctl_lists_verify(int argc, char **argv)
{
	struct ctl_db c = { .arena = NULL };
	int64_t entries = 0, wrong = 0;
	int rc = open_conf(argc, argv, 0, &c);

	if (rc == YX_OK)
		rc = list_verify(&c.conf.db, &entries, &wrong);
	yx_arena_free(&c.arena);
	if (rc != YX_OK)
		return ctl_fail("lists-verify", rc);
	printf("lists: %lld entries, %lld wrong\n", (long long)entries, (long long)wrong);
	return wrong != 0 ? CTL_NO : CTL_OK;
}

/* Makes every list anew from what it lists. */
int
ctl_lists_rebuild(int argc, char **argv)
{
	struct ctl_db c = { .arena = NULL };
	struct yx_db *db = NULL;
	int rc = open_conf(argc, argv, 0, &c);

	if (rc == YX_OK && (rc = yx_db_open(&c.conf.db, &db)) == YX_OK)
		rc = list_rebuild(db);
	yx_db_close(&db);
	yx_arena_free(&c.arena);
	return rc == YX_OK ? CTL_OK : ctl_fail("lists-rebuild", rc);
}

int
ctl_demo_load(int argc, char **argv)
{
	struct ctl_db c = { .arena = NULL };
	struct yx_store *store = NULL;
	struct yx_db *db = NULL;
	struct domain domain = { .conf = NULL };
	int loaded = 0, rc = open_conf(argc, argv, 1, &c);

	if (rc == YX_OK && (rc = yx_store_open_dir(c.conf.store_dir, &store)) == YX_OK &&
	    (rc = domain_open(&domain, &c.conf, store)) == YX_OK && (rc = yx_db_open(&c.conf.db, &db)) == YX_OK)
		rc = demo_load(db, &domain, c.plain[0], &loaded);
	yx_db_close(&db);
	domain_close(&domain);
	yx_store_close(&store);
	yx_arena_free(&c.arena);
	if (rc != YX_OK)
		return ctl_fail("demo-load", rc);
	puts(loaded ? "demo data loaded" : "demo data is there already");
	return CTL_OK;
}

static void
write_route(struct yx_jw *w, const struct http_route *r)
{
	const char *role;

	yx_jw_object(w, NULL);
	yx_jw_str(w, "method", r->method);
	yx_jw_str(w, "path", r->path);
	yx_jw_bool(w, "public", r->who == WHO_ANYONE);
	yx_jw_bool(w, "everybody", r->who == WHO_MEMBER);
	yx_jw_array(w, "roles");
	for (size_t i = 0; r->who != WHO_MEMBER && (role = member_role(r->who, i)) != NULL; i++)
		yx_jw_str(w, NULL, role);
	yx_jw_end_array(w);
	yx_jw_bool(w, "client", (r->who & WHO_CLIENT) != 0);
	yx_jw_array(w, "scopes");
	for (size_t i = 0; (role = client_scope(i)) != NULL; i++)
		if (r->who & client_scope_bits(role, NULL))
			yx_jw_str(w, NULL, role);
	yx_jw_end_array(w);
	yx_jw_str(w, "summary", r->summary);
	yx_jw_end_object(w);
}

/* The tables of routes as JSON: tests hold the API's description to it. */
int
ctl_routes(int argc, char **argv)
{
	const struct ctl_option none[] = { { NULL, NULL, NULL, NULL, NULL } };
	struct yx_buf b;
	struct yx_jw w;
	int rc = ctl_parse(argc, argv, none, NULL, 0);

	if (rc != YX_OK)
		return CTL_ERROR;
	yx_buf_init(&b, 1 << 20);
	yx_jw_open(&w, &b);
	yx_jw_array(&w, NULL);
	for (const struct http_route *const *table = API_ROUTES; *table != NULL; table++)
		for (const struct http_route *r = *table; r->method != NULL; r++)
			write_route(&w, r);
	yx_jw_end_array(&w);
	if ((rc = yx_jw_close(&w)) == YX_OK)
		puts(yx_buf_str(&b));
	yx_buf_free(&b);
	return rc == YX_OK ? CTL_OK : ctl_fail("routes", rc);
}

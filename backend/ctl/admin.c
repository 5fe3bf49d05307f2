/* yinxinctl first-admin: the accounts that make all others. */
#include <stdio.h>

#include "backend/ctl/ctl.h"
#include "backend/domain/admin/staff.h"
#include "backend/domain/base/domain.h"

struct first { struct act *act; const struct staff_new *who; char id[YX_ID_SIZE]; };

static int
make(struct yx_db *db, void *ctx)
{
	struct first *f = ctx;

	(void)db;
	return staff_first_admin(f->act, f->who, f->id);
}

static int
run(const struct yx_conf *conf, struct yx_arena *a, const struct staff_new *who)
{
	struct domain domain = { .conf = NULL };
	struct act act = { .arena = a, .domain = &domain, .ip = "" };
	struct first f = { .act = &act, .who = who };
	struct yx_store *store = NULL;
	int rc;

	if ((rc = yx_store_open_dir(conf->store_dir, &store)) == YX_OK &&
	    (rc = domain_open(&domain, conf, store)) == YX_OK && (rc = yx_db_open(&conf->db, &act.db)) == YX_OK)
		rc = yx_db_tx(act.db, make, &f);
	yx_db_close(&act.db);
	domain_close(&domain);
	yx_store_close(&store);
	return rc;
}

int
ctl_first_admin(int argc, char **argv)
{
	const char *path = NULL, *why = "", *plain[3] = { NULL, NULL, NULL };
	const struct ctl_option options[] = { { "--conf", &path, NULL, NULL, NULL }, { NULL, NULL, NULL, NULL, NULL } };
	struct yx_arena *a = yx_arena_new(4 << 20);
	struct yx_conf conf;
	int rc = a == NULL ? YX_NO_MEMORY : ctl_parse(argc, argv, options, plain, 3);

	if (rc == YX_OK && path == NULL) {
		fprintf(stderr, "yinxinctl: %s needs --conf FILE\n", argv[0]);
		rc = YX_USAGE;
	}
	if (rc == YX_OK && (rc = conf_load(a, path, &conf, &why)) != YX_OK)
		fprintf(stderr, "yinxinctl: %s\n", why);
	if (rc == YX_OK)
		rc = run(&conf, a, &(struct staff_new){ .account = plain[0], .name = plain[1], .email = plain[2] });
	yx_arena_free(&a);
	if (rc == YX_STATE) {
		fputs("yinxinctl: there are two platform administrators; they make all others\n", stderr);
		return CTL_NO;
	}
	if (rc != YX_OK)
		return ctl_fail("first-admin", rc);
	puts("an invitation is on its way; a second administrator is needed to agree to roles");
	return CTL_OK;
}

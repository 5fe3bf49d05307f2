#include "backend/domain/admin/key_make.h"

#include <sys/stat.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/seal_key.h"
#include "backend/pki/csr.h"
#include "backend/pki/token_uri.h"

#define PEM_MAX 16384

static int
subject_of(struct act *act, const struct key_request *q, X509_NAME **out)
{
	X509 *now = NULL;
	int rc;

	if (q->subject != NULL)
		return (rc = pki_name_read(q->subject, out)) == YX_OK ? rc : act_field(act, "subject", rc);
	if ((rc = seal_key_certificate(act, &now)) == YX_OK &&
	    (*out = X509_NAME_dup(X509_get_subject_name(now))) == NULL)
		rc = YX_NO_MEMORY;
	X509_free(now);
	return rc;
}

static int
make_key(struct act *act, const struct key_request *q)
{
	const char *path = token_uri_is(q->place) ? NULL : seal_key_path(act->arena, act->domain->conf, q->place);
	int rc = YX_BAD_FIELD;

	if (path == NULL && token_uri_is(q->place)) {
		rc = act->domain->hsm == NULL ? YX_CONFIG : hsm_make(act->domain->hsm, q->place, q->kind);
	} else if (path != NULL) {
		(void)mkdir(act->domain->conf->key_dir, 0700); /* the first of them */
		rc = pki_key_make(path, q->kind);
	}
	return rc == YX_BAD_FIELD || rc == YX_CONFLICT || rc == YX_NOT_FOUND || rc == YX_CONFIG
	    ? act_field(act, "place", rc == YX_NOT_FOUND ? YX_BAD_FIELD : rc) : rc;
}

struct noting { struct act *act; const char *place; };

static int
note(struct yx_db *db, void *ctx)
{
	const struct noting *n = ctx;

	(void)db;
	return audit_act(n->act, "platform_key.request", "", "place", n->place);
}

int
key_request(struct act *act, const struct key_request *q, const char **pem)
{
	struct noting n = { act, q->place };
	struct pki_key *key = NULL;
	X509_NAME *subject = NULL;
	struct yx_buf out;
	int rc = subject_of(act, q, &subject);

	yx_buf_init(&out, PEM_MAX);
	if (rc == YX_OK && q->kind != NULL)
		rc = make_key(act, q);
	if (rc == YX_OK && (rc = seal_key_try(act->domain, q->place, &key)) != YX_OK)
		rc = act_field(act, "place", rc == YX_IO ? YX_NOT_FOUND : rc);
	if (rc == YX_OK && (rc = pki_csr(key, subject, &out)) == YX_OK)
		rc = (*pem = yx_arena_strdup(act->arena, yx_buf_str(&out))) == NULL ? YX_NO_MEMORY : YX_OK;
	if (rc == YX_OK)
		rc = yx_db_tx(act->db, note, &n);
	pki_key_free(&key);
	X509_NAME_free(subject);
	yx_buf_free(&out);
	return rc;
}

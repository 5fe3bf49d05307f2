#include "backend/ctl/ctl.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cades.h"
#include "backend/pades/verify_words.h"
#include "common/cert.h"

#define ARENA_MAX ((size_t)16 << 20)
#define SIGNATURE_MAX ((size_t)4 << 20)
#define JSON_MAX  ((size_t)4 << 20)

static const char *
time_text(struct yx_arena *a, time_t t)
{
	char text[32];
	struct tm tm;

	if (t == 0 || gmtime_r(&t, &tm) == NULL)
		return "-";
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return yx_arena_strdup(a, text);
}

static int
print_json(struct yx_arena *a, const struct pades_report *r, int trusted)
{
	struct yx_buf b;
	struct yx_jw w;
	int rc;

	yx_buf_init(&b, JSON_MAX);
	yx_jw_open(&w, &b);
	yx_jw_object(&w, NULL);
	pades_report_write(&w, a, r, trusted);
	yx_jw_end_object(&w);
	if ((rc = yx_jw_close(&w)) == YX_OK)
		printf("%s\n", yx_buf_str(&b));
	yx_buf_free(&b);
	return rc;
}

/* The language of what is told in sentences. */
static int
english(void)
{
	const char *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return strncmp(value, "zh", 2) != 0;
	}
	return 1;
}

/* Only what is not as it may be: the rest is the next signature's own. */
static void
text_differences(struct yx_arena *a, const struct pades_report *r)
{
	for (size_t i = 0; i < r->differences_n; i++) {
		const char *text = r->differences[i].allowed ? NULL : pades_change_text(a, &r->differences[i], english());

		if (text != NULL)
			printf("%s\n", text);
	}
}

static void
text_signer(struct yx_arena *a, X509 *x)
{
	struct yx_cert c;
	struct yx_gpki g;

	if (x == NULL || yx_cert_of(a, x, &c) != YX_OK)
		return;
	printf("   signer   %s\n   issuer   %s\n   serial   %s\n", c.subject, c.issuer, c.serial);
	yx_gpki_of(x, &g);
	if (g.ubn[0] != '\0')
		printf("   ubn      %s%s\n", g.ubn, g.ubn_ok ? "" : " (the check digit does not fit)");
	if (g.agency_oid[0] != '\0')
		printf("   agency   %s\n", g.agency_oid);
	yx_cert_free(&c);
}

static void
text_proof(struct yx_arena *a, const struct pades_signature *s)
{
	const struct pades_revocation *r = &s->revocation;

	printf("   time     %s (claimed)\n", time_text(a, s->claimed_time));
	if (s->proven != 0)
		printf("   proven   %s\n", time_text(a, s->proven));
	if (r->state != PKI_UNKNOWN)
		printf("   status   %s by %s of %s\n", r->state == PKI_GOOD ? "good" : "revoked", r->source,
		    time_text(a, r->this_update));
	if (*s->algorithm.signature != '\0')
		printf("   method   %s-%d, %s%s%s\n", s->algorithm.signature, s->algorithm.bits, s->algorithm.md,
		    s->algorithm.until == 0 ? "" : ", acceptable until ",
		    s->algorithm.until == 0 ? "" : time_text(a, s->algorithm.until));
}

static void
text_signature(struct yx_arena *a, const struct pades_signature *s, size_t number, int trusted)
{
	printf("%zu. %s: %s%s%s\n", number, s->field, pades_verdict_word(s, trusted), *s->why == '\0' ? "" : ", ", s->why);
	printf("   %s%s%s%s%s\n", s->indication, *s->sub_indication == '\0' ? "" : " ", s->sub_indication,
	    *s->level == '\0' ? "" : *s->field == '\0' ? ", CAdES " : ", PAdES ", s->level);
	if (*s->why != '\0')
		printf("   %s\n", pades_text("why", s->why, english()));
	text_signer(a, s->signer);
	text_proof(a, s);
	if (*s->field != '\0')
		printf("   covers   %lld bytes%s\n", (long long)s->covers,
		    s->covers_all ? ", the whole file" : ", an earlier revision");
	if (s->certification > 0)
		printf("   certifies the document: later only %s\n",
		    s->certification == 1 ? "nothing" : "form filling and signing");
	if (strcmp(s->presumption.result, "not_checked") != 0)
		printf("   %s\n", pades_text("presumption", s->presumption.result, english()));
	if (s->presumption.row != NULL)
		printf("   approval %s\n", s->presumption.row->approval);
	for (size_t i = 0; i < s->warnings_n; i++)
		printf("   note     %s\n", pades_text("warning", s->warnings[i], english()));
}

static int
print_text(struct yx_arena *a, const struct pades_report *r, int trusted)
{
	if (*r->why != '\0')
		printf("the file is damaged: %s\n", r->why);
	else if (r->n == 0)
		printf("no signatures\n");
	for (size_t i = 0; i < r->n; i++)
		text_signature(a, &r->sig[i], i + 1, trusted);
	text_differences(a, r);
	if (!trusted && r->n > 0)
		printf("the signers' chains were not judged: give --trust DIR\n");
	printf("%s\n", pades_all_good(r, trusted) ? "VALID" : "NOT VALID");
	return YX_OK;
}

struct verification {
	const char *file, *trust_dir, *tsa_dir, *signature;
	int         json;
	struct pki_trust *trust, *tsa_trust;
	struct pki_approved *approved;
};

/* Whom one trusts, and says on stderr what is wrong with that. */
static int
open_trust(struct verification *v)
{
	int rc = YX_OK;

	if (v->trust_dir != NULL && ((rc = pki_trust_open(v->trust_dir, NULL, &v->trust)) != YX_OK ||
	    ((rc = pki_approved_open(v->trust_dir, &v->approved)) != YX_OK && rc != YX_NOT_FOUND)))
		return ctl_fail(v->trust_dir, rc);
	if (v->tsa_dir != NULL && (rc = pki_trust_open(v->tsa_dir, NULL, &v->tsa_trust)) != YX_OK)
		return ctl_fail(v->tsa_dir, rc);
	return CTL_OK;
}

static int
verify_detached(struct yx_arena *a, const struct verification *v, const struct pades_policy *policy,
    struct pades_report *r)
{
	struct yx_buf cms;
	struct cades_question q = { .fd = open(v->file, O_RDONLY | O_CLOEXEC), .cms = &cms, .policy = policy };
	int rc = YX_IO;

	yx_buf_init(&cms, SIGNATURE_MAX);
	if (q.fd >= 0 && (rc = ctl_read(v->signature, &cms)) == YX_OK)
		rc = cades_verify(a, &q, r);
	if (q.fd >= 0)
		close(q.fd);
	yx_buf_free(&cms);
	return rc;
}

static int
verify(struct verification *v)
{
	const struct pades_policy policy = { .trust = v->trust, .tsa_trust = v->tsa_trust, .approved = v->approved };
	const int trusted = v->trust != NULL;
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pades_report r = { 0 };
	int code, rc = YX_NO_MEMORY;


	if (a != NULL)
		rc = v->signature != NULL ? verify_detached(a, v, &policy, &r) : pades_verify(a, v->file, &policy, &r);
	if (rc == YX_OK)
		rc = v->json ? print_json(a, &r, trusted) : print_text(a, &r, trusted);
	code = rc != YX_OK ? ctl_fail(v->file, rc) : pades_all_good(&r, trusted) ? CTL_OK : CTL_NO;
	pades_report_free(&r);
	yx_arena_free(&a);
	return code;
}

int
ctl_verify(int argc, char **argv)
{
	struct verification v = { 0 };
	const struct ctl_option options[] = {
		{ "--trust", &v.trust_dir, NULL, NULL, NULL },
		{ "--tsa-trust", &v.tsa_dir, NULL, NULL, NULL },
		{ "--signature", &v.signature, NULL, NULL, NULL },
		{ "--json", NULL, &v.json, NULL, NULL },
		{ NULL, NULL, NULL, NULL, NULL },
	};
	int code;

	if (ctl_parse(argc, argv, options, &v.file, 1) != YX_OK)
		return CTL_ERROR;
	if ((code = open_trust(&v)) == CTL_OK)
		code = verify(&v);
	pki_approved_free(&v.approved);
	pki_trust_free(&v.tsa_trust);
	pki_trust_free(&v.trust);
	return code;
}

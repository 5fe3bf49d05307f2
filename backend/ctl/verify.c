#include "backend/ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "backend/pades/pades.h"
#include "backend/pki/pki.h"
#include "common/cert.h"
#include "common/json.h"

#define ARENA_MAX ((size_t)16 << 20)
#define JSON_MAX  ((size_t)4 << 20)

static int
is_intact(const struct pades_signature *s)
{
	return s->structure_ok && s->digest_ok && s->signature_ok && s->changes_ok;
}

/* Without a trust directory "intact" is the best there is. */
static const char *
verdict(const struct pades_signature *s, int trusted)
{
	if (s->verdict == PADES_VALID)
		return "valid";
	if (s->verdict == PADES_INVALID)
		return "invalid";
	return !trusted && is_intact(s) ? "intact" : "indeterminate";
}

static int
all_good(const struct pades_report *r, int trusted)
{
	if (trusted)
		return r->valid;
	for (size_t i = 0; i < r->n; i++)
		if (!is_intact(&r->sig[i]))
			return 0;
	return r->n > 0;
}

static const char *
time_text(struct yx_arena *a, time_t t)
{
	char text[32];
	struct tm tm;

	if (t == 0 || gmtime_r(&t, &tm) == NULL)
		return NULL;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return yx_arena_strdup(a, text);
}

static void
json_signer(struct yx_jw *w, struct yx_arena *a, X509 *x)
{
	struct yx_cert c;

	if (x == NULL || yx_cert_of(a, x, &c) != YX_OK) {
		yx_jw_null(w, "signer");
		yx_jw_null(w, "issuer");
		yx_jw_null(w, "serial");
		return;
	}
	yx_jw_str(w, "signer", c.subject);
	yx_jw_str(w, "issuer", c.issuer);
	yx_jw_str(w, "serial", c.serial);
	yx_cert_free(&c);
}

static void
json_signature(struct yx_jw *w, struct yx_arena *a, const struct pades_signature *s, int trusted)
{
	yx_jw_object(w, NULL);
	yx_jw_str(w, "field", s->field);
	yx_jw_str(w, "verdict", verdict(s, trusted));
	yx_jw_str(w, "why", s->why);
	json_signer(w, a, s->signer);
	yx_jw_str(w, "name", s->name);
	yx_jw_str(w, "reason", s->reason);
	yx_jw_str(w, "claimedTime", time_text(a, s->claimed_time));
	yx_jw_str(w, "subFilter", s->sub_filter);
	yx_jw_int(w, "coversRevision", s->revision);
	yx_jw_int(w, "coversBytes", s->covers);
	yx_jw_bool(w, "coversAll", s->covers_all);
	yx_jw_int(w, "certification", s->certification);
	yx_jw_str(w, "digestAlgorithm", s->md);
	yx_jw_bool(w, "structure", s->structure_ok);
	yx_jw_bool(w, "digest", s->digest_ok);
	yx_jw_bool(w, "signature", s->signature_ok);
	yx_jw_bool(w, "changes", s->changes_ok);
	yx_jw_bool(w, "timestamp", s->timestamp);
	yx_jw_str(w, "chain", !trusted ? "not_checked" : s->chain_ok ? "trusted" : "untrusted");
	yx_jw_end_object(w);
}

static void
json_differences(struct yx_jw *w, const struct pades_report *r)
{
	yx_jw_array(w, "changes");
	for (size_t i = 0; i < r->differences_n; i++) {
		const struct pades_difference *d = &r->differences[i];

		yx_jw_object(w, NULL);
		yx_jw_int(w, "afterSignature", d->after);
		yx_jw_int(w, "object", d->object);
		yx_jw_int(w, "page", d->page);
		yx_jw_str(w, "class", pades_class_word(d->class));
		yx_jw_bool(w, "added", d->added);
		yx_jw_bool(w, "allowed", d->allowed);
		yx_jw_str(w, "text", pades_class_text(d->class));
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
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
	yx_jw_bool(&w, "valid", all_good(r, trusted));
	yx_jw_str(&w, "why", r->why);
	yx_jw_str(&w, "trust", trusted ? "checked" : "not_checked");
	yx_jw_array(&w, "signatures");
	for (size_t i = 0; i < r->n; i++)
		json_signature(&w, a, &r->sig[i], trusted);
	yx_jw_end_array(&w);
	json_differences(&w, r);
	yx_jw_end_object(&w);
	if ((rc = yx_jw_close(&w)) == YX_OK)
		printf("%s\n", yx_buf_str(&b));
	yx_buf_free(&b);
	return rc;
}

/* Only what is not as it may be: the rest is the next signature's own. */
static void
text_differences(const struct pades_report *r)
{
	for (size_t i = 0; i < r->differences_n; i++) {
		const struct pades_difference *d = &r->differences[i];

		if (d->allowed)
			continue;
		printf("after signature %d: %s was %s", d->after, pades_class_text(d->class), d->added ? "added" : "changed");
		if (d->object != 0)
			printf(" (object %lld%s", (long long)d->object, d->page == 0 ? ")" : ", page ");
		if (d->object != 0 && d->page != 0)
			printf("%d)", d->page);
		printf("\n");
	}
}

static int
print_text(struct yx_arena *a, const struct pades_report *r, int trusted)
{
	if (*r->why != '\0')
		printf("the file is damaged: %s\n", r->why);
	else if (r->n == 0)
		printf("no signatures\n");
	for (size_t i = 0; i < r->n; i++) {
		const struct pades_signature *s = &r->sig[i];
		const char *when = time_text(a, s->claimed_time);
		struct yx_cert c = {0};

		printf("%zu. %s: %s%s%s\n", i + 1, s->field, verdict(s, trusted),
		    *s->why == '\0' ? "" : ", ", s->why);
		if (s->signer != NULL && yx_cert_of(a, s->signer, &c) == YX_OK)
			printf("   signer   %s\n   issuer   %s\n   serial   %s\n", c.subject, c.issuer, c.serial);
		yx_cert_free(&c);
		printf("   time     %s (claimed)\n   covers   %lld bytes%s\n", when == NULL ? "-" : when,
		    (long long)s->covers, s->covers_all ? ", the whole file" : ", an earlier revision");
		if (s->certification > 0)
			printf("   certifies the document: later only %s\n",
			    s->certification == 1 ? "nothing" : "form filling and signing");
	}
	text_differences(r);
	if (!trusted && r->n > 0)
		printf("the signers' chains were not judged: give --trust DIR\n");
	printf("%s\n", all_good(r, trusted) ? "VALID" : "NOT VALID");
	return YX_OK;
}

static int
verify(const char *file, const char *trust_dir, int json)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pki_trust *trust = NULL;
	struct pades_report r = {0};
	int code = CTL_ERROR, rc = a == NULL ? YX_NO_MEMORY : YX_OK;

	if (rc == YX_OK && trust_dir != NULL && (rc = pki_trust_open(trust_dir, NULL, &trust)) != YX_OK) {
		ctl_fail(trust_dir, rc);
		goto out;
	}
	if (rc != YX_OK || (rc = pades_verify(a, file, trust == NULL ? NULL : pki_trust_store(trust),
	    &r)) != YX_OK || (rc = json ? print_json(a, &r, trust != NULL) :
	    print_text(a, &r, trust != NULL)) != YX_OK) {
		ctl_fail(file, rc);
		goto out;
	}
	code = all_good(&r, trust != NULL) ? CTL_OK : CTL_NO;
out:
	pades_report_free(&r);
	pki_trust_free(&trust);
	yx_arena_free(&a);
	return code;
}

int
ctl_verify(int argc, char **argv)
{
	const char *file = NULL, *trust = NULL;
	int json = 0;
	const struct ctl_option options[] = {
		{"--trust", &trust, NULL, NULL, NULL},
		{"--json", NULL, &json, NULL, NULL},
		{NULL, NULL, NULL, NULL, NULL},
	};

	if (ctl_parse(argc, argv, options, &file, 1) != YX_OK)
		return CTL_ERROR;
	return verify(file, trust, json);
}

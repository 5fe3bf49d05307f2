#include "backend/pades/verify.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/changes.h"
#include "backend/pades/cms_verify.h"
#include "backend/pades/differences.h"
#include "backend/pades/file.h"
#include "backend/pades/form.h"
#include "backend/pades/inspect.h"
#include "backend/pades/prefix.h"
#include "backend/pades/revisions.h"
#include "backend/pades/verify_judge.h"
#include "backend/pki/tst.h"
#include "common/codec.h"

#define ARENA_MAX      ((size_t)96 << 20)
#define SIGNATURES_MAX 256
#define STRING_MAX     4096
#define CONTENTS_MAX   ((size_t)4 << 20)

struct one {                        /* a signature while it is examined */
	const struct pdf_sigfield *field;
	struct pdf_object o;            /* its dictionary */
	struct pades_hole hole;
	struct pdf_span contents;
	struct pdf_locks locks;
	size_t revision;                /* index into job.rev */
	struct cms_parts cms;           /* signer NULL: not to be taken apart */
	struct pades_signature out;
};

struct job {
	struct yx_arena *a;             /* the caller's: for what the report keeps */
	struct pdf_doc d;
	struct pdf_form form;
	struct one *sig;
	size_t n;
	struct pdf_revision *rev;
	size_t rev_n;
	const struct pades_policy *policy;
	time_t now;
	struct pades_material material;
	struct pdf_prefix prefix;       /* signatures are in the order of their places */
	struct pades_difference *differences; /* in a */
	size_t differences_n;
};

static void
flaw(struct one *s, const char *why)
{
	pades_flaw(&s->out, why);
}

/* ---- the dictionary and its range (rules R1 and R2 of the file's form) ---- */

static const char *
text_of(struct job *j, struct pdf_span dict, const char *key)
{
	struct pdf_object v;
	struct yx_buf b;
	const char *out = NULL;

	yx_buf_init(&b, STRING_MAX);
	if (pdf_follow(&j->d, 0, dict, key, &v) == YX_OK && v.value.p != NULL &&
	    pdf_text(v.value, &b) == YX_OK && yx_utf8_valid(yx_buf_str(&b), b.len))
		out = yx_arena_strdup(j->a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

/* "D:20210922160942+08'00'"; 0 if it is not one. */
static time_t
time_of(const char *s)
{
	struct tm tm = { 0 };
	const char *at;
	int hours = 0, minutes = 0;
	time_t t;

	if (s == NULL || strncmp(s, "D:", 2) != 0 || strlen(s) < 16 ||
	    (at = strptime(s + 2, "%Y%m%d%H%M%S", &tm)) == NULL)
		return 0;
	t = timegm(&tm);
	if (*at != '+' && *at != '-')
		return t;
	if (strlen(at) >= 3) {
		hours = (at[1] - '0') * 10 + at[2] - '0';
		if (at[3] == '\'' && strlen(at) >= 6)
			minutes = (at[4] - '0') * 10 + at[5] - '0';
	}
	return *at == '+' ? t - hours * 3600 - minutes * 60 : t + hours * 3600 + minutes * 60;
}

static int
four_numbers(struct pdf_span range, int64_t n[4])
{
	struct pdf_cur c;
	struct pdf_span v;
	int more;

	if (pdf_inside(range, PDF_ARRAY, &c) != YX_OK)
		return 0;
	for (int i = 0; i < 4; i++)
		if (pdf_next_item(&c, &v, &more) != YX_OK || !more || pdf_int(v, &n[i]) != YX_OK)
			return 0;
	return pdf_next_item(&c, &v, &more) == YX_OK && !more;
}

static int
is_hex_string(struct pdf_span s)
{
	if (pdf_type(s) != PDF_HEX || s.n < 4 || s.n % 2 != 0)
		return 0;
	for (size_t i = 1; i + 1 < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f') ||
		    (s.p[i] >= 'A' && s.p[i] <= 'F')))
			return 0;
	return 1;
}

/* The gap of the range is exactly this dictionary's own /Contents. */
static const char *
range_flaw(struct job *j, struct one *s)
{
	struct pdf_span range;
	int64_t n[4], at;

	if (pdf_get(s->o.value, "ByteRange", &range) != YX_OK || !four_numbers(range, n))
		return "byte_range";
	if (n[0] != 0 || n[1] <= 0 || n[2] <= n[1] + 2 || n[3] <= 0 || n[2] > j->d.in.size ||
	    n[3] > j->d.in.size - n[2])
		return "byte_range";
	if (pdf_get(s->o.value, "Contents", &s->contents) != YX_OK || !is_hex_string(s->contents))
		return "contents";
	at = s->o.value_offset + (s->contents.p - s->o.value.p);
	if (at != n[1] || at + (int64_t)s->contents.n != n[2] || s->contents.n > CONTENTS_MAX)
		return "byte_range_gap";
	s->hole = (struct pades_hole){ n[1], n[2], n[2] + n[3] };
	s->out.covers = s->hole.total;
	s->out.covers_all = s->hole.total == j->d.in.size;
	return NULL;
}

static const char *
sub_filter(struct one *s)
{
	static const char *const known[] = { "ETSI.CAdES.detached", "adbe.pkcs7.detached",
		"ETSI.RFC3161", "adbe.pkcs7.sha1", "adbe.x509.rsa_sha1", NULL };
	struct pdf_span v;

	if (pdf_get(s->o.value, "SubFilter", &v) != YX_OK)
		return "";
	for (int i = 0; known[i] != NULL; i++)
		if (pdf_name_is(v, known[i]))
			return known[i];
	return "";
}

static int
read_dictionary(struct job *j, struct one *s)
{
	struct pdf_span dict, cert;
	int rc;

	if ((rc = pdf_fetch(&j->d, 0, s->field->v_id, &s->o)) != YX_OK)
		return rc;
	dict = s->o.value;
	s->out.field = yx_arena_strdup(j->a, s->field->name);
	s->out.sub_filter = "";
	s->out.md = "";
	if (s->o.offset < 0 || s->o.stream || pdf_type(dict) != PDF_DICT) {
		flaw(s, "signature_not_an_object");
		return YX_OK;
	}
	s->out.sub_filter = sub_filter(s);
	s->out.name = text_of(j, dict, "Name");
	s->out.reason = text_of(j, dict, "Reason");
	s->out.location = text_of(j, dict, "Location");
	s->out.claimed_time = time_of(text_of(j, dict, "M"));
	if (!pdf_equal(dict, dict) || pdf_get(dict, "Cert", &cert) != YX_OK || cert.p != NULL)
		flaw(s, "signature_dictionary");
	flaw(s, range_flaw(j, s));
	if (pdf_locks_add(&j->d, 0, dict, &s->locks) != YX_OK)
		flaw(s, "signature_dictionary");
	s->out.certification = s->locks.docmdp;
	s->locks.approved = s->locks.docmdp == 0 && strcmp(s->out.sub_filter, "ETSI.RFC3161") != 0;
	return s->out.field == NULL ? YX_NO_MEMORY : YX_OK;
}

/* Those without a usable range come last. */
static int
by_end(const void *a, const void *b)
{
	uint64_t x = (uint64_t)((const struct one *)a)->hole.total - 1;
	uint64_t y = (uint64_t)((const struct one *)b)->hole.total - 1;

	return (x > y) - (x < y);
}

static int
read_signatures(struct job *j)
{
	int rc;

	j->sig = yx_arena_alloc(j->d.in.a, (j->form.sig_n + 1) * sizeof(*j->sig));
	if (j->sig == NULL || j->form.sig_n > SIGNATURES_MAX)
		return YX_PDF_TOO_COMPLEX;
	for (size_t i = 0; i < j->form.sig_n; i++) {
		if (j->form.sig[i].v_id == 0)
			continue;
		j->sig[j->n].field = &j->form.sig[i];
		if ((rc = read_dictionary(j, &j->sig[j->n])) != YX_OK)
			return rc;
		j->n++;
	}
	qsort(j->sig, j->n, sizeof(*j->sig), by_end);
	return YX_OK;
}

/* ---- where it stands among the revisions (R3, R4, R6) ---- */

/* The dictionary was in the signed revision, in the same place, as the value of
 * the same field. */
static int
is_same_in(struct job *j, struct one *s, const struct pdf_revision *r, int *same)
{
	struct pdf_form form;
	struct pdf_entry then, now;
	int rc;

	*same = 0;
	if ((rc = pdf_lookup(&j->d, r->view, s->field->v_id, &then)) != YX_OK ||
	    (rc = pdf_lookup(&j->d, 0, s->field->v_id, &now)) != YX_OK ||
	    (rc = pdf_form_read(&j->d, r->view, &form)) != YX_OK)
		return rc;
	if (then.type != 1 || now.type != 1 || then.offset != now.offset)
		return YX_OK;
	for (size_t i = 0; i < form.sig_n; i++)
		if (form.sig[i].id == s->field->id && form.sig[i].v_id == s->field->v_id)
			*same = strcmp(form.sig[i].name, s->field->name) == 0;
	return YX_OK;
}

static const char *
place_flaw(struct job *j, size_t i)
{
	struct one *s = &j->sig[i];
	const struct pdf_revision *r = NULL;
	int same;

	for (size_t k = 0; k < j->rev_n && r == NULL; k++) {
		if (s->hole.total >= j->rev[k].end && s->hole.total <= j->rev[k].end_max) {
			r = &j->rev[k];
			s->revision = k;
		}
	}
	if (r == NULL)
		return "revision";
	/* Each signature in a revision of its own, behind the one before. */
	for (size_t k = 0; k < i; k++)
		if (j->sig[k].out.structure_ok && (s->o.offset < j->sig[k].hole.total || s->revision == j->sig[k].revision))
			return "byte_range_overlap";
	if (s->o.offset >= s->hole.start || s->o.behind < s->hole.end || s->o.behind > s->hole.total)
		return "byte_range";
	if (is_same_in(j, s, r, &same) != YX_OK || !same)
		return "signature_dictionary_changed";
	/* A certification comes first (ISO 32000-2, 12.8.2.2). */
	return s->locks.docmdp != 0 && i > 0 ? "certification_not_first" : NULL;
}

static int
find_revisions(struct job *j)
{
	int rc = YX_OK;

	/* A signature that does not end where a revision ends is its own trouble; the
	 * ones behind it are looked at all the same. */
	for (size_t i = 0; i < j->n && j->rev_n == 0 && rc == YX_OK; i++) {
		if (j->sig[i].hole.total <= 0)
			continue;
		if ((rc = pdf_revisions(&j->d, j->sig[i].hole.total, &j->rev, &j->rev_n)) == YX_PDF_BROKEN) {
			flaw(&j->sig[i], "revision");
			rc = YX_OK;
		}
	}
	for (size_t k = 1; rc == YX_OK && k < j->rev_n; k++)
		rc = pdf_revision_check(&j->d, &j->rev[k]);
	return rc == YX_NO_MEMORY || rc == YX_IO ? rc : YX_OK;
}

static void
check_places(struct job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		struct one *s = &j->sig[i];

		s->out.revision = (int)i + 1;
		if (s->out.why == NULL)
			flaw(s, place_flaw(j, i));
		s->out.structure_ok = s->out.why == NULL;
	}
}

/* ---- what came after (R5) ---- */

/* The limits that signatures up to revision k set for what follows. */
static int
limits_before(struct job *j, size_t k, struct pdf_locks *out)
{
	int rc = YX_OK;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < j->n && rc == YX_OK; i++)
		if (j->sig[i].out.structure_ok && j->sig[i].revision < k)
			rc = pdf_locks_join(j->d.in.a, out, &j->sig[i].locks);
	return rc;
}

/* What revision k is made of, behind so many signatures. */
static int
list_differences(struct job *j, size_t k)
{
	size_t from = j->differences_n;
	int after = 0, rc = pdf_differences(&j->d, &j->rev[k], j->differences, PADES_DIFFERENCES_MAX, &j->differences_n);

	for (size_t i = 0; i < j->n; i++)
		after += j->sig[i].out.structure_ok && j->sig[i].revision < k;
	for (; from < j->differences_n; from++)
		j->differences[from].after = after;
	return rc;
}

static void
note_change(struct one *s, const struct pdf_revision *r, const char *why)
{
	if (why != NULL) {
		s->out.changes_ok = 0;
		flaw(s, why);
		return;
	}
	if (r->filled && !s->out.timestamp)
		pades_warn(&s->out, "form_filled");
	if (r->noted && !s->out.timestamp)
		pades_warn(&s->out, "annotated");
}

static int
check_changes(struct job *j)
{
	int rc;

	j->differences = yx_arena_alloc(j->a, PADES_DIFFERENCES_MAX * sizeof(*j->differences));
	if (j->differences == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; i < j->n; i++)
		j->sig[i].out.changes_ok = j->sig[i].out.structure_ok;
	for (size_t k = 1; k < j->rev_n; k++) {
		struct pdf_locks limits;
		const char *why = j->rev[k].flaw;

		if (limits_before(j, k, &limits) != YX_OK)
			why = "update_too_complex";
		if (why == NULL && pdf_changes(&j->d, &j->rev[k], &limits, &why) != YX_OK)
			why = "update_malformed";
		for (size_t i = 0; i < j->n; i++)
			if (j->sig[i].revision < k)
				note_change(&j->sig[i], &j->rev[k], why);
		/* (a list that got too long to make says nothing about the signatures) */
		rc = list_differences(j, k);
		if (rc == YX_NO_MEMORY || rc == YX_IO)
			return rc;
	}
	return YX_OK;
}

/* ---- the signature itself ---- */

static int
check_cms(struct job *j, struct one *s, const struct yx_buf *contents, int need_ess)
{
	struct cms_parts *c = &s->cms;
	uint8_t digest[EVP_MAX_MD_SIZE];
	size_t n = sizeof(digest);
	const char *why;
	int rc = cms_parts_open(contents->data, contents->len, c, &why);

	if (c->md != NULL)
		s->out.md = c->md;
	if (c->signer != NULL && X509_up_ref(c->signer) == 1)
		s->out.signer = c->signer;
	if (rc != YX_OK) {
		flaw(s, why);
		return rc == YX_NO_MEMORY ? rc : YX_OK;
	}
	rc = pdf_prefix_digest(&j->prefix, &s->hole, c->md, digest, &n);
	s->out.digest_ok = rc == YX_OK && cms_digest_fits(c, digest, n);
	if (!s->out.digest_ok)
		flaw(s, "digest_mismatch");
	why = cms_signature_flaw(c, need_ess);
	s->out.signature_ok = why == NULL;
	flaw(s, why);
	return pades_material_cms(&j->material, c);
}

/* The token in the hole, with zeros behind it (EN 319 142-1, 5.4.3); 0: it is not so. */
static size_t
token_length(const struct yx_buf *contents)
{
	const unsigned char *p = contents->data, *end = p + contents->len;
	long length;
	int tag, class;

	if ((ASN1_get_object(&p, &length, &tag, &class, (long)contents->len) & (0x80 | 1)) != 0)
		return 0;
	for (const unsigned char *at = p + length; at < end; at++)
		if (*at != 0)
			return 0;
	return (size_t)(p - contents->data + length);
}

static const char *
timestamp_flaw(struct job *j, struct one *s, const struct yx_buf *contents, struct pki_tst *tst)
{
	const struct pki_trust *trust = pades_tsa_trust(j->policy);
	struct pki_digest digest = { .n = sizeof(digest.bytes) };
	const size_t n = token_length(contents);
	int rc;

	if (n == 0 || pki_tst_read(contents->data, n, tst) != YX_OK)
		return "cms_malformed";
	s->out.claimed_time = tst->time;
	if (pades_md(tst->imprint.md) == NULL)
		return "digest_algorithm";
	s->out.md = digest.md = tst->imprint.md;
	s->out.digest_ok = pdf_prefix_digest(&j->prefix, &s->hole, digest.md, digest.bytes, &digest.n) == YX_OK &&
	    digest.n == tst->imprint.n && yx_equal(digest.bytes, tst->imprint.bytes, digest.n);
	if (!s->out.digest_ok)
		return "digest_mismatch";
	rc = pki_tst_check(trust, tst, &digest, 0, j->material.certs);
	s->out.signature_ok = tst->intact;
	if (!tst->intact)
		return rc == YX_NO_MEMORY ? "no_memory" : "signature_mismatch";
	if (trust == NULL)
		return "trust_not_checked";
	s->out.chain_ok = rc == YX_OK;
	return rc == YX_OK ? NULL : yx_err_word(rc);
}

static void
check_timestamp(struct job *j, struct one *s, const struct yx_buf *contents)
{
	struct pki_tst tst = { 0 };

	s->out.timestamp = 1;
	flaw(s, timestamp_flaw(j, s, contents, &tst));
	if (tst.signer != NULL && X509_up_ref(tst.signer) == 1)
		s->out.signer = tst.signer;
	s->out.chain = tst.chain; /* the report's */
	tst.chain = NULL;
	pki_tst_free(&tst);
	ERR_clear_error();
}

static int
check_signature(struct job *j, struct one *s)
{
	struct yx_buf contents;
	int etsi = strcmp(s->out.sub_filter, "ETSI.CAdES.detached") == 0;
	int timestamp = strcmp(s->out.sub_filter, "ETSI.RFC3161") == 0, rc = YX_OK;

	if (!s->out.structure_ok)
		return YX_OK;
	if (!etsi && !timestamp && strcmp(s->out.sub_filter, "adbe.pkcs7.detached") != 0) {
		flaw(s, "sub_filter");
		return YX_OK;
	}
	yx_buf_init(&contents, CONTENTS_MAX);
	if (pdf_string(s->contents, &contents) != YX_OK)
		flaw(s, "contents");
	else if (timestamp)
		check_timestamp(j, s, &contents);
	else
		rc = check_cms(j, s, &contents, etsi);
	yx_buf_free(&contents);
	return rc;
}

/* ---- what it is worth ---- */

/* PAdES forbids a signing time inside (EN 319 142-1, 6.3, letter j) and wants /M. */
static int
is_baseline(const struct one *s)
{
	if (strcmp(s->out.sub_filter, "ETSI.CAdES.detached") != 0 || s->cms.si == NULL)
		return 0;
	return s->out.claimed_time != 0 && CMS_signed_get_attr_by_NID(s->cms.si, NID_pkcs9_signingTime, -1) < 0;
}

/* From the newest back: a valid timestamp proves whatever stands before it. */
static void
judge_all(struct job *j)
{
	time_t proven = 0;
	size_t stamped = 0; /* the newest valid timestamp's revision, as a view */

	for (size_t i = j->n; i-- > 0;) {
		struct one *s = &j->sig[i];
		struct pades_trial t = { .policy = j->policy, .material = &j->material, .cms = &s->cms, .now = j->now,
			.proven = proven, .baseline = is_baseline(s), .out = &s->out };

		t.archived = proven != 0 && j->material.store && stamped <= j->material.first_store;
		if (!s->out.timestamp) {
			pades_judge(&t);
			continue;
		}
		pades_judge_timestamp(&t);
		if (s->out.verdict == PADES_VALID) {
			stamped = proven == 0 ? j->rev[s->revision].view : stamped;
			proven = s->out.claimed_time;
		}
	}
}

/* ---- all of it ---- */

static int
report(struct job *j, struct pades_report *out)
{
	out->sig = yx_arena_alloc(j->a, (j->n + 1) * sizeof(*out->sig));
	if (out->sig == NULL)
		return YX_NO_MEMORY;
	out->valid = j->n > 0;
	for (size_t i = 0; i < j->n; i++) {
		out->sig[i] = j->sig[i].out; /* and what it owns */
		memset(&j->sig[i].out, 0, sizeof(j->sig[i].out));
		out->valid = out->valid && out->sig[i].verdict == PADES_VALID;
	}
	out->n = j->n;
	out->differences = j->differences;
	out->differences_n = j->differences_n;
	return YX_OK;
}

static int
examine(struct job *j, struct pades_report *out)
{
	int rc;

	if ((rc = pdf_form_read(&j->d, 0, &j->form)) != YX_OK || (rc = read_signatures(j)) != YX_OK ||
	    (rc = find_revisions(j)) != YX_OK)
		return rc;
	check_places(j);
	if ((rc = check_changes(j)) != YX_OK)
		return rc;
	for (size_t i = 0; i < j->n; i++)
		if (j->form.xfa)
			pades_warn(&j->sig[i].out, "xfa");
	if ((rc = pades_material_store(&j->material, &j->d, j->form.root.value)) != YX_OK)
		return rc;
	for (size_t i = 0; i < j->n; i++)
		if ((rc = check_signature(j, &j->sig[i])) != YX_OK)
			return rc;
	judge_all(j);
	return report(j, out);
}

static void
free_signature(struct pades_signature *s)
{
	X509_free(s->signer);
	sk_X509_pop_free(s->chain, X509_free);
	for (size_t i = 0; i < s->stamps_n; i++)
		X509_free(s->stamps[i].tsa);
}

static void
free_job(struct job *j)
{
	for (size_t i = 0; i < j->n; i++) {
		free_signature(&j->sig[i].out);
		cms_parts_free(&j->sig[i].cms);
	}
	pades_material_free(&j->material);
	pdf_prefix_free(&j->prefix);
}

int
pades_verify_fd(struct yx_arena *a, int fd, const struct pades_policy *policy, struct pades_report *out)
{
	struct job j = { .a = a, .policy = policy, .now = policy->now != 0 ? policy->now : time(NULL),
		.prefix = { .fd = fd } };
	struct yx_arena *own = yx_arena_new(ARENA_MAX);
	struct pades_facts facts;
	struct pdf_form form;
	int rc = YX_NO_MEMORY;

	memset(out, 0, sizeof(*out));
	out->why = "";
	if (own == NULL || pades_material_open(&j.material) != YX_OK)
		goto out;
	if ((rc = pdf_doc_open(&j.d, own, fd)) == YX_OK && (rc = pdf_inspect(&j.d, NULL, &facts, &form)) == YX_OK)
		rc = examine(&j, out);
	/* A file that cannot be read as a PDF but speaks of a signature was one: that is
	 * an answer ("damaged"), not a failure to answer. */
	if (rc != YX_OK && rc != YX_IO && rc != YX_NO_MEMORY && pdf_mentions(fd, "/ByteRange")) {
		out->why = yx_err_word(rc);
		rc = YX_OK;
	}
out:
	free_job(&j);
	yx_arena_free(&own);
	ERR_clear_error();
	return rc;
}

int
pades_verify(struct yx_arena *a, const char *path, const struct pades_policy *policy, struct pades_report *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return YX_IO;
	rc = pades_verify_fd(a, fd, policy, out);
	close(fd);
	return rc;
}

void
pades_report_free(struct pades_report *r)
{
	for (size_t i = 0; i < r->n; i++)
		free_signature(&r->sig[i]);
	r->n = 0;
}

#include "backend/pades/verify_words.h"

#include <stdio.h>
#include <string.h>

#include "build/gen/verify_texts.h"
#include "common/cert.h"

static const struct { const char *key, *text[2]; } TEXTS[] = {
#define ROW(key, zh, en) { key, { zh, en } },
	YX_VERIFY_TEXTS(ROW)
#undef ROW
};

const char *
pades_text(const char *group, const char *word, int english)
{
	char key[80];

	if (snprintf(key, sizeof(key), "%s.%s", group, word) >= (int)sizeof(key))
		return word;
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		if (strcmp(TEXTS[i].key, key) == 0)
			return TEXTS[i].text[english != 0];
	return word;
}

/* The text with {name} replaced. */
static void
fill(struct yx_buf *out, const char *text, const char *name, const char *value)
{
	const char *at = strstr(text, name);

	if (at == NULL) {
		yx_buf_adds(out, text);
		return;
	}
	yx_buf_add(out, text, (size_t)(at - text));
	yx_buf_adds(out, value);
	yx_buf_adds(out, at + strlen(name));
}

static void
fill_number(struct yx_buf *out, const char *text, const char *name, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	fill(out, text, name, digits);
}

const char *
pades_change_text(struct yx_arena *a, const struct pades_difference *d, int english)
{
	struct yx_buf head, all;
	const char *text = NULL;

	yx_buf_init(&head, 4096);
	yx_buf_init(&all, 4096);
	fill_number(&head, pades_text("change", d->added ? "added" : "changed", english), "{after}", d->after);
	fill(&all, yx_buf_str(&head), "{what}", pades_text("class", pades_class_word(d->class), english));
	if (d->page > 0)
		fill_number(&all, pades_text("change", "page", english), "{page}", d->page);
	if (d->object > 0)
		fill_number(&all, pades_text("change", "object", english), "{object}", d->object);
	if (yx_buf_status(&head) == YX_OK && yx_buf_status(&all) == YX_OK)
		text = yx_arena_strdup(a, yx_buf_str(&all));
	yx_buf_free(&head);
	yx_buf_free(&all);
	return text;
}

static int
is_intact(const struct pades_signature *s)
{
	return s->structure_ok && s->digest_ok && s->signature_ok && s->changes_ok;
}

const char *
pades_verdict_word(const struct pades_signature *s, int trusted)
{
	if (s->verdict == PADES_VALID)
		return "valid";
	if (s->verdict == PADES_INVALID)
		return "invalid";
	return !trusted && is_intact(s) ? "intact" : "indeterminate";
}

int
pades_all_good(const struct pades_report *r, int trusted)
{
	if (trusted)
		return r->valid;
	for (size_t i = 0; i < r->n; i++)
		if (!is_intact(&r->sig[i]))
			return 0;
	return r->n > 0;
}

/* ---- JSON ---- */

static void
write_time(struct yx_jw *w, const char *key, time_t t)
{
	char text[32];
	struct tm tm;

	if (t == 0 || gmtime_r(&t, &tm) == NULL) {
		yx_jw_null(w, key);
		return;
	}
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	yx_jw_str(w, key, text);
}

static void
write_identity(struct yx_jw *w, X509 *x)
{
	struct yx_gpki g;

	yx_gpki_of(x, &g);
	yx_jw_object(w, "identity");
	yx_jw_str(w, "lastDigits", g.last_digits[0] == '\0' ? NULL : g.last_digits);
	yx_jw_str(w, "ubn", g.ubn[0] == '\0' ? NULL : g.ubn);
	if (g.ubn[0] == '\0')
		yx_jw_null(w, "ubnChecks");
	else
		yx_jw_bool(w, "ubnChecks", g.ubn_ok);
	yx_jw_str(w, "agencyOid", g.agency_oid[0] == '\0' ? NULL : g.agency_oid);
	yx_jw_str(w, "card", yx_gpki_card_word(g.card));
	yx_jw_end_object(w);
}

static void
write_signer(struct yx_jw *w, struct yx_arena *a, X509 *x)
{
	struct yx_cert c;

	if (x == NULL || yx_cert_of(a, x, &c) != YX_OK) {
		yx_jw_null(w, "signer");
		yx_jw_null(w, "signerName");
		yx_jw_null(w, "issuer");
		yx_jw_null(w, "serial");
		return;
	}
	yx_jw_str(w, "signer", c.subject);
	yx_jw_str(w, "signerName", c.organization[0] != '\0' ? c.organization : c.subject_name);
	yx_jw_str(w, "issuer", c.issuer);
	yx_jw_str(w, "serial", c.serial);
	write_identity(w, x);
	yx_cert_free(&c);
}

static void
write_certificates(struct yx_jw *w, struct yx_arena *a, STACK_OF(X509) *chain)
{
	struct yx_cert c;

	yx_jw_array(w, "certificates");
	for (int i = 0; i < sk_X509_num(chain); i++) {
		if (yx_cert_of(a, sk_X509_value(chain, i), &c) != YX_OK)
			continue;
		yx_jw_object(w, NULL);
		yx_jw_str(w, "subject", c.subject);
		yx_jw_str(w, "issuer", c.issuer);
		yx_jw_str(w, "serial", c.serial);
		yx_jw_str(w, "key", c.key_type);
		write_time(w, "notBefore", c.not_before);
		write_time(w, "notAfter", c.not_after);
		yx_jw_end_object(w);
		yx_cert_free(&c);
	}
	yx_jw_end_array(w);
}

static void
write_revocation(struct yx_jw *w, const struct pades_revocation *r)
{
	yx_jw_object(w, "revocation");
	yx_jw_str(w, "state", r->state == PKI_GOOD ? "good" : r->state == PKI_REVOKED ? "revoked" : "unknown");
	yx_jw_str(w, "source", *r->source == '\0' ? NULL : r->source);
	yx_jw_str(w, "found", *r->found == '\0' ? NULL : r->found);
	write_time(w, "thisUpdate", r->this_update);
	write_time(w, "revokedAt", r->revoked_at);
	if (r->reason < 0)
		yx_jw_null(w, "reason");
	else
		yx_jw_int(w, "reason", r->reason);
	yx_jw_end_object(w);
}

static void
write_stamps(struct yx_jw *w, struct yx_arena *a, const struct pades_signature *s)
{
	yx_jw_array(w, "timestamps");
	for (size_t i = 0; i < s->stamps_n; i++) {
		const struct pades_timestamp *t = &s->stamps[i];
		struct yx_cert c = { 0 };

		yx_jw_object(w, NULL);
		write_time(w, "time", t->time);
		yx_jw_bool(w, "valid", t->valid);
		yx_jw_str(w, "why", t->why);
		yx_jw_str(w, "digestAlgorithm", t->md);
		yx_jw_str(w, "authority", t->tsa != NULL && yx_cert_of(a, t->tsa, &c) == YX_OK ? c.subject : NULL);
		yx_jw_end_object(w);
		yx_cert_free(&c);
	}
	yx_jw_end_array(w);
}

static void
write_algorithm(struct yx_jw *w, const struct pades_algorithm *g)
{
	yx_jw_object(w, "algorithm");
	yx_jw_str(w, "signature", g->signature);
	yx_jw_str(w, "digest", g->md);
	yx_jw_int(w, "bits", g->bits);
	yx_jw_bool(w, "acceptable", g->acceptable);
	write_time(w, "until", g->until);
	yx_jw_end_object(w);
}

static void
write_presumption(struct yx_jw *w, const struct pades_presumption *p)
{
	yx_jw_object(w, "presumption");
	yx_jw_str(w, "result", p->result);
	yx_jw_str(w, "why", p->why);
	if (p->row != NULL) {
		yx_jw_object(w, "authority");
		yx_jw_str(w, "nameZh", p->row->name_zh);
		yx_jw_str(w, "nameEn", p->row->name_en);
		yx_jw_str(w, "approval", p->row->approval);
		yx_jw_str(w, "statement", *p->row->statement == '\0' ? NULL : p->row->statement);
		yx_jw_str(w, "from", p->row->from_date);
		yx_jw_str(w, "until", *p->row->until_date == '\0' ? NULL : p->row->until_date);
		yx_jw_end_object(w);
	} else {
		yx_jw_null(w, "authority");
	}
	yx_jw_end_object(w);
}

/* What the dictionary says, and where it stands. */
static void
write_dictionary(struct yx_jw *w, const struct pades_signature *s)
{
	yx_jw_str(w, "name", s->name);
	yx_jw_str(w, "reason", s->reason);
	yx_jw_str(w, "location", s->location);
	write_time(w, "claimedTime", s->claimed_time);
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
}

static void
write_signature(struct yx_jw *w, struct yx_arena *a, const struct pades_signature *s, int trusted)
{
	yx_jw_object(w, NULL);
	yx_jw_str(w, "field", s->field);
	yx_jw_str(w, "verdict", pades_verdict_word(s, trusted));
	yx_jw_str(w, "why", s->why);
	yx_jw_str(w, "indication", s->indication);
	yx_jw_str(w, "subIndication", *s->sub_indication == '\0' ? NULL : s->sub_indication);
	yx_jw_str(w, "level", *s->level == '\0' ? NULL : s->level);
	write_signer(w, a, s->signer);
	write_dictionary(w, s);
	yx_jw_str(w, "chain", !trusted ? "not_checked" : s->chain_ok ? "trusted" : "untrusted");
	write_certificates(w, a, s->chain);
	write_time(w, "provenTime", s->proven);
	write_stamps(w, a, s);
	write_revocation(w, &s->revocation);
	write_algorithm(w, &s->algorithm);
	write_presumption(w, &s->presumption);
	yx_jw_array(w, "warnings");
	for (size_t i = 0; i < s->warnings_n; i++)
		yx_jw_str(w, NULL, s->warnings[i]);
	yx_jw_end_array(w);
	yx_jw_end_object(w);
}

static void
write_changes(struct yx_jw *w, struct yx_arena *a, const struct pades_report *r)
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
		yx_jw_str(w, "text", pades_change_text(a, d, 1));
		yx_jw_str(w, "textZh", pades_change_text(a, d, 0));
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

void
pades_report_write(struct yx_jw *w, struct yx_arena *a, const struct pades_report *r, int trusted)
{
	yx_jw_bool(w, "valid", pades_all_good(r, trusted));
	yx_jw_str(w, "why", r->why);
	yx_jw_str(w, "trust", trusted ? "checked" : "not_checked");
	yx_jw_array(w, "signatures");
	for (size_t i = 0; i < r->n; i++)
		write_signature(w, a, &r->sig[i], trusted);
	yx_jw_end_array(w);
	write_changes(w, a, r);
}

/* test_pades.c - the files of backend/pades one by one: words, objects, append,
 * CMS, embed, verify. PDFs are built here so that each oddity can be made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/cms_verify.h"
#include "backend/pades/file.h"
#include "backend/pades/form.h"
#include "backend/pades/lex.h"
#include "backend/pades/pades.h"
#include "backend/pades/verify.h"
#include "backend/pades/update.h"

#define NOW 1700000000

/* ---- scaffolding ---- */

static char dir[] = "/tmp/yx-test-pades-XXXXXX";
static char path_a[64], path_b[64];
static EVP_PKEY *rsa, *ec;
static X509 *rsa_cert, *ec_cert;

static X509 *
make_cert_for(EVP_PKEY *key, long serial, const char *name, const char *purpose)
{
	X509 *x = X509_new();
	X509_NAME *n = X509_NAME_new();
	X509_EXTENSION *usage;

	assert_non_null(x);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
	X509_gmtime_adj(X509_getm_notBefore(x), -86400);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, (const unsigned char *)"issuer", -1, -1, 0);
	X509_set_issuer_name(x, n);
	X509_NAME_add_entry_by_txt(n, "O", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_subject_name(x, n);
	X509_set_pubkey(x, key);
	usage = X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, "critical,digitalSignature");
	X509_add_ext(x, usage, -1);
	X509_EXTENSION_free(usage);
	usage = purpose == NULL ? NULL : X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, purpose);
	if (usage != NULL)
		X509_add_ext(x, usage, -1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	X509_EXTENSION_free(usage);
	X509_NAME_free(n);
	return x;
}

static X509 *
make_cert(EVP_PKEY *key, long serial, const char *name)
{
	return make_cert_for(key, serial, name, NULL);
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path_a, sizeof(path_a), "%s/a.pdf", dir);
	snprintf(path_b, sizeof(path_b), "%s/b.pdf", dir);
	rsa = EVP_RSA_gen(2048);
	ec = EVP_EC_gen("P-256");
	rsa_cert = make_cert(rsa, 1, "rsa");
	ec_cert = make_cert(ec, 2, "ec");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	X509_free(rsa_cert);
	X509_free(ec_cert);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
	unlink(path_a);
	unlink(path_b);
	return rmdir(dir);
}

static void
write_file(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pdf_pwrite_all(fd, p, n, 0), YX_OK);
	close(fd);
}

/* Objects 1..n (NULL: none) as a PDF with a table, or a stream if `stream`. */
static void
build(struct yx_buf *b, const char *const *objects, size_t n, int stream, const char *trailer)
{
	size_t at[32], xref;

	yx_buf_reset(b);
	yx_buf_adds(b, "%PDF-1.7\n");
	for (size_t i = 0; i < n; i++) {
		at[i] = b->len;
		if (objects[i] != NULL)
			yx_buf_addf(b, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	}
	xref = b->len;
	if (stream) {
		yx_buf_addf(b, "%zu 0 obj\n<< /Type /XRef /W [1 2 1] /Size %zu /Length %zu /Root 1 0 R %s >>\n"
		    "stream\n", n + 1, n + 2, (n + 2) * 4, trailer);
		yx_buf_add32be(b, 0);
		for (size_t i = 0; i <= n; i++) {
			size_t offset = i < n ? at[i] : xref;

			yx_buf_add8(b, i == n || objects[i] != NULL);
			yx_buf_add16be(b, (unsigned)offset);
			yx_buf_add8(b, 0);
		}
		yx_buf_adds(b, "\nendstream\nendobj\n");
	} else {
		yx_buf_addf(b, "xref\n0 %zu\n0000000000 65535 f\r\n", n + 1);
		for (size_t i = 0; i < n; i++)
			yx_buf_addf(b, "%010zu 00000 %c\r\n", at[i], objects[i] == NULL ? 'f' : 'n');
		yx_buf_addf(b, "trailer\n<< /Size %zu /Root 1 0 R %s >>\n", n + 1, trailer);
	}
	yx_buf_addf(b, "startxref\n%zu\n%%%%EOF\n", xref);
	assert_int_equal(yx_buf_status(b), YX_OK);
}

#define PAGES "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
#define PAGE "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
#define LINK "<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] >>"
#define CATALOG(form) "<< /Type /Catalog /Pages 2 0 R /AcroForm " form " >>"
#define FIELD(name) "<< /Type /Annot /Subtype /Widget /FT /Sig /T " name " /P 3 0 R /Rect [0 0 0 0] >>"
static const char *const PLAIN[] = { "<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE };

static void
build_file(const char *const *objects, size_t n, int stream, const char *trailer)
{
	struct yx_buf b;

	yx_buf_init(&b, 1 << 20);
	build(&b, objects, n, stream, trailer);
	write_file(path_a, b.data, b.len);
	yx_buf_free(&b);
}

/* Appends to path_a → path_b. */
static int
append(const struct pades_field *fields, size_t n, const char *sign, int certify,
    struct pades_hole *hole)
{
	struct pades_part parts[8] = { { 0 } };
	struct pades_change c = { parts, n + 1, "SHA-256" };
	struct pades_appended made;
	uint8_t digest[64];
	size_t len = sizeof(digest);
	int fd = open(path_b, O_RDWR | O_CREAT | O_TRUNC, 0600), rc;

	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++)
		parts[i] = (struct pades_part){ .kind = PADES_FIELD, .field = fields[i] };
	parts[n] = (struct pades_part){ .kind = PADES_SIGN, .sign = { .field = sign, .certify = certify,
		.when = NOW, .reason = "同意 (ok)" } };
	if ((rc = pades_append(path_a, fd, &c, &made)) == YX_OK) {
		/* The digest that was taken on the way is that of the file. */
		assert_int_equal(pades_digest(fd, &made.hole, "SHA-256", digest, &len), YX_OK);
		assert_int_equal(made.digest_n, len);
		assert_memory_equal(made.digest, digest, len);
	}
	*hole = made.hole;
	close(fd);
	return rc;
}

static int
begin(X509 *cert, STACK_OF(X509) *chain, struct yx_bytes digest, struct yx_buf *attributes, struct yx_buf *partial)
{
	const struct pades_cms_signer by = { .cert = cert, .chain = chain, .how = { .md = "SHA-256" } };

	return pades_cms_begin(&by, digest, attributes, partial);
}

static void
make_cms(int fd, const struct pades_hole *hole, X509 *cert, EVP_PKEY *key, struct yx_buf *cms)
{
	struct yx_buf attributes, partial, signature;
	uint8_t digest[64];
	size_t n = sizeof(digest);

	yx_buf_init(&attributes, 1 << 16);
	yx_buf_init(&partial, 1 << 16);
	yx_buf_init(&signature, 1 << 16);
	assert_int_equal(pades_digest(fd, hole, "SHA-256", digest, &n), YX_OK);
	assert_int_equal(n, 32);
	assert_int_equal(begin(cert, NULL, (struct yx_bytes){ digest, n }, &attributes, &partial), YX_OK);
	assert_int_equal(pades_sign_key(key, "SHA-256", attributes.data, attributes.len, &signature), YX_OK);
	assert_int_equal(pades_cms_finish(yx_buf_bytes(&partial), cert, yx_buf_bytes(&signature), cms), YX_OK);
	yx_buf_free(&attributes);
	yx_buf_free(&partial);
	yx_buf_free(&signature);
}

/* Signs path_b in place. */
static void
finish(const struct pades_hole *hole, X509 *cert, EVP_PKEY *key)
{
	struct yx_buf cms;
	int fd = open(path_b, O_RDWR);

	yx_buf_init(&cms, 1 << 16);
	make_cms(fd, hole, cert, key, &cms);
	assert_int_equal(pades_embed(fd, hole, cms.data, cms.len), YX_OK);
	assert_int_equal(pades_embed(fd, hole, cms.data, cms.len), YX_STATE);
	yx_buf_free(&cms);
	close(fd);
}

static void
sign_new(const char *name, X509 *cert, EVP_PKEY *key)
{
	struct pades_field f = { .name = name };
	struct pades_hole hole;

	assert_int_equal(append(&f, 1, name, 0, &hole), YX_OK);
	finish(&hole, cert, key);
}

/* Why signature i of path_b is not valid; "" if there is nothing but trust. */
static char *
why_of(size_t i)
{
	static char why[64];
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct pades_report r;

	assert_int_equal(pades_verify(a, path_b, &(struct pades_policy){ 0 }, &r), YX_OK);
	assert_int_equal(r.valid, 0);
	snprintf(why, sizeof(why), "%s", i < r.n ? r.sig[i].why : r.why);
	if (i < r.n)
		assert_int_equal(r.sig[i].verdict, strcmp(why, "trust_not_checked") == 0 ?
		    PADES_INDETERMINATE : PADES_INVALID);
	pades_report_free(&r);
	yx_arena_free(&a);
	return why;
}

/* Replaces text of the same length in path_b. */
static void
patch(const char *from, const char *to)
{
	int fd = open(path_b, O_RDWR);
	int64_t size;
	uint8_t *all, *at;

	assert_int_equal(strlen(from), strlen(to));
	assert_int_equal(pdf_file_size(fd, &size), YX_OK);
	all = malloc((size_t)size);
	assert_int_equal(pdf_pread_all(fd, all, (size_t)size, 0), YX_OK);
	at = memmem(all, (size_t)size, from, strlen(from));
	assert_non_null(at);
	assert_int_equal(pdf_pwrite_all(fd, to, strlen(to), at - all), YX_OK);
	free(all);
	close(fd);
}

static struct pdf_span
span(const char *s)
{
	return (struct pdf_span){ (const uint8_t *)s, strlen(s) };
}

/* ---- words ---- */

static void
test_values(void **state)
{
	static const char *const good[] = { "<< /A 1 /B [1 2 0 R (x\\)y(z)) <0aFF>] >>", "[/A/B(c)]",
		"-1.5", "true", "7 0 R", "<< /A << /B << >> >> >>", "/A#20B" };
	static const char *const bad[] = { "<< /A >>", "<< /A 1", "[1 2", "(abc", "<0g>", "endobj",
		"<< 1 2 >>", ">>", "", "nul", "{1}" };
	struct pdf_span v;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct pdf_cur c = pdf_cur_of(span(good[i]));

		assert_int_equal(pdf_value(&c, &v), YX_OK);
		assert_int_equal(v.n, strlen(good[i]));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct pdf_cur c = pdf_cur_of(span(bad[i]));

		assert_int_not_equal(pdf_value(&c, &v), YX_OK);
	}
}

static void
test_nesting_is_bounded(void **state)
{
	char deep[4001];
	struct pdf_span v;
	struct pdf_cur c;

	(void)state;
	memset(deep, '[', 4000);
	deep[4000] = '\0';
	c = pdf_cur_of(span(deep));
	assert_int_equal(pdf_value(&c, &v), YX_PDF_TOO_COMPLEX);
}

static void
test_dictionary(void **state)
{
	struct pdf_span d = span("<< /A 1 /B#43 2 /N null /R 3 0 R >>"), v;
	struct yx_buf b;
	int64_t n, gen;

	(void)state;
	assert_int_equal(pdf_get(d, "BC", &v), YX_OK);
	assert_int_equal(pdf_int(v, &n), YX_OK);
	assert_int_equal(n, 2);
	assert_int_equal(pdf_get(d, "N", &v), YX_OK);
	assert_null(v.p);
	assert_int_equal(pdf_get(d, "R", &v), YX_OK);
	assert_true(pdf_ref(v, &n, &gen));
	assert_int_equal(pdf_get(span("<< /A 1 /#41 2 >>"), "A", &v), YX_PDF_BROKEN);
	assert_true(pdf_equal(span("<</A 1/B[2 0 R]>>"), span("<< /B [ 2  0 R ] /A 1 >>")));
	assert_false(pdf_equal(span("<< /A 1 >>"), span("<< /A 1 /B 2 >>")));
	assert_false(pdf_equal(span("<< /A 1 /A 1 >>"), span("<< /A 1 >>")));
	yx_buf_init(&b, 1000);
	assert_int_equal(pdf_set(span("<< /A (x) /B 2 >>"), "A", "9 0 R", &b), YX_OK);
	assert_true(pdf_equal((struct pdf_span){ b.data, b.len }, span("<< /B 2 /A 9 0 R >>")));
	yx_buf_free(&b);
}

static void
test_text(void **state)
{
	static const char *const texts[] = { "plain", "a(b)\\c", "用印：臺北市", "𠀀 beyond the plane", "" };
	struct yx_buf pdf, back;

	(void)state;
	yx_buf_init(&pdf, 1000);
	yx_buf_init(&back, 1000);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		yx_buf_reset(&pdf);
		yx_buf_reset(&back);
		assert_int_equal(pdf_add_text(&pdf, texts[i]), YX_OK);
		assert_int_equal(pdf_text((struct pdf_span){ pdf.data, pdf.len }, &back), YX_OK);
		assert_string_equal(yx_buf_str(&back), texts[i]);
	}
	yx_buf_reset(&back);
	assert_int_equal(pdf_string(span("(a\\\nb\\101\\n\\(\r\nc)"), &back), YX_OK);
	assert_string_equal(yx_buf_str(&back), "abA\n(\nc");
	yx_buf_free(&pdf);
	yx_buf_free(&back);
}

/* ---- inspect ---- */

static void
test_inspect(void **state)
{
	static const char *const with_field[] = { "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES,
		PAGE, "<< /Fields [5 0 R] /SigFlags 1 >>", FIELD("(A)") };
	struct pades_facts f;

	(void)state;
	for (int stream = 0; stream < 2; stream++) {
		build_file(PLAIN, 3, stream, "");
		assert_int_equal(pades_inspect(path_a, &f), YX_OK);
		assert_int_equal(f.pages, 1);
		assert_int_equal(f.signatures + f.empty_fields + f.certified, 0);
		build_file(with_field, 5, stream, "");
		assert_int_equal(pades_inspect(path_a, &f), YX_OK);
		assert_int_equal(f.empty_fields, 1);
	}
	assert_int_equal(pades_inspect("/nonexistent/x.pdf", &f), YX_IO);
}

static void
refused(const char *catalog, const char *form, const char *field, int expected)
{
	const char *const objects[] = { catalog, PAGES, PAGE, form, field };
	struct pades_facts f;

	build_file(objects, 5, 0, "");
	assert_int_equal(pades_inspect(path_a, &f), expected);
}

static void
test_inspect_refuses(void **state)
{
	static const char root[] = "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>";
	struct pades_facts f;

	(void)state;
	refused(root, "<< /Fields [5 0 R] /XFA (x) >>", FIELD("(A)"), YX_PDF_DYNAMIC);
	refused("<< /Type /Catalog /Pages 2 0 R /NeedsRendering true >>", "<< >>", "<< >>", YX_PDF_DYNAMIC);
	refused(root, "<< /Fields [5 0 R] >>", "<< /T (A) /Kids [5 0 R] >>", YX_PDF_BROKEN);
	refused(root, "<< /Fields [5 0 R 5 0 R] >>", FIELD("(A)"), YX_PDF_BROKEN); /* two names */
	refused(root, "<< /Fields 7 >>", FIELD("(A)"), YX_PDF_BROKEN);
	refused("<< /Type /Catalog /Pages 9 0 R >>", "<< >>", "<< >>", YX_PDF_BROKEN);
	refused("<< /Type /Nothing /Pages 2 0 R >>", "<< >>", "<< >>", YX_PDF_BROKEN);
	build_file(PLAIN, 3, 0, "/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >>");
	assert_int_equal(pades_inspect(path_a, &f), YX_PDF_ENCRYPTED);
	build_file(PLAIN, 3, 0, "/Prev 99999");
	assert_int_equal(pades_inspect(path_a, &f), YX_PDF_BROKEN);
}

/* ---- append ---- */

static void
expect_signed_twice(const char *const *objects, size_t n, int stream)
{
	struct pades_facts f;

	build_file(objects, n, stream, "");
	sign_new("One", rsa_cert, rsa);
	assert_string_equal(why_of(0), "trust_not_checked");
	assert_int_equal(rename(path_b, path_a), 0);
	sign_new("二", ec_cert, ec);
	assert_string_equal(why_of(0), "trust_not_checked");
	assert_string_equal(why_of(1), "trust_not_checked");
	assert_int_equal(pades_inspect(path_b, &f), YX_OK);
	assert_int_equal(f.signatures, 2);
}

static void
test_append_to_all_shapes(void **state)
{
	static const char *const shapes[][6] = {
		{ "<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE, "<< >>", "[ ]", LINK },
		{ "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /DA (/F 0 Tf) >> >>", PAGES,
		    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [6 0 R] >>", "<< >>", "[ ]", LINK },
		{ "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES,
		    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots 5 0 R >>", "<< /Fields [] >>", "[6 0 R]", LINK },
		{ "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES, PAGE, "<< /Fields 5 0 R /SigFlags 3 >>", "[]",
		    "null" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (int stream = 0; stream < 2; stream++)
			expect_signed_twice(shapes[i], 6, stream);
}

/* The trailer says 3 objects, but number 6 is alive: new ones must not hit it. */
static void
test_append_wrong_size(void **state)
{
	static const char *const objects[] = { "<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE, "<< /Live 4 >>",
		"<< /Live 5 >>", "<< /Live 6 >>" };
	struct yx_buf b;
	uint8_t *at;

	(void)state;
	yx_buf_init(&b, 1 << 16);
	build(&b, objects, 6, 0, "");
	at = memmem(b.data, b.len, "/Size 7", 7);
	at[6] = '4';
	write_file(path_a, b.data, b.len);
	yx_buf_free(&b);
	sign_new("A", rsa_cert, rsa);
	assert_string_equal(why_of(0), "trust_not_checked");
	patch("7 0 obj\n<< /Type /Annot", "7 0 obj\n<< /Type /Annot"); /* the first new number is 7 */
}

/* A reference to a number that was free must not come alive as our object. */
static void
test_append_dangling_reference(void **state)
{
	static const char *const objects[] = { "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES, PAGE,
		"<< /Fields [5 0 R] >>", "<< /FT /Sig /T (P) /Kids [7 0 R] >>" };
	struct pades_field f = { .name = "A" };
	struct pades_hole hole;

	(void)state;
	build_file(objects, 5, 0, "");
	assert_int_equal(append(&f, 1, "A", 0, &hole), YX_PDF_BROKEN);
}

static void
test_append_refuses(void **state)
{
	struct pades_field two[] = { { .name = "A" }, { .name = "A" } }, dotted = { .name = "A.B" };
	struct pades_field far = { .name = "A", .page = 2 }, wild = { .name = "A", .rect = { 1e300, 0, 0, 0 } };
	struct pades_hole hole;

	(void)state;
	build_file(PLAIN, 3, 0, "");
	assert_int_equal(append(two, 2, "A", 0, &hole), YX_CONFLICT);
	assert_int_equal(append(two, 1, "B", 0, &hole), YX_NOT_FOUND);
	assert_int_equal(append(&dotted, 1, "A.B", 0, &hole), YX_BAD_FIELD);
	assert_int_equal(append(&far, 1, "A", 0, &hole), YX_BAD_FIELD);
	assert_int_equal(append(&wild, 1, "A", 0, &hole), YX_BAD_FIELD);
	assert_int_equal(append(NULL, 0, "A", 0, &hole), YX_NOT_FOUND);
}

/* Certified by the first; the second may only fill; a visible field is placed. */
static void
test_certified(void **state)
{
	struct pades_field f[] = { { .name = "P" }, { .name = "V", .page = 1, .rect = { 10, 20, 30, 40 } } };
	struct pades_hole hole;
	struct pades_facts facts;
	struct pades_field extra = { .name = "X" };

	(void)state;
	build_file(PLAIN, 3, 1, "");
	assert_int_equal(append(f, 2, "P", 1, &hole), YX_OK);
	finish(&hole, rsa_cert, rsa);
	assert_int_equal(rename(path_b, path_a), 0);
	assert_int_equal(pades_inspect(path_a, &facts), YX_OK);
	assert_int_equal(facts.certified, 2);
	assert_int_equal(facts.empty_fields, 1);
	assert_int_equal(append(&extra, 1, "X", 0, &hole), YX_PDF_LOCKED);
	assert_int_equal(append(NULL, 0, "V", 1, &hole), YX_PDF_SIGNED);
	assert_int_equal(append(NULL, 0, "V", 0, &hole), YX_OK);
	finish(&hole, ec_cert, ec);
	assert_string_equal(why_of(0), "trust_not_checked");
	assert_string_equal(why_of(1), "trust_not_checked");
}

/* ---- CMS and hole ---- */

static int
finish_cms(const struct yx_buf *partial, X509 *cert, struct yx_bytes signature, struct yx_buf *cms)
{
	return pades_cms_finish(yx_buf_bytes(partial), cert, signature, cms);
}

static void
test_cms_refuses(void **state)
{
	static const uint8_t digest[32] = { 1 };
	struct yx_buf attributes, partial, signature, cms;

	(void)state;
	yx_buf_init(&attributes, 1 << 16);
	yx_buf_init(&partial, 1 << 16);
	yx_buf_init(&signature, 1 << 16);
	yx_buf_init(&cms, 1 << 16);
	assert_int_equal(pades_cms_begin(&(struct pades_cms_signer){ .cert = ec_cert, .how = { .md = "SHA-1" } },
	    (struct yx_bytes){ digest, 20 }, &attributes, &partial), YX_BAD_FIELD);
	assert_int_equal(begin(ec_cert, NULL, (struct yx_bytes){ digest, 31 }, &attributes, &partial), YX_BAD_FIELD);
	assert_int_equal(begin(ec_cert, NULL, (struct yx_bytes){ digest, 32 }, &attributes, &partial), YX_OK);
	assert_int_equal(pades_sign_key(ec, "SHA-256", attributes.data, attributes.len, &signature), YX_OK);
	assert_int_equal(finish_cms(&partial, rsa_cert, yx_buf_bytes(&signature), &cms), YX_SIGNATURE_BAD);
	assert_int_equal(finish_cms(&partial, ec_cert, (struct yx_bytes){ digest, 32 }, &cms), YX_SIGNATURE_BAD);
	assert_int_equal(finish_cms(&partial, ec_cert, (struct yx_bytes){ digest, 0 }, &cms), YX_SIGNATURE_BAD);
	assert_int_equal(pades_cms_finish((struct yx_bytes){ digest, 1 }, ec_cert, yx_buf_bytes(&signature), &cms),
	    YX_SIGNATURE_BAD);
	signature.data[signature.len - 1] ^= 1;
	assert_int_equal(finish_cms(&partial, ec_cert, yx_buf_bytes(&signature), &cms), YX_SIGNATURE_BAD);
	assert_int_equal(cms.len, 0);
	yx_buf_free(&attributes);
	yx_buf_free(&partial);
	yx_buf_free(&signature);
	yx_buf_free(&cms);
}

static void
test_hole(void **state)
{
	static uint8_t big[PADES_HOLE_DER + 1] = { 0x30 };
	struct pades_field f = { .name = "A" };
	struct pades_hole hole, found, odd;
	uint8_t digest[32];
	size_t n = sizeof(digest);
	int fd;

	(void)state;
	build_file(PLAIN, 3, 0, "");
	assert_int_equal(append(&f, 1, "A", 0, &hole), YX_OK);
	fd = open(path_b, O_RDWR);
	assert_int_equal(pades_find_hole(fd, &found), YX_OK);
	assert_memory_equal(&hole, &found, sizeof(hole));
	assert_int_equal(pades_embed(fd, &hole, big, sizeof(big)), YX_HOLE_TOO_SMALL);
	odd = hole;
	odd.start++;
	assert_int_equal(pades_embed(fd, &odd, big, 10), YX_PDF_BROKEN);
	odd = hole;
	odd.total += 1;
	assert_int_equal(pades_digest(fd, &odd, "SHA-256", digest, &n), YX_BAD_FIELD);
	assert_int_equal(pades_embed(fd, &hole, big, sizeof(big) - 1), YX_OK);
	close(fd);
	fd = open(path_a, O_RDONLY);
	assert_int_equal(pades_find_hole(fd, &found), YX_NOT_FOUND);
	close(fd);
}

/* ---- verify: what is wrong is named ---- */

static void
test_verify_byte_range(void **state)
{
	struct pades_field f = { .name = "A" };
	struct pades_hole h;
	char good[80], bad[80];
	const int64_t changes[][4] = { { 1, 0, 0, 0 }, { 0, -1, 0, 0 }, { 0, 0, 2, -2 }, { 0, 0, 0, 1 }, { 0, 0, 0, -2 },
		{ 0, 8, 0, 0 }, { 0, 0, 900000, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const int64_t *c = changes[i];

		build_file(PLAIN, 3, 0, "");
		assert_int_equal(append(&f, 1, "A", 0, &h), YX_OK);
		finish(&h, ec_cert, ec);
		assert_string_equal(why_of(0), "trust_not_checked");
		snprintf(good, sizeof(good), "[0 %-10ld %-10ld %-10ld]", (long)h.start, (long)h.end,
		    (long)(h.total - h.end));
		snprintf(bad, sizeof(bad), "[%ld %-10ld %-10ld %-10ld]", (long)c[0], (long)(h.start + c[1]),
		    (long)(h.end + c[2]), (long)(h.total - h.end + c[3]));
		patch(good, bad);
		assert_string_not_equal(why_of(0), "trust_not_checked");
		assert_string_not_equal(why_of(0), "digest_mismatch"); /* found before any hash */
	}
}

static void
test_verify_dictionary(void **state)
{
	static const char *const changes[][3] = {
		{ "/ByteRange [0", "/ByteRangX [0", "byte_range" },
		{ "/SubFilter /ETSI.CAdES.detached", "/SubFilter /adbe.pkcs7.sha1    ", "sub_filter" },
		{ "/Filter /Adobe.PPKLite", "/Cert (123) /Filter /X", "signature_dictionary" },
		{ "/Filter /Adobe.PPKLite", "/Filter /A /Filter /AB", "signature_dictionary" },
		{ "/M (D:2023", "/M (D:2024", "digest_mismatch" },
		{ "/MediaBox [0 0 200", "/MediaBox [0 0 201", "digest_mismatch" },
		{ "00>\n/M", "01>\n/M", "cms_malformed" },
		{ "00>\n/M", " 0>\n/M", "contents" },
		{ "/Contents <3082", "/Contents <3080", "cms_malformed" },
		{ "/Contents <3082", "/Contents <0000", "cms_malformed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		build_file(PLAIN, 3, 0, "");
		sign_new("A", ec_cert, ec);
		patch(changes[i][0], changes[i][1]);
		assert_string_equal(why_of(0), changes[i][2]);
	}
}

/* Another certificate with the same issuer, serial number and key takes the place
 * of the signer's: only the hash in the signed attributes tells. */
static void
test_verify_substituted_certificate(void **state)
{
	X509 *twin = make_cert(ec, 2, "an attacker");
	static const uint8_t digest[32] = { 7 };
	struct yx_buf attributes, partial, signature, forged;
	const unsigned char *p;
	unsigned char *der = NULL;
	STACK_OF(X509) *certs;
	CMS_ContentInfo *true_one, *false_one;
	struct cms_parts parts;
	const char *why;
	int n;

	(void)state;
	yx_buf_init(&attributes, 1 << 16);
	yx_buf_init(&partial, 1 << 16);
	yx_buf_init(&signature, 1 << 16);
	yx_buf_init(&forged, 1 << 16);
	/* The signed attributes name ec_cert, the CMS carries only the twin. */
	assert_int_equal(begin(ec_cert, NULL, (struct yx_bytes){ digest, 32 }, &attributes, &partial), YX_OK);
	assert_int_equal(pades_sign_key(ec, "SHA-256", attributes.data, attributes.len, &signature), YX_OK);
	assert_int_equal(pades_cms_finish(yx_buf_bytes(&partial), ec_cert, yx_buf_bytes(&signature), &forged), YX_OK);
	assert_int_equal(cms_parts_open(forged.data, forged.len, &parts, &why), YX_OK);
	assert_null(cms_signature_flaw(&parts, 1));
	cms_parts_free(&parts);
	p = forged.data;
	true_one = d2i_CMS_ContentInfo(NULL, &p, (long)forged.len);
	/* The same SignerInfo in a SignedData that never saw the true certificate. */
	false_one = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_DETACHED | CMS_BINARY);
	assert_non_null(false_one);
	assert_int_equal(CMS_add1_cert(false_one, twin), 1);
	assert_int_equal(sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(true_one)), 1);
	assert_non_null(CMS_add1_signer(false_one, ec_cert, X509_get0_pubkey(ec_cert), EVP_sha256(),
	    CMS_PARTIAL | CMS_BINARY | CMS_NOSMIMECAP | CMS_CADES | CMS_NOCERTS));
	certs = CMS_get1_certs(false_one);
	assert_int_equal(sk_X509_num(certs), 1);
	sk_X509_pop_free(certs, X509_free);
	{
		CMS_SignerInfo *from = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(true_one), 0);
		CMS_SignerInfo *to = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(false_one), 0);
		const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(from);
		X509_ALGOR *alg_from, *alg_to;
		ASN1_OBJECT *data = OBJ_nid2obj(NID_pkcs7_data);

		CMS_SignerInfo_get0_algs(from, NULL, NULL, NULL, &alg_from);
		CMS_SignerInfo_get0_algs(to, NULL, NULL, NULL, &alg_to);
		assert_int_equal(X509_ALGOR_copy(alg_to, alg_from), 1);
		assert_int_equal(CMS_signed_add1_attr_by_NID(to, NID_pkcs9_contentType, V_ASN1_OBJECT, data, -1), 1);
		assert_int_equal(CMS_signed_add1_attr_by_NID(to, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest, 32), 1);
		assert_int_equal(ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(to), value->data, value->length), 1);
	}
	n = i2d_CMS_ContentInfo(false_one, &der);
	assert_true(n > 0);
	assert_int_equal(cms_parts_open(der, (size_t)n, &parts, &why), YX_OK);
	assert_int_equal(X509_cmp(parts.signer, twin), 0);
	assert_string_equal(cms_signature_flaw(&parts, 1), "signing_certificate_mismatch");
	cms_parts_free(&parts);
	OPENSSL_free(der);
	CMS_ContentInfo_free(true_one);
	CMS_ContentInfo_free(false_one);
	X509_free(twin);
	yx_buf_free(&attributes);
	yx_buf_free(&partial);
	yx_buf_free(&signature);
	yx_buf_free(&forged);
}

/* Two signers, content inside, no signer at all: none is a PDF signature. */
static void
test_verify_cms_shape(void **state)
{
	static const char *const expected[] = { "cms_signers", "cms_content", "cms_signers" };
	struct cms_parts parts;
	const char *why;

	(void)state;
	for (int i = 0; i < 3; i++) {
		BIO *in = BIO_new_mem_buf("data", 4);
		unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | (i == 1 ? 0 : CMS_DETACHED);
		CMS_ContentInfo *cms = i == 2 ? CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL) :
		    CMS_sign(ec_cert, ec, NULL, in, flags | CMS_PARTIAL);
		unsigned char *der = NULL;
		int n;

		assert_non_null(cms);
		if (i == 0)
			assert_non_null(CMS_add1_signer(cms, rsa_cert, rsa, EVP_sha256(), CMS_PARTIAL));
		if (i != 2)
			assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
		n = i2d_CMS_ContentInfo(cms, &der);
		assert_true(n > 0);
		assert_int_equal(cms_parts_open(der, (size_t)n, &parts, &why), YX_SIGNATURE_BAD);
		assert_string_equal(why, expected[i]);
		cms_parts_free(&parts);
		OPENSSL_free(der);
		CMS_ContentInfo_free(cms);
		BIO_free(in);
	}
}

/* ---- updates behind a signature: the white list ---- */

struct forgery {
	const char *what;
	int  certified;
	/* The object to change: 'F' the empty field, 'P' the page, 'C' the catalog,
	 * 'A' the form, 'S' the signature that is there, 'N' nothing. */
	char object;
	const char *key, *value;    /* set in it; @ in the value: a new object's number */
	const char *fresh;          /* body of the new object or NULL */
	const char *why;            /* for signature 1 */
};

#define EMPTY_SIG "<< /Type /Sig /Filter /X /SubFilter /Y /ByteRange [0 1 2 3] /Contents <00> >>"
#define WIDGET(extra) "<< /Type /Annot /Subtype /Widget /FT /Sig /T (New) /P 3 0 R " extra " >>"
static const struct forgery FORGERIES[] = {
	{ "filling is allowed", 1, 'F', "V", "@ 0 R", EMPTY_SIG, "trust_not_checked" },
	{ "a signature that is an action too", 0, 'F', "V", "@ 0 R",
	    "<< /Type /Sig /Contents <00> /S /JavaScript /JS (x) >>", "changed_after_signing" },
	{ "a value that is no signature", 0, 'F', "V", "@ 0 R", "<< /Type /Other >>", "changed_after_signing" },
	{ "a value inside the field", 0, 'F', "V", EMPTY_SIG, NULL, "pdf_unsupported" },
	{ "an appearance", 0, 'F', "AP", "<< /N @ 0 R >>", "<< /A 1 >>", "changed_after_signing" },
	{ "a moved field", 0, 'F', "Rect", "[0 0 100 100]", NULL, "changed_after_signing" },
	{ "a renamed field", 0, 'F', "T", "(Renamed)", NULL, "changed_after_signing" },
	{ "a removed form", 0, 'C', "AcroForm", NULL, NULL, "" },
	{ "an action at opening", 0, 'C', "OpenAction", "<< /S /Named /N /Print >>", NULL, "changed_after_signing" },
	{ "a certification taken away", 1, 'C', "Perms", NULL, NULL, "changed_after_signing" },
	{ "another page content", 0, 'P', "Contents", "@ 0 R", "<< /A 1 >>", "changed_after_signing" },
	{ "annotations dropped", 0, 'P', "Annots", "[]", NULL, "changed_after_signing" },
	{ "a new annotation", 0, 'P', "Annots", "[@ 0 R]", "<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>",
	    "changed_after_signing" },
	{ "appearances asked for", 0, 'A', "NeedAppearances", "true", NULL, "changed_after_signing" },
	{ "another form beside it", 0, 'A', "XFA", "(x)", NULL, "changed_after_signing" },
	{ "another form instead of it", 0, 'C', "NeedsRendering", "true", NULL, "changed_after_signing" },
	{ "a flag taken away", 0, 'A', "SigFlags", "1", NULL, "changed_after_signing" },
	{ "a new field without a place in the form", 0, 'N', NULL, NULL, WIDGET("/Rect [0 0 0 0]"),
	    "changed_after_signing" },
	{ "another reason in the signed dictionary", 0, 'S', "Reason", "(other)", NULL,
	    "byte_range_gap" },
};

static int64_t
object_named(char which, struct pdf_doc *d, const struct pdf_form *form)
{
	struct pdf_object page;

	switch (which) {
	case 'F': return form->sig[form->sig[0].v_id == 0 ? 0 : 1].id;
	case 'S': return form->sig[form->sig[0].v_id == 0 ? 1 : 0].v_id;
	case 'C': return form->root.id;
	case 'A': return form->acroform.id;
	default:
		assert_int_equal(pdf_page(d, 0, form->root.value, 1, &page), YX_OK);
		return page.id;
	}
}

/* Appends the forged, well-formed update to path_b. */
static void
forge(const struct forgery *f)
{
	struct yx_arena *a = yx_arena_new(1 << 24);
	struct pdf_doc d;
	struct pdf_form form;
	struct pdf_update u;
	struct pdf_object o;
	struct pdf_change *c, *fresh = NULL;
	char value[256] = "", *at;
	int fd = open(path_b, O_RDWR);

	assert_int_equal(pdf_doc_open(&d, a, fd), YX_OK);
	assert_int_equal(pdf_form_read(&d, 0, &form), YX_OK);
	assert_int_equal(form.sig_n, 2);
	assert_int_equal(pdf_update_open(&u, &d, 8), YX_OK);
	if (f->fresh != NULL) {
		fresh = pdf_update_new(&u);
		yx_buf_adds(&fresh->body, f->fresh);
	}
	if (f->value != NULL && (at = strchr(strcpy(value, f->value), '@')) != NULL) {
		snprintf(at, sizeof(value) - (size_t)(at - value), "%d%s", (int)fresh->id,
		    strchr(f->value, '@') + 1);
	}
	if (f->object != 'N') {
		assert_int_equal(pdf_fetch(&d, 0, object_named(f->object, &d, &form), &o), YX_OK);
		assert_int_equal(pdf_update_edit(&u, &o, &c), YX_OK);
		assert_int_equal(pdf_change_set(c, f->key, f->value == NULL ? NULL : value), YX_OK);
	}
	assert_int_equal(pdf_update_render(&u, d.in.size), YX_OK);
	assert_int_equal(pdf_pwrite_all(fd, u.out.data, u.out.len, d.in.size), YX_OK);
	pdf_update_free(&u);
	yx_arena_free(&a);
	close(fd);
}

static void
test_changes(void **state)
{
	struct pades_field f[] = { { .name = "P" }, { .name = "V" } };
	struct pades_hole hole;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(FORGERIES) / sizeof(FORGERIES[0]); i++) {
		const struct forgery *x = &FORGERIES[i / 2];

		build_file(PLAIN, 3, i % 2, "");
		assert_int_equal(append(f, 2, "P", x->certified, &hole), YX_OK);
		finish(&hole, ec_cert, ec);
		assert_string_equal(why_of(0), "trust_not_checked");
		forge(x);
		if (strcmp(why_of(0), x->why) != 0)
			print_message("%s: %s\n", x->what, why_of(0));
		assert_string_equal(why_of(0), x->why);
	}
}

/* In a hybrid file the form is known to the hidden stream only (ISO 32000-2,
 * 7.5.8.4); the update is a classic table without /XRefStm. */
static void
test_hybrid(void **state)
{
	struct yx_buf b;
	size_t at[6], stream, table;
	static const char *const objects[] = { "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES, PAGE,
		"<< /Fields [5 0 R] /SigFlags 3 >>", FIELD("(Hidden)") };
	struct pades_facts facts;
	struct pades_hole hole;

	(void)state;
	yx_buf_init(&b, 1 << 16);
	yx_buf_adds(&b, "%PDF-1.5\n");
	for (size_t i = 0; i < 5; i++) {
		at[i] = b.len;
		yx_buf_addf(&b, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
	}
	stream = b.len;
	yx_buf_adds(&b, "6 0 obj\n<< /Type /XRef /W [1 2 1] /Size 7 /Index [4 2] /Length 8 >>\nstream\n");
	for (size_t i = 3; i < 5; i++) {
		yx_buf_add8(&b, 1);
		yx_buf_add16be(&b, (unsigned)at[i]);
		yx_buf_add8(&b, 0);
	}
	yx_buf_adds(&b, "\nendstream\nendobj\n");
	table = b.len;
	yx_buf_addf(&b, "xref\n0 7\n0000000000 65535 f\r\n%010zu 00000 n\r\n%010zu 00000 n\r\n%010zu 00000 n\r\n"
	    "0000000000 00000 f\r\n0000000000 00000 f\r\n%010zu 00000 n\r\ntrailer\n<< /Size 7 /Root 1 0 R "
	    "/XRefStm %zu >>\nstartxref\n%zu\n%%%%EOF\n", at[0], at[1], at[2], stream, stream, table);
	assert_int_equal(yx_buf_status(&b), YX_OK);
	write_file(path_a, b.data, b.len);
	yx_buf_free(&b);
	assert_int_equal(pades_inspect(path_a, &facts), YX_OK);
	assert_int_equal(facts.empty_fields, 1);
	assert_int_equal(append(NULL, 0, "Hidden", 0, &hole), YX_OK);
	finish(&hole, ec_cert, ec);
	assert_string_equal(why_of(0), "trust_not_checked");
	assert_int_equal(rename(path_b, path_a), 0);
	sign_new("Second", rsa_cert, rsa);
	assert_string_equal(why_of(0), "trust_not_checked");
	assert_string_equal(why_of(1), "trust_not_checked");
}

/* Legal notations that a narrow reader trips over: each file is read and signed. */
static void
test_unusual_but_sound(void **state)
{
	static const char *const objects[][5] = {
		{ "<< /Pages 2 0 R >>", PAGES, PAGE, "<< >>", "<< >>" }, /* a catalog that does not say so */
		{ "<< /Type 4 0 R /Pages 2 0 R >>", PAGES, PAGE, "/Catalog", "<< >>" },
		{ "<< /Type /Catalog /Pages 2 0 R /AcroForm 0 0 R >>", PAGES, PAGE, "<< >>", "<< >>" },
		{ "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES, PAGE, "<< /Fields [5 0 R] >>",
		    "<< /FT /Sig /T (Empty) /V 0 0 R /Subtype /Widget /Rect [0 0 0 0] >>" },
		{ "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>", PAGES, PAGE, "<< /Fields [5 0 R 5 0 R] >>",
		    "<< /FT /Tx /T (Twice) >>" },
		{ "<< /Type /Catalog /Pages 00002 00000 R >>", PAGES, PAGE, "<< >>", "<< >>" },
		{ "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [9 0 R 3 0 R] /Count 1 >>", PAGE,
		    "<< >>", "<< >>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		build_file(objects[i], 5, 0, "");
		sign_new("A", ec_cert, ec);
		assert_string_equal(why_of(0), "trust_not_checked");
	}
}

/* Rows of a cross-reference stream with eight bytes for the offset. */
static void
test_wide_rows(void **state)
{
	struct pades_facts facts;
	struct yx_buf b;
	size_t at[3], xref;
	static const unsigned kinds[] = { 0, 1, 1, 1, 1, 0 };

	(void)state;
	yx_buf_init(&b, 1 << 16);
	yx_buf_adds(&b, "%PDF-2.0\n");
	for (size_t i = 0; i < 3; i++) {
		at[i] = b.len;
		yx_buf_addf(&b, "%zu 0 obj\n%s\nendobj\n", i + 1, PLAIN[i]);
	}
	xref = b.len;
	yx_buf_adds(&b, "4 0 obj<< /Type /XRef /W [1 8 2] /Index [0 6] /Size 6 /Root 1 0 R /Length 66 >>\nstream\n");
	for (size_t i = 0; i < 6; i++) {
		yx_buf_add8(&b, kinds[i]);
		yx_buf_add32be(&b, 0);
		yx_buf_add32be(&b, i == 0 ? 0 : (uint32_t)(i <= 3 ? at[i - 1] : xref));
		yx_buf_add16be(&b, 0);
	}
	yx_buf_addf(&b, "\nendstream\nendobj\nstartxref\n%zu\n%%%%EOF\n", xref);
	assert_int_equal(yx_buf_status(&b), YX_OK);
	write_file(path_a, b.data, b.len);
	sign_new("A", ec_cert, ec);
	assert_string_equal(why_of(0), "trust_not_checked");
	/* An offset beyond 63 bits is damage, not a place before the file. */
	memset((uint8_t *)memmem(b.data, b.len, "stream\n", 7) + 7 + 11 + 1, 0xff, 8);
	write_file(path_a, b.data, b.len);
	assert_int_equal(pades_inspect(path_a, &facts), YX_PDF_BROKEN);
	yx_buf_free(&b);
}

/* Rows of 19 bytes: one end-of-line byte where the standard wants two. */
static void
test_short_rows(void **state)
{
	struct yx_buf b, narrow;
	const uint8_t *table, *p;

	(void)state;
	yx_buf_init(&b, 1 << 16);
	yx_buf_init(&narrow, 1 << 16);
	build(&b, PLAIN, 3, 0, "");
	table = memmem(b.data, b.len, "xref\n", 5);
	yx_buf_add(&narrow, b.data, (size_t)(table - b.data));
	for (p = table; p < b.data + b.len; p++)
		if (*p != '\r')
			yx_buf_add8(&narrow, *p);
	write_file(path_a, narrow.data, narrow.len);
	sign_new("A", ec_cert, ec);
	assert_string_equal(why_of(0), "trust_not_checked");
	yx_buf_free(&b);
	yx_buf_free(&narrow);
}

/* An earlier signature that is no good does not keep another from signing, and does
 * not spoil it either; one whose prohibitions can't be read does keep it. */
static void
test_foreign_signatures(void **state)
{
	static const struct {
		const char *signature, *why;
		int rc;
	} cases[] = {
		{ "<< /Type /Sig /SubFilter /adbe.x509.rsa_sha1 /ByteRange [0 10 20 30] /Contents <00> >>",
		    "byte_range_gap", YX_OK },
		{ "<< /Type /Sig /Filter /X /SubFilter /ETSI.CAdES.detached /Contents <00> >>", "byte_range", YX_OK },
		{ "<< /Type /Sig /Filter /X /ByteRange [0 1 2 99999999] /Contents <00> >>", "byte_range", YX_OK },
		{ "<< /Type /Sig /Filter /X /Contents <00> /Reference 7 >>", NULL, YX_PDF_UNCLEAR },
		{ "<< /Type /Sig /Contents <00> /Reference [ << /TransformMethod /DocMDP /TransformParams << /P (a) >> >> ] >>",
		    NULL, YX_PDF_UNCLEAR },
		{ "<< /Type /Sig /Contents <00> /Reference [ << /TransformMethod /DocMDP /TransformParams << /P 1 >> >> ] >>",
		    NULL, YX_PDF_LOCKED },
	};
	struct pades_field f = { .name = "Mine" };
	struct pades_hole hole;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const objects[] = { CATALOG("<< /Fields [4 0 R] /SigFlags 3 >>"),
			PAGES, PAGE, "<< /FT /Sig /T (Old) /V 5 0 R >>", cases[i].signature };

		build_file(objects, 5, 0, "");
		assert_int_equal(append(&f, 1, "Mine", 0, &hole), cases[i].rc);
		if (cases[i].rc != YX_OK)
			continue;
		finish(&hole, ec_cert, ec);
		assert_string_equal(why_of(0), "trust_not_checked");
		assert_string_equal(why_of(1), cases[i].why);
	}
}

static void
read_file(const char *path, struct yx_buf *b)
{
	int fd = open(path, O_RDONLY);
	int64_t size;
	uint8_t *p;

	yx_buf_init(b, 1 << 20);
	assert_true(fd >= 0);
	assert_int_equal(pdf_file_size(fd, &size), YX_OK);
	assert_non_null(p = yx_buf_room(b, (size_t)size));
	assert_int_equal(pdf_pread_all(fd, p, (size_t)size, 0), YX_OK);
	b->len += (size_t)size;
	close(fd);
}

static void
spoil(const char *word, const char *by)
{
	struct yx_buf b;
	uint8_t *at;

	read_file(path_a, &b);
	at = memmem(b.data, b.len, word, strlen(word));
	assert_non_null(at);
	memcpy(at, by, strlen(by));
	write_file(path_a, b.data, b.len);
	yx_buf_free(&b);
}

/* A copy in order is made of unsigned files only, and only where one is needed. */
static void
test_normalise(void **state)
{
	static const char *const old[] = { CATALOG("<< /Fields [4 0 R] /SigFlags 3 >>"), PAGES, PAGE,
		"<< /FT /Sig /T (Old) /V 5 0 R >>", "<< /Type /Sig /Filter /X /ByteRange [0 1 2 3] /Contents <00> >>" };
	static const struct pades_limits here = { 0 };
	struct pades_facts facts;
	struct yx_buf b, late;

	(void)state;
	build_file(PLAIN, 3, 0, "");
	assert_int_equal(pades_normalise(path_a, path_b, &here), YX_STATE);
	spoil("xref\n0", "xrex\n0");
	assert_int_equal(pades_inspect(path_a, &facts), YX_PDF_BROKEN);
	assert_int_equal(pades_normalise(path_a, path_b, &here), YX_OK);
	assert_int_equal(pades_inspect(path_b, &facts), YX_OK);
	assert_int_equal(facts.pages, 1);
	/* bytes before the header */
	build_file(PLAIN, 3, 0, "");
	read_file(path_a, &b);
	yx_buf_init(&late, 1 << 20);
	yx_buf_adds(&late, "HTTP/1.1 200 OK\n");
	yx_buf_add(&late, b.data, b.len);
	write_file(path_a, late.data, late.len);
	assert_int_not_equal(pades_inspect(path_a, &facts), YX_OK);
	assert_int_equal(pades_normalise(path_a, path_b, &here), YX_OK);
	yx_buf_free(&b);
	yx_buf_free(&late);
	/* what was signed, and what is no PDF */
	build_file(old, 5, 0, "");
	spoil("xref\n0", "xrex\n0");
	assert_int_equal(pades_normalise(path_a, path_b, &here), YX_PDF_SIGNED);
	write_file(path_a, "%PDF-1.7\n", 9);
	assert_int_equal(pades_normalise(path_a, path_b, &here), YX_PDF_BROKEN);
	write_file(path_a, "hello", 5);
	assert_int_equal(pades_normalise(path_a, path_b, &here), YX_NOT_PDF);
}

/* A second description of a form goes if the form lives without it; a form that lives by it is refused. */
static void
test_xfa(void **state)
{
#define TEXT_FIELD "<< /FT /Tx /T (Name) /V (Chen) >>"
#define CONFIG(word) "<< /Length " word " >>\nstream\n<config><dynamicRender>"
	static const char *const forms[] = { "<< /Fields [5 0 R] /XFA [(config) 6 0 R (template) 7 0 R] >>",
		"<< /Fields [5 0 R] /XFA 6 0 R >>", "<< /Fields [5 0 R] /XFA [(config) 6 0 R (template)] >>",
		"<< /Fields [5 0 R] /XFA [(config) 6 0 R (template) 9 0 R] >>", "<< /Fields [] /XFA 6 0 R >>" };
	static const char *const roots[] = { "<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>",
		CATALOG("<< /Fields [5 0 R] /XFA [(config) 6 0 R (template) 7 0 R] >>"),
		"<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R /NeedsRendering true >>",
		"<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R /NeedsRendering false >>" };
	static const char *const fields[] = { TEXT_FIELD, FIELD("(A)") };
	static const char *const configs[] = { CONFIG("57") "forbidden</dynamicRender></config>\nendstream",
		CONFIG("58") "\n required</dynamicRender></config>\nendstream",
		"<< /Length 4 /Filter /Other >>\nstream\n<xdp\nendstream" };
	static const struct xfa_case { int root, form, field, config, taken; } cases[] = { { 0, 0, 0, 0, 1 },
		{ 1, 0, 0, 0, 1 }, { 0, 1, 0, 0, 1 }, { 0, 2, 0, 0, 0 }, { 0, 3, 0, 0, 0 }, { 0, 4, 0, 0, 0 },
		{ 2, 0, 0, 0, 0 }, { 0, 0, 1, 0, 0 }, { 0, 0, 0, 1, 0 }, { 0, 0, 0, 2, 0 },
		{ 3, 0, 0, 0, 1 } };
	static const struct pades_limits here = { 0 };
	struct pades_facts facts;
	struct yx_buf b;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const struct xfa_case *c = &cases[i / 2];
		const char *const objects[] = { roots[c->root], PAGES, PAGE, forms[c->form], fields[c->field],
			configs[c->config], "<< /Length 10 >>\nstream\n<template>\nendstream" };

		build_file(objects, 7, i % 2, "");
		assert_int_equal(pades_inspect(path_a, &facts), c->taken ? YX_PDF_UNSUPPORTED : YX_PDF_DYNAMIC);
		assert_int_equal(facts.liftable, c->taken);
		assert_int_equal(pades_normalise(path_a, path_b, &here), c->taken ? YX_OK : YX_PDF_DYNAMIC);
		if (!c->taken)
			continue;
		assert_int_equal(pades_inspect(path_b, &facts), YX_OK);
		read_file(path_b, &b);
		assert_null(memmem(b.data, b.len, "XFA", 3));
		assert_null(memmem(b.data, b.len, "<template>", 10));
		assert_non_null(memmem(b.data, b.len, "Chen", 4));
		yx_buf_free(&b);
	}
#undef TEXT_FIELD
#undef CONFIG
}

/* ---- what lasts: validation data and document timestamps ---- */

/* path_a plus a store with these certificates → path_b. */
static int
add_store(X509 *const *certs, size_t n)
{
	struct pades_blob blobs[4];
	struct pades_part part = { .kind = PADES_DSS, .dss = { .certs = blobs, .certs_n = n } };
	const struct pades_change c = { &part, 1, NULL };
	struct pades_appended made;
	unsigned char *der[4] = { NULL };
	int fd = open(path_b, O_RDWR | O_CREAT | O_TRUNC, 0600), rc;

	for (size_t i = 0; i < n; i++) {
		blobs[i].n = (size_t)i2d_X509(certs[i], &der[i]);
		blobs[i].p = der[i];
	}
	rc = pades_append(path_a, fd, &c, &made);
	for (size_t i = 0; i < n; i++)
		OPENSSL_free(der[i]);
	close(fd);
	return rc;
}

static ASN1_INTEGER *
serial_one(TS_RESP_CTX *ctx, void *data)
{
	ASN1_INTEGER *one = ASN1_INTEGER_new();

	(void)ctx;
	(void)data;
	ASN1_INTEGER_set(one, 1);
	return one;
}

/* What a timestamp authority with that certificate answers. */
static void
make_token(const uint8_t digest[32], X509 *cert, EVP_PKEY *key, struct yx_buf *token)
{
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	TS_REQ *req = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *alg = X509_ALGOR_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4", 1);
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;
	TS_RESP *resp;
	int n;

	X509_ALGOR_set0(alg, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL);
	TS_MSG_IMPRINT_set_algo(imprint, alg);
	TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)digest, 32);
	TS_REQ_set_version(req, 1);
	TS_REQ_set_msg_imprint(req, imprint);
	TS_REQ_set_cert_req(req, 1);
	assert_true(i2d_TS_REQ_bio(bio, req) > 0);
	assert_int_equal(TS_RESP_CTX_set_signer_cert(ctx, cert), 1);
	assert_int_equal(TS_RESP_CTX_set_signer_key(ctx, key), 1);
	TS_RESP_CTX_set_def_policy(ctx, policy);
	TS_RESP_CTX_add_md(ctx, EVP_sha256());
	TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256());
	TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256());
	TS_RESP_CTX_set_serial_cb(ctx, serial_one, NULL);
	assert_non_null(resp = TS_RESP_create_response(ctx, bio));
	assert_non_null(TS_RESP_get_token(resp));
	n = i2d_PKCS7(TS_RESP_get_token(resp), &der);
	yx_buf_add(token, der, (size_t)n);
	OPENSSL_free(der);
	TS_RESP_free(resp);
	BIO_free(bio);
	ASN1_OBJECT_free(policy);
	X509_ALGOR_free(alg);
	TS_MSG_IMPRINT_free(imprint);
	TS_REQ_free(req);
	TS_RESP_CTX_free(ctx);
}

/* path_a plus a document timestamp → path_b; spoil: of other bytes. */
static int
add_timestamp(const char *name, X509 *cert, EVP_PKEY *key, int other)
{
	struct pades_part parts[2] = { { .kind = PADES_FIELD, .field = { .name = name } },
		{ .kind = PADES_TIMESTAMP, .sign = { .field = name, .room = 8192 } } };
	const struct pades_change c = { parts, 2, "SHA-256" };
	struct pades_appended made;
	struct yx_buf token;
	int fd = open(path_b, O_RDWR | O_CREAT | O_TRUNC, 0600), rc = pades_append(path_a, fd, &c, &made);

	yx_buf_init(&token, 1 << 16);
	if (rc == YX_OK) {
		made.digest[0] ^= (uint8_t)other;
		make_token(made.digest, cert, key, &token);
		assert_int_equal(pades_embed(fd, &made.hole, token.data, token.len), YX_OK);
	}
	yx_buf_free(&token);
	close(fd);
	return rc;
}

/* Signed or certified, then a store, then a timestamp, then more of each: nothing of it
 * is a change that anybody need fear. */
static void
test_long_term(void **state)
{
	X509 *tsa = make_cert_for(ec, 3, "tsa", "critical,timeStamping"), *certs[] = { rsa_cert, ec_cert, rsa_cert };
	struct pades_field f = { .name = "A" };
	struct pades_hole hole;

	(void)state;
	for (int i = 0; i < 4; i++) {
		build_file(PLAIN, 3, i % 2, "");
		assert_int_equal(append(&f, 1, "A", i / 2, &hole), YX_OK);
		finish(&hole, ec_cert, ec);
		assert_int_equal(rename(path_b, path_a), 0);
		assert_int_equal(add_store(certs, 1), YX_OK);
		assert_string_equal(why_of(0), "trust_not_checked");
		assert_int_equal(rename(path_b, path_a), 0);
		assert_int_equal(add_store(certs, 1), YX_STATE); /* it is there */
		assert_int_equal(add_store(certs, 3), YX_OK);
		assert_string_equal(why_of(0), "trust_not_checked");
		assert_int_equal(rename(path_b, path_a), 0);
		assert_int_equal(add_timestamp("T", tsa, ec, 1), YX_OK);
		assert_string_equal(why_of(0), "trust_not_checked");
		assert_string_equal(why_of(1), "digest_mismatch");
		assert_int_equal(add_timestamp("T", tsa, ec, 0), YX_OK);
		assert_string_equal(why_of(0), "trust_not_checked");
		assert_string_equal(why_of(1), "trust_not_checked");
		assert_int_equal(rename(path_b, path_a), 0);
		assert_int_equal(add_timestamp("T2", tsa, ec, 0), YX_OK);
		for (size_t k = 0; k < 3; k++)
			assert_string_equal(why_of(k), "trust_not_checked");
	}
	X509_free(tsa);
}

/* The signed page waits for numbers that nothing had: a store whose streams take them
 * would put its bytes on the page. */
static void
test_store_that_was_waited_for(void **state)
{
	static const char *const objects[] = { "<< /Type /Catalog /Pages 2 0 R >>", PAGES,
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents [11 0 R 12 0 R 13 0 R 14 0 R] >>" };
	X509 *certs[] = { rsa_cert, ec_cert };

	(void)state;
	build_file(objects, 3, 0, "");
	for (int i = 0; i < 2; i++) {
		sign_new(i == 0 ? "A" : "B", ec_cert, ec);
		assert_int_equal(rename(path_b, path_a), 0);
	}
	assert_int_equal(add_store(certs, 2), YX_OK);
	assert_string_equal(why_of(0), "changed_after_signing");
}

/* The report says what was changed, on which page, and whether it was allowed. */
static void
test_differences(void **state)
{
	struct pades_field f[] = { { .name = "P" }, { .name = "V" } };
	const struct forgery stamp = { "", 0, 'P', "Annots", "[@ 0 R]",
		"<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>", "" };
	struct yx_arena *a = yx_arena_new(1 << 20);
	struct pades_hole hole;
	struct pades_report r;
	int page = 0, annotation = 0;

	(void)state;
	build_file(PLAIN, 3, 0, "");
	assert_int_equal(append(f, 2, "P", 0, &hole), YX_OK);
	finish(&hole, ec_cert, ec);
	forge(&stamp);
	assert_int_equal(pades_verify(a, path_b, &(struct pades_policy){ 0 }, &r), YX_OK);
	assert_int_equal(r.differences_n, 2);
	for (size_t i = 0; i < r.differences_n; i++) {
		const struct pades_difference *d = &r.differences[i];

		assert_int_equal(d->after, 1);
		assert_int_equal(d->page, 1);
		assert_int_equal(d->allowed, 0);
		page += d->class == PADES_C_PAGE && !d->added && d->object == 3;
		annotation += d->class == PADES_C_ANNOTATION && d->added;
	}
	assert_int_equal(page, 1);
	assert_int_equal(annotation, 1);
	assert_string_equal(pades_class_word(PADES_C_MALFORMED), "malformed");
	pades_report_free(&r);
	yx_arena_free(&a);
}

/* A CMS of indefinite length, as some honest programs write it; but nothing behind it. */
static void
test_open_ended_cms(void **state)
{
	struct pades_field f = { .name = "A" };
	struct pades_hole hole;
	struct yx_buf cms, ber;
	int fd;

	(void)state;
	for (int more = 0; more < 2; more++) {
		build_file(PLAIN, 3, 0, "");
		assert_int_equal(append(&f, 1, "A", 0, &hole), YX_OK);
		fd = open(path_b, O_RDWR);
		yx_buf_init(&cms, 1 << 16);
		yx_buf_init(&ber, 1 << 16);
		make_cms(fd, &hole, ec_cert, ec, &cms);
		assert_int_equal(cms.data[1], 0x82);
		yx_buf_add(&ber, "\x30\x80", 2);
		yx_buf_add(&ber, cms.data + 4, cms.len - 4);
		yx_buf_add(&ber, more ? "\0\0\x01" : "\0\0", more ? 3 : 2);
		assert_int_equal(pades_embed(fd, &hole, ber.data, ber.len), YX_OK);
		assert_string_equal(why_of(0), more ? "cms_malformed" : "trust_not_checked");
		yx_buf_free(&cms);
		yx_buf_free(&ber);
		close(fd);
	}
}

/* Fields that a signature locks (ISO 32000-2, 12.8.2.4), and a field that wants
 * others to be locked when it is signed. */
static void
test_locks(void **state)
{
	static const struct {
		const char *params;
		int rc_new, rc_b;
	} cases[] = {
		{ "/Action /All", YX_PDF_LOCKED, YX_PDF_LOCKED }, { "/Action /Include /Fields [(B)]", YX_OK, YX_PDF_LOCKED },
		{ "/Action /Exclude /Fields [(B)]", YX_PDF_LOCKED, YX_OK },
		    { "/Action /Include /Fields [(Q.x) (B.x)]", YX_OK, YX_OK },
	};
	struct pades_field f = { .name = "New" };
	struct pades_hole hole;
	char signature[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const objects[] = { CATALOG("<< /Fields [4 0 R 6 0 R] /SigFlags 3 >>"),
			PAGES, PAGE, "<< /FT /Sig /T (A) /V 5 0 R >>", signature, FIELD("(B)") };

		snprintf(signature, sizeof(signature), "<< /Type /Sig /Contents <00> /Reference [ << /TransformMethod "
		    "/FieldMDP /TransformParams << %s >> >> ] >>", cases[i].params);
		build_file(objects, 6, 0, "");
		assert_int_equal(append(&f, 1, "New", 0, &hole), cases[i].rc_new);
		assert_int_equal(append(NULL, 0, "B", 0, &hole), cases[i].rc_b);
	}
	{
		static const char *const objects[] = { CATALOG("<< /Fields [4 0 R 5 0 R] >>"), PAGES, PAGE,
			"<< /FT /Sig /T (A) /Lock << /Type /SigFieldLock /Action /All >> /SV << /Reasons [(x)] >> >>",
			    FIELD("(B)") };

		build_file(objects, 5, 0, "");
		assert_int_equal(append(NULL, 0, "A", 0, &hole), YX_OK);
		finish(&hole, ec_cert, ec);
		assert_string_equal(why_of(0), "trust_not_checked");
		assert_int_equal(rename(path_b, path_a), 0);
		assert_int_equal(append(NULL, 0, "B", 0, &hole), YX_PDF_LOCKED);
	}
}

/* The hole holds what goes in, and little more, however it is signed. */
static void
test_room(void **state)
{
	static const char *const mds[] = { "SHA-256", "SHA-384", "SHA-512" };
	STACK_OF(X509) *chain = sk_X509_new_null();

	(void)state;
	sk_X509_push(chain, rsa_cert);
	sk_X509_push(chain, ec_cert);
	for (int i = 0; i < 18; i++) {
		const int kind = i % 3; /* curve, RSA, RSA with PSS */
		struct pades_cms_signer by = { .cert = kind == 0 ? ec_cert : rsa_cert, .chain = i < 9 ? NULL : chain };
		const uint8_t digest[64] = { 0 };
		struct yx_buf attributes, partial, signature, cms;

		assert_int_equal(pki_method_of(by.cert, mds[i / 3 % 3], kind == 2, &by.how), YX_OK);
		yx_buf_init(&attributes, 1 << 16);
		yx_buf_init(&partial, 1 << 16);
		yx_buf_init(&signature, 1 << 16);
		yx_buf_init(&cms, 1 << 16);
		assert_int_equal(pades_cms_begin(&by, (struct yx_bytes){ digest, 32u + 16u * (unsigned)(i / 3 % 3) },
		    &attributes, &partial), YX_OK);
		assert_int_equal(pki_sign(kind == 0 ? ec : rsa, &by.how, yx_buf_bytes(&attributes), &signature), YX_OK);
		assert_int_equal(finish_cms(&partial, by.cert, yx_buf_bytes(&signature), &cms), YX_OK);
		assert_true(cms.len <= pades_room(&by, 0));
		assert_true(cms.len + 512 > pades_room(&by, 0));
		yx_buf_free(&attributes);
		yx_buf_free(&partial);
		yx_buf_free(&signature);
		yx_buf_free(&cms);
	}
	sk_X509_free(chain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_nesting_is_bounded),
		cmocka_unit_test(test_dictionary),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_inspect),
		cmocka_unit_test(test_inspect_refuses),
		cmocka_unit_test(test_append_to_all_shapes),
		cmocka_unit_test(test_append_wrong_size),
		cmocka_unit_test(test_append_dangling_reference),
		cmocka_unit_test(test_append_refuses),
		cmocka_unit_test(test_certified),
		cmocka_unit_test(test_cms_refuses),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_verify_byte_range),
		cmocka_unit_test(test_verify_dictionary),
		cmocka_unit_test(test_verify_substituted_certificate),
		cmocka_unit_test(test_verify_cms_shape),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_hybrid),
		cmocka_unit_test(test_unusual_but_sound),
		cmocka_unit_test(test_wide_rows),
		cmocka_unit_test(test_short_rows),
		cmocka_unit_test(test_foreign_signatures),
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_xfa),
		cmocka_unit_test(test_long_term),
		cmocka_unit_test(test_store_that_was_waited_for),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_open_ended_cms),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

#include "backend/ctl/bench_lt.h"
#include "backend/ctl/ctl.h"
#include "backend/pki/key.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/hash.h"
#include "backend/pades/verify.h"
#include "common/random.h"

/* What signing and verifying cost, beside the floors that no program gets under: the
 * key's operation, a copy of the file, its SHA-256. Each figure is a median. */

#define RUNS_MAX 301
#define KILO     ((int64_t)1000)
#define MEGA     ((int64_t)1000000)
#define MANY_OBJECTS 940000

struct bench {
	const char *dir;          /* of the large files */
	char        work[2][200]; /* a directory in memory, one in dir */
	char      (*path)[256];   /* FILES */
	EVP_PKEY   *key;
	X509       *cert;
	struct pki_trust *trust, *lt_trust;
	struct figure { const char *name; double value; } figure[20];
	size_t      n;
};
enum { SMALL, SMALL_OUT, BIG, BIG_OUT, BIG_SECOND, BIG_THIRD, FIVE, FIVE_A, FIVE_B, LT_A, LT, MANY, FILES };

/* ---- measuring ---- */

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
keep(struct bench *b, const char *name, double value)
{
	if (b->n < sizeof(b->figure) / sizeof(b->figure[0]))
		b->figure[b->n++] = (struct figure){ name, value };
}

/* Runs fn so often (an odd number) and writes the median of its times. */
static int
measure(struct bench *b, const char *name, int runs, int (*fn)(struct bench *b))
{
	double took[RUNS_MAX];
	int rc = fn(b); /* warm */

	for (int i = 0; i < runs && rc == YX_OK; i++) {
		double from = now_ms();

		rc = fn(b);
		took[i] = now_ms() - from;
	}
	if (rc != YX_OK)
		return rc;
	qsort(took, (size_t)runs, sizeof(*took), by_value);
	keep(b, name, took[runs / 2]);
	return YX_OK;
}

/* ---- what is measured ---- */

static int
sign_only(struct bench *b)
{
	static const uint8_t text[64] = "signed attributes";
	struct yx_buf out;
	int rc;

	yx_buf_init(&out, 4096);
	rc = pades_sign_key(b->key, "SHA-256", text, sizeof(text), &out);
	yx_buf_free(&out);
	return rc;
}

static int
seal(struct bench *b, int in, int out, const char *field)
{
	struct pades_part parts[2] = { { .kind = PADES_FIELD, .field = { .name = field } },
		{ .kind = PADES_SIGN, .sign = { .field = field, .when = time(NULL) } } };
	const struct pades_change change = { .parts = parts, .n = 2 };
	struct pki_key *key = NULL;
	struct pades_signer signer = { .key = NULL, .cert = b->cert, .how.md = "SHA-256" };
	struct pades_hole hole;
	int fd = open(b->path[out], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), rc = YX_IO;

	if (fd < 0)
		return rc;
	if ((rc = pki_key_of(b->key, &key)) == YX_OK) {
		signer.key = key;
		rc = pades_seal(b->path[in], fd, &change, &signer, &hole);
	}
	pki_key_free(&key);
	close(fd);
	return rc;
}

static int
seal_small(struct bench *b)
{
	return seal(b, SMALL, SMALL_OUT, "A");
}

static int
seal_big(struct bench *b)
{
	return seal(b, BIG, BIG_OUT, "A");
}

static int
seal_second(struct bench *b)
{
	return seal(b, BIG_OUT, BIG_SECOND, "B");
}

static int
seal_third(struct bench *b)
{
	return seal(b, BIG_SECOND, BIG_THIRD, "C");
}

static int
seal_many(struct bench *b)
{
	return seal(b, MANY, BIG_SECOND, "A");
}

static int
copy_big(struct bench *b)
{
	int in = open(b->path[BIG], O_RDONLY | O_CLOEXEC), rc = YX_IO;
	int out = open(b->path[BIG_SECOND], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int64_t n;

	if (in >= 0 && out >= 0 && (rc = pdf_file_size(in, &n)) == YX_OK && (rc = pdf_copy(in, out, n)) == YX_OK &&
	    fsync(out) != 0)
		rc = YX_IO;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return rc;
}

static int
hash_big(struct bench *b)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t digest[EVP_MAX_MD_SIZE];
	int fd = open(b->path[BIG], O_RDONLY | O_CLOEXEC), rc = YX_IO;
	int64_t n;

	if (ctx != NULL && fd >= 0 && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    (rc = pdf_file_size(fd, &n)) == YX_OK && (rc = pdf_hash_range(ctx, fd, 0, n)) == YX_OK &&
	    EVP_DigestFinal_ex(ctx, digest, NULL) != 1)
		rc = YX_INTERNAL;
	if (fd >= 0)
		close(fd);
	EVP_MD_CTX_free(ctx);
	return rc;
}

static int
verify(struct bench *b, int file, size_t signatures)
{
	struct yx_arena *a = yx_arena_new(MEGA);
	struct pades_report r = { 0 };
	int rc = a == NULL ? YX_NO_MEMORY : pades_verify(a, b->path[file],
	    &(struct pades_policy){ .trust = file == LT ? b->lt_trust : b->trust }, &r);

	if (rc == YX_OK && (!r.valid || r.n != signatures))
		rc = YX_SIGNATURE_BAD;
	for (size_t i = 0; rc == YX_OK && i < r.n; i++)
		if (strcmp(r.sig[i].level, file == LT ? "B-LT" : "B-B") != 0)
			rc = YX_STATE;
	pades_report_free(&r);
	yx_arena_free(&a);
	return rc;
}

static int
verify_five(struct bench *b)
{
	return verify(b, FIVE, 3);
}

static int
verify_lt(struct bench *b)
{
	return verify(b, LT, 3);
}

static int
verify_big(struct bench *b)
{
	return verify(b, BIG_OUT, 1);
}

/* ---- the inputs ---- */

/* The certificate is its own anchor, in a file as anchors are. */
static int
make_trust(struct bench *b)
{
	char path[256];
	BIO *out;
	int rc = YX_IO;

	snprintf(path, sizeof(path), "%s/anchor.pem", b->work[0]);
	if ((out = BIO_new_file(path, "w")) == NULL)
		return rc;
	if (PEM_write_bio_X509(out, b->cert) == 1 && BIO_flush(out) == 1)
		rc = pki_trust_open(b->work[0], NULL, &b->trust);
	BIO_free(out);
	unlink(path);
	return rc;
}

static int
make_signer(struct bench *b)
{
	X509_NAME *n = X509_NAME_new();
	int rc = YX_NO_MEMORY;

	b->key = EVP_RSA_gen(2048);
	b->cert = X509_new();
	if (n == NULL || b->key == NULL || b->cert == NULL ||
	    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)"bench", -1, -1, 0) != 1)
		goto out;
	if (X509_set_version(b->cert, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(b->cert), 1) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(b->cert), -60) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(b->cert), 86400) != NULL && X509_set_subject_name(b->cert, n) == 1 &&
	    X509_set_issuer_name(b->cert, n) == 1 && X509_set_pubkey(b->cert, b->key) == 1 &&
	    X509_sign(b->cert, b->key, EVP_sha256()) > 0)
		rc = make_trust(b);
out:
	X509_NAME_free(n);
	return rc;
}

/* A file of about n bytes: one page, and a stream that fills it. */
static int
make_pdf(const char *path, int64_t n)
{
	uint8_t block[65536];
	size_t at[4];
	struct yx_buf b;
	int64_t end, left = n;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), rc = YX_OK;

	yx_buf_init(&b, 4096);
	yx_buf_adds(&b, "%PDF-1.7\n");
	at[0] = b.len;
	yx_buf_adds(&b, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	at[1] = b.len;
	yx_buf_adds(&b, "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
	at[2] = b.len;
	yx_buf_adds(&b, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Extra 4 0 R >>\nendobj\n");
	at[3] = b.len;
	yx_buf_addf(&b, "4 0 obj\n<< /Length %lld >>\nstream\n", (long long)n);
	if (fd < 0 || (rc = pdf_pwrite_all(fd, b.data, b.len, 0)) != YX_OK)
		goto out;
	for (end = (int64_t)b.len; left > 0 && rc == YX_OK; end += (int64_t)sizeof(block), left -= (int64_t)sizeof(block)) {
		yx_random(block, sizeof(block));
		rc = pdf_pwrite_all(fd, block, left < (int64_t)sizeof(block) ? (size_t)left : sizeof(block), end);
	}
	end = (int64_t)b.len + n;
	yx_buf_reset(&b);
	yx_buf_adds(&b, "\nendstream\nendobj\nxref\n0 5\n0000000000 65535 f\r\n");
	for (int i = 0; i < 4; i++)
		yx_buf_addf(&b, "%010zu 00000 n\r\n", at[i]);
	yx_buf_addf(&b, "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%lld\n%%%%EOF\n", (long long)end + 18);
	if (rc == YX_OK)
		rc = pdf_pwrite_all(fd, b.data, b.len, end);
out:
	if (fd >= 0)
		close(fd);
	yx_buf_free(&b);
	return fd < 0 ? YX_IO : rc;
}

/* A file of many objects, each a row of its cross-reference table: one page, and what nobody shows. */
static int
write_objects(int fd, struct yx_buf *table, int64_t *end)
{
	static const char *const first[] = { "<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>" };
	struct yx_buf b;
	int rc = YX_OK;

	yx_buf_init(&b, (size_t)2 * MEGA);
	yx_buf_adds(&b, "%PDF-1.7\n");
	for (int i = 0; i < MANY_OBJECTS && rc == YX_OK; i++) {
		yx_buf_addf(table, "%010lld 00000 n\r\n", (long long)(*end + (int64_t)b.len));
		if (i < 3)
			yx_buf_addf(&b, "%d 0 obj\n%s\nendobj\n", i + 1, first[i]);
		else
			yx_buf_addf(&b, "%d 0 obj\n<< /Of %d /Text (%0100d) >>\nendobj\n", i + 1, i, i);
		if (b.len < (size_t)MEGA && i + 1 < MANY_OBJECTS)
			continue;
		rc = yx_buf_status(&b) != YX_OK ? YX_NO_MEMORY : pdf_pwrite_all(fd, b.data, b.len, *end);
		*end += (int64_t)b.len;
		yx_buf_reset(&b);
	}
	yx_buf_free(&b);
	return rc;
}

static int
make_many(const char *path)
{
	struct yx_buf table;
	int64_t end = 0;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), rc = YX_IO;

	yx_buf_init(&table, (size_t)(32 * MEGA));
	yx_buf_addf(&table, "xref\n0 %d\n0000000000 65535 f\r\n", MANY_OBJECTS + 1);
	if (fd < 0 || (rc = write_objects(fd, &table, &end)) != YX_OK)
		goto out;
	yx_buf_addf(&table, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%lld\n%%%%EOF\n", MANY_OBJECTS + 1,
	    (long long)end);
	if ((rc = yx_buf_status(&table)) == YX_OK)
		rc = pdf_pwrite_all(fd, table.data, table.len, end);
out:
	if (fd >= 0)
		close(fd);
	yx_buf_free(&table);
	return rc;
}

static int
open_bench(struct bench *b)
{
	static const char *const names[] = { "small", "small-out", "big", "big-out", "big-second", "big-third",
		"five", "five-a", "five-b", "lt-a", "lt", "many" };
	int rc;

	snprintf(b->work[0], sizeof(b->work[0]), "/dev/shm/yinxin-bench-XXXXXX");
	snprintf(b->work[1], sizeof(b->work[1]), "%.150s/yinxin-bench-XXXXXX", b->dir);
	for (int i = 0; i < 2; i++)
		if (mkdtemp(b->work[i]) == NULL)
			return YX_IO;
	for (int i = 0; i < FILES; i++)
		snprintf(b->path[i], sizeof(b->path[i]), "%s/%s.pdf", b->work[(i >= BIG && i <= BIG_THIRD) || i == MANY],
		    names[i]);
	if ((rc = make_signer(b)) != YX_OK || (rc = make_pdf(b->path[SMALL], 240 * KILO)) != YX_OK ||
	    (rc = make_pdf(b->path[BIG], 150 * MEGA)) != YX_OK || (rc = make_pdf(b->path[FIVE_A], 5 * MEGA)) != YX_OK)
		return rc;
	if ((rc = seal(b, FIVE_A, FIVE, "A")) != YX_OK || (rc = seal(b, FIVE, FIVE_B, "B")) != YX_OK)
		return rc;
	if ((rc = seal(b, FIVE_B, FIVE, "C")) != YX_OK)
		return rc;
	return bench_lt_make(b->path[FIVE_A], (const char *const[2]){ b->path[LT_A], b->path[LT] }, &b->lt_trust);
}

static void
close_bench(struct bench *b)
{
	for (int i = 0; i < FILES; i++)
		unlink(b->path[i]);
	for (int i = 0; i < 2; i++)
		rmdir(b->work[i]);
	EVP_PKEY_free(b->key);
	X509_free(b->cert);
	pki_trust_free(&b->trust);
	pki_trust_free(&b->lt_trust);
}

/* What a revision adds beside the CMS itself. */
static int
append_bytes(struct bench *b)
{
	struct pades_facts before, after;
	int rc;

	if ((rc = pades_inspect(b->path[SMALL], &before)) == YX_OK &&
	    (rc = pades_inspect(b->path[SMALL_OUT], &after)) == YX_OK)
		keep(b, "seal_added_bytes", (double)(after.size - before.size));
	return rc;
}

static int
keep_peak(struct bench *b, const char *name)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return YX_INTERNAL;
	keep(b, name, (double)u.ru_maxrss / 1024);
	return YX_OK;
}

/* The last one, for its memory: a peak does not come down. */
static int
measure_many(struct bench *b)
{
	int rc = make_many(b->path[MANY]);

	if (rc != YX_OK || (rc = measure(b, "seal_940k_ms", 3, seal_many)) != YX_OK)
		return rc;
	return keep_peak(b, "peak_940k_mb");
}

static int
measure_all(struct bench *b)
{
	int rc;

	if ((rc = measure(b, "rsa2048_sign_ms", 301, sign_only)) != YX_OK ||
	    (rc = measure(b, "seal_240k_ms", 301, seal_small)) != YX_OK || (rc = append_bytes(b)) != YX_OK ||
	    (rc = measure(b, "copy_150m_ms", 7, copy_big)) != YX_OK ||
	    (rc = measure(b, "sha256_150m_ms", 7, hash_big)) != YX_OK ||
	    (rc = measure(b, "seal_150m_ms", 7, seal_big)) != YX_OK ||
	    (rc = measure(b, "second_signature_150m_ms", 7, seal_second)) != YX_OK ||
	    (rc = measure(b, "third_signature_150m_ms", 7, seal_third)) != YX_OK ||
	    (rc = measure(b, "verify_5m_ms", 51, verify_five)) != YX_OK ||
	    (rc = measure(b, "verify_5m_lt_ms", 51, verify_lt)) != YX_OK ||
	    (rc = measure(b, "verify_150m_ms", 7, verify_big)) != YX_OK ||
	    (rc = keep_peak(b, "peak_memory_mb")) != YX_OK)
		return rc;
	return measure_many(b);
}

/* One figure a line for a person, an object for a program: the same names. */
static void
print(const struct bench *b, int json)
{
	for (size_t i = 0; i < b->n; i++)
		printf(json ? "%s\"%s\": %.3f" : "%s%-26s %10.3f", i == 0 ? json ? "{" : "" : json ? ", " : "\n",
		    b->figure[i].name, b->figure[i].value);
	printf(json ? "}\n" : "\n");
}

int
ctl_bench(int argc, char **argv)
{
	char path[FILES][256] = { { 0 } };
	struct bench b = { .dir = "/tmp", .path = path };
	int json = 0, rc;
	const struct ctl_option options[] = {
		{ "--dir", &b.dir, NULL, NULL, NULL },
		{ "--json", NULL, &json, NULL, NULL },
		{ NULL, NULL, NULL, NULL, NULL },
	};

	if (ctl_parse(argc, argv, options, NULL, 0) != YX_OK)
		return CTL_ERROR;
	if ((rc = open_bench(&b)) == YX_OK && (rc = measure_all(&b)) == YX_OK)
		print(&b, json);
	close_bench(&b);
	return rc == YX_OK ? CTL_OK : ctl_fail("bench", rc);
}

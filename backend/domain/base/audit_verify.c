#include "backend/domain/base/audit.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/domain/base/audit_internal.h"
#include "backend/pki/method.h"
#include "backend/pki/probe.h"
#include "common/buf.h"
#include "common/codec.h"

/* Walks the trail; `what` is set by the first thing that is wrong. */
struct walk {
	struct yx_db        *db;
	struct yx_arena     *a;       /* the caller's, for `what` */
	struct audit_report *out;
	uint8_t              hash[AUDIT_HASH], signer[AUDIT_HASH];
	X509                *cert;    /* of signer */
	int64_t             *seqs;    /* of all blocks */
	size_t               n, cap;
	int64_t              first_mac; /* block in which MACs begin; 0: none yet */
};

/* The first finding stays. before and after: the sentence around the number. */
static int
wrong(struct walk *w, int64_t seq, const char *before, int64_t number, const char *after)
{
	if (w->out->what == NULL) {
		w->out->bad = seq;
		w->out->what = yx_arena_printf(w->a, "%s %lld %s", before, (long long)number, after);
		if (w->out->what == NULL)
			w->out->what = "something";
	}
	return YX_OK;
}

/* ---- rows ---- */

static int
check_mac(struct walk *w, const struct audit_row *row, int64_t block)
{
	uint8_t mac[AUDIT_HASH];
	int rc = audit_mac(row, mac);

	if (rc != YX_OK)
		return rc;
	/* Rows from before there were MACs stand in the first blocks, and nowhere else. */
	if (row->mac == NULL && row->stream == NULL && block != 0 && w->first_mac == 0)
		return YX_OK;
	if (w->first_mac == 0)
		w->first_mac = block;
	return row->mac != NULL && yx_equal(mac, row->mac, AUDIT_HASH) ? YX_OK
	    : wrong(w, row->seq, "row", row->seq, "was not written by the platform, or was changed");
}

static int
remember(struct walk *w, int64_t seq)
{
	if (w->n == w->cap) {
		size_t cap = w->cap == 0 ? 65536 : w->cap * 2;
		int64_t *p = realloc(w->seqs, cap * sizeof(*p));

		if (p == NULL)
			return YX_NO_MEMORY;
		w->seqs = p;
		w->cap = cap;
	}
	w->seqs[w->n++] = seq;
	return YX_OK;
}

/* The rows of a block in the block's order, and their tree. */
static int
check_rows(struct walk *w, struct yx_arena *a, const struct audit_block *b)
{
	uint8_t (*leaves)[AUDIT_HASH] = yx_arena_alloc(a, (b->rows + 1) * sizeof(*leaves)), root[AUDIT_HASH];
	const char *json = audit_members_json(a, b->members, b->rows);
	struct yx_rows *r = NULL;
	int rc = leaves == NULL || json == NULL ? YX_NO_MEMORY : yx_db_query(w->db, a,
	    "SELECT " AUDIT_COLUMNS " FROM JSON_TABLE(?, '$[*]' COLUMNS (turn FOR ORDINALITY, seq BIGINT PATH '$')) j"
	    " STRAIGHT_JOIN audit a ON a.seq = j.seq ORDER BY j.turn", YX_P(yx_p_str(json)), &r);

	for (size_t i = 0; rc == YX_OK && i < b->rows && w->out->what == NULL; i++) {
		int64_t seq = audit_member(b->members, i);
		struct audit_row row;

		if (!yx_rows_next(r))
			return wrong(w, seq, "row", seq, "is missing");
		audit_row_of(r, &row);
		if (row.seq != seq)
			return wrong(w, seq, "row", seq, "is missing");
		if ((rc = check_mac(w, &row, b->number)) == YX_OK && (rc = audit_leaf(&row, leaves[i])) == YX_OK)
			rc = remember(w, seq);
	}
	if (rc != YX_OK || w->out->what != NULL || b->rows == 0)
		return rc;
	if ((rc = audit_root(leaves, b->rows, root)) == YX_OK && memcmp(root, b->root, AUDIT_HASH) != 0)
		return wrong(w, audit_member(b->members, 0), "block", b->number, ": the rows are not those that it was"
		    " made of");
	w->out->rows += (int64_t)b->rows;
	return rc;
}

/* ---- blocks ---- */

/* The certificate of a block's signer: the platform's of today, or one that the worker
 * kept outside the database when it signed first. */
static int
find_signer(struct walk *w, X509 *today, const uint8_t digest[AUDIT_HASH])
{
	uint8_t is[AUDIT_HASH];
	unsigned n = sizeof(is);
	char hex[2 * AUDIT_HASH + 1];
	const char *path;

	if (w->cert != NULL && memcmp(w->signer, digest, AUDIT_HASH) == 0)
		return YX_OK;
	X509_free(w->cert);
	w->cert = NULL;
	memcpy(w->signer, digest, AUDIT_HASH);
	if (today != NULL && X509_digest(today, EVP_sha256(), is, &n) == 1 && memcmp(is, digest, AUDIT_HASH) == 0) {
		X509_up_ref(today);
		w->cert = today;
		return YX_OK;
	}
	yx_hex(hex, digest, AUDIT_HASH);
	if ((path = yx_arena_printf(w->a, "%s.crt", audit_path(w->a, hex))) == NULL)
		return YX_NO_MEMORY;
	if (pki_load_cert(path, &w->cert) != YX_OK)
		w->cert = NULL;
	else if (X509_digest(w->cert, EVP_sha256(), is, &n) != 1 || memcmp(is, digest, AUDIT_HASH) != 0) {
		X509_free(w->cert);
		w->cert = NULL;
	}
	return YX_OK;
}

static int
signature_fits(X509 *cert, const uint8_t hash[AUDIT_HASH], const void *signature, size_t n)
{
	uint8_t message[AUDIT_SIGNED];
	struct pki_method how;

	return cert != NULL && pki_method_of(cert, "SHA-256", 0, &how) == YX_OK &&
	    pki_verify(X509_get0_pubkey(cert), &how, (struct yx_bytes){ audit_signed(hash, message), AUDIT_SIGNED },
	    (struct yx_bytes){ signature, n }) == YX_OK;
}

static int
block_of(const struct yx_rows *r, struct audit_block *b, const uint8_t **hash, const uint8_t **signer)
{
	size_t members = 0, root = 0, previous = 0, is = 0, by = 0;
	const void *p, *q;

	*b = (struct audit_block){ .number = yx_row_int(r, 0), .at = yx_row_time(r, 1) };
	b->members = yx_row_bytes(r, 2, &members);
	p = yx_row_bytes(r, 3, &root);
	q = yx_row_bytes(r, 4, &previous);
	*hash = yx_row_bytes(r, 5, &is);
	*signer = yx_row_bytes(r, 6, &by);
	if (root != AUDIT_HASH || previous != AUDIT_HASH || is != AUDIT_HASH || by != AUDIT_HASH || members % 8 != 0)
		return 0;
	b->rows = members / 8;
	memcpy(b->root, p, AUDIT_HASH);
	memcpy(b->previous, q, AUDIT_HASH);
	return 1;
}

static int
check_block(struct walk *w, struct yx_arena *a, X509 *today, const struct yx_rows *r)
{
	const uint8_t *hash, *signer;
	struct audit_block b;
	uint8_t is[AUDIT_HASH];
	const void *signature;
	size_t n = 0;
	int rc;

	if (!block_of(r, &b, &hash, &signer) || b.number != w->out->blocks + 1)
		return wrong(w, 0, "block", w->out->blocks + 1, "is missing or damaged");
	if (memcmp(b.previous, w->hash, AUDIT_HASH) != 0)
		return wrong(w, 0, "block", b.number, "does not follow the one before");
	if ((rc = audit_block_hash(&b, is)) != YX_OK || (rc = find_signer(w, today, signer)) != YX_OK)
		return rc;
	signature = yx_row_bytes(r, 7, &n);
	if (memcmp(is, hash, AUDIT_HASH) != 0 || !signature_fits(w->cert, is, signature, n))
		return wrong(w, 0, "block", b.number, ": the platform's signature does not fit");
	memcpy(w->hash, is, AUDIT_HASH);
	w->out->blocks++;
	return check_rows(w, a, &b);
}

static int
check_blocks(struct walk *w, X509 *today)
{
	int rc = YX_OK, more = 1;

	while (rc == YX_OK && more && w->out->what == NULL) {
		struct yx_arena *a = yx_arena_new(64u << 20);
		struct yx_rows *r = NULL;

		rc = a == NULL ? YX_NO_MEMORY : yx_db_query(w->db, a,
		    "SELECT number, at, members, root, previous, hash, signer, signature FROM audit_block WHERE number > ?"
		    " ORDER BY number LIMIT 1", YX_P(yx_p_int(w->out->blocks)), &r);
		more = rc == YX_OK && yx_rows_next(r);
		if (more)
			rc = check_block(w, a, today, r);
		yx_arena_free(&a);
	}
	return rc;
}

/* The place where the next block goes is behind the last block. */
static int
check_tip(struct walk *w)
{
	struct yx_rows *row = NULL;
	const void *hash;
	size_t n = 0;
	int rc = yx_db_one(w->db, w->a, "SELECT number, hash FROM audit_tip WHERE one = 1", YX_P_NONE, &row);

	if (rc != YX_OK)
		return rc;
	hash = yx_row_bytes(row, 1, &n);
	return yx_row_int(row, 0) == w->out->blocks && n == AUDIT_HASH && memcmp(hash, w->hash, AUDIT_HASH) == 0 ? YX_OK
	    : wrong(w, 0, "the last block is not the one after number", w->out->blocks - 1, "");
}

/* ---- nothing is missing ---- */

static int
by_seq(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Rows that no block has yet; each is counted, and its MAC looked at. */
static int
check_pending(struct walk *w)
{
	struct yx_arena *a = yx_arena_new(1u << 30);
	struct yx_rows *r = NULL;
	int rc = a == NULL ? YX_NO_MEMORY : yx_db_query(w->db, a,
	    "SELECT " AUDIT_COLUMNS ", p.seq FROM audit_pending p LEFT JOIN audit a ON a.seq = p.seq ORDER BY"
	    " p.seq LIMIT 100000",
	    YX_P_NONE, &r);

	while (rc == YX_OK && w->out->what == NULL && yx_rows_next(r)) {
		struct audit_row row;

		if (yx_row_is_null(r, 0)) {
			rc = wrong(w, yx_row_int(r, 11), "row", yx_row_int(r, 11), "is missing");
			break;
		}
		audit_row_of(r, &row);
		w->out->pending++;
		if (row.mac != NULL || w->first_mac != 0)
			rc = check_mac(w, &row, 0);
	}
	yx_arena_free(&a);
	return rc;
}

static int
check_sums(struct walk *w)
{
	struct yx_rows *row = NULL;
	int rc;

	qsort(w->seqs, w->n, sizeof(*w->seqs), by_seq);
	for (size_t i = 1; i < w->n; i++)
		if (w->seqs[i] == w->seqs[i - 1])
			return wrong(w, w->seqs[i], "row", w->seqs[i], "is in two blocks");
	/* One statement, one moment: blocks stand still, rows and what waits grow together. */
	rc = yx_db_one(w->db, w->a, "SELECT (SELECT COUNT(*) FROM audit) - (SELECT COUNT(*) FROM"
	    " audit_pending)", YX_P_NONE, &row);
	if (rc == YX_OK && yx_row_int(row, 0) != (int64_t)w->n)
		return wrong(w, 0, "", yx_row_int(row, 0) - (int64_t)w->n, "rows are in no block and do not wait for one");
	return rc;
}

/* What a row that was removed before it came into a block leaves: a number that its
 * connection's rows lack. */
static int
check_streams(struct walk *w)
{
	struct yx_rows *row = NULL;
	int rc = yx_db_one(w->db, w->a,
	    "SELECT MIN(seq) FROM audit WHERE stream IS NOT NULL GROUP BY stream HAVING COUNT(*) <> MAX(turn) OR"
	    " MIN(turn) <> 1 LIMIT 1",
	    YX_P_NONE, &row);

	if (rc == YX_NOT_FOUND)
		return YX_OK;
	return rc != YX_OK ? rc
	    : wrong(w, yx_row_int(row, 0), "a row of the connection that wrote row", yx_row_int(row, 0), "is missing");
}

/* ---- outside the database ---- */

static int
check_head_line(struct walk *w, const char *line)
{
	char hex[2 * AUDIT_HASH + 1] = "";
	struct yx_rows *row = NULL;
	long long number = 0;
	int rc;

	if (sscanf(line, "%lld %64[0-9a-f]", &number, hex) != 2)
		return YX_OK;
	rc = yx_db_one(w->db, w->a, "SELECT 1 FROM audit_block WHERE number = ? AND hash = UNHEX(?)",
	    YX_P(yx_p_int(number), yx_p_str(hex)), &row);
	return rc == YX_NOT_FOUND ? wrong(w, 0, "block", number, "is not the one that was published") : rc;
}

static int
check_journal_line(struct walk *w, const char *line)
{
	char stream[33] = "", hex[2 * AUDIT_HASH + 1] = "";
	struct yx_rows *row = NULL;
	long long turn = 0;
	int rc;

	if (sscanf(line, "%32[0-9a-f] %lld %64[0-9a-f]", stream, &turn, hex) != 3)
		return YX_OK;
	rc = yx_db_one(w->db, w->a, "SELECT 1 FROM audit WHERE stream = ? AND turn = ? AND mac = UNHEX(?)",
	    YX_P(yx_p_str(stream), yx_p_int(turn), yx_p_str(hex)), &row);
	return rc == YX_NOT_FOUND ? wrong(w, 0, "a row that the journal has is missing (number", turn, "of its"
	    " connection)") : rc;
}

static int
check_lines(struct walk *w, const char *path, int (*check)(struct walk *, const char *))
{
	FILE *f = path == NULL ? NULL : fopen(path, "re");
	char line[256];
	int rc = YX_OK;

	while (f != NULL && rc == YX_OK && w->out->what == NULL && fgets(line, sizeof(line), f) != NULL) {
		struct yx_arena *keep = w->a;

		/* Many lines: each has an arena of its own, but what is said stays. */
		if ((w->a = yx_arena_new(1 << 20)) == NULL)
			rc = YX_NO_MEMORY;
		else
			rc = check(w, line);
		if (w->out->what != NULL)
			w->out->what = yx_arena_strdup(keep, w->out->what);
		yx_arena_free(&w->a);
		w->a = keep;
	}
	if (f != NULL)
		fclose(f);
	return rc;
}

static int
is_head(const struct dirent *e)
{
	return strncmp(e->d_name, "head-", 5) == 0;
}

static int
is_journal(const struct dirent *e)
{
	return strncmp(e->d_name, "journal-", 8) == 0;
}

/* Files of one kind, each with its lines. */
struct outside {
	const char *(*path)(struct yx_arena *a, const char *name);
	int (*is)(const struct dirent *e);
	int (*check)(struct walk *w, const char *line);
};

static int
check_files(struct walk *w, const struct outside *o)
{
	struct dirent **files = NULL;
	int rc = YX_OK, n = scandir(o->path(w->a, "."), &files, o->is, alphasort);

	for (int i = 0; i < n; i++) {
		if (rc == YX_OK && w->out->what == NULL)
			rc = check_lines(w, o->path(w->a, files[i]->d_name), o->check);
		free(files[i]);
	}
	free(files);
	return rc;
}

static int
is_stamp(const struct dirent *e)
{
	return strncmp(e->d_name, AUDIT_STAMP, strlen(AUDIT_STAMP)) == 0;
}

/* A token that does not fit its head: one of the two was changed. */
static int
check_stamp(struct walk *w, const char *name)
{
	long long number = strtoll(name + strlen(AUDIT_STAMP), NULL, 10);
	const char *head = yx_arena_printf(w->a, "head-%012lld", number);
	const char *path = audit_published_path(w->a, name);
	uint8_t token[16384];
	struct pki_digest digest;
	size_t n = 0;
	FILE *f;

	if (head == NULL || path == NULL || (head = audit_published_path(w->a, head)) == NULL)
		return YX_NO_MEMORY;
	if ((f = fopen(path, "re")) != NULL) {
		n = fread(token, 1, sizeof(token), f);
		fclose(f);
	}
	if (audit_published_digest(head, &digest) == YX_OK && pki_token_fits(token, n, &digest) == YX_OK)
		return YX_OK;
	return wrong(w, 0, "the timestamp of block", number, "does not fit the head that was published");
}

static int
check_stamps(struct walk *w)
{
	struct dirent **files = NULL;
	int rc = YX_OK, n = scandir(audit_published_path(w->a, "."), &files, is_stamp, alphasort);

	for (int i = 0; i < n; i++) {
		if (rc == YX_OK && w->out->what == NULL)
			rc = check_stamp(w, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	return rc;
}

static int
check_outside(struct walk *w)
{
	static const struct outside published = { audit_published_path, is_head, check_head_line };
	static const struct outside journals = { audit_path, is_journal, check_journal_line };
	int rc = check_lines(w, audit_path(w->a, "heads"), check_head_line);

	if (rc == YX_OK && w->out->what == NULL)
		rc = check_files(w, &published);
	if (rc == YX_OK && w->out->what == NULL)
		rc = check_stamps(w);
	return rc == YX_OK && w->out->what == NULL ? check_files(w, &journals) : rc;
}

struct verifying { struct walk *w; X509 *today; };

static int
verify_tx(struct yx_db *db, void *ctx)
{
	struct verifying *v = ctx;
	struct walk *w = v->w;
	int rc = audit_hold(db);

	memset(w->out, 0, sizeof(*w->out));
	w->n = 0;
	if (rc == YX_OK)
		rc = check_blocks(w, v->today);
	if (rc == YX_OK && w->out->what == NULL)
		rc = check_tip(w);
	if (rc == YX_OK && w->out->what == NULL)
		rc = check_pending(w);
	if (rc == YX_OK && w->out->what == NULL)
		rc = check_sums(w);
	if (rc == YX_OK && w->out->what == NULL)
		rc = check_streams(w);
	return rc == YX_OK && w->out->what == NULL ? check_outside(w) : rc;
}

int
audit_verify(struct yx_db *db, struct yx_arena *a, X509 *cert, struct audit_report *out)
{
	struct walk w = { .db = db, .a = a, .out = out };
	struct verifying v = { &w, cert };
	int rc = yx_db_tx(db, verify_tx, &v);

	X509_free(w.cert);
	free(w.seqs);
	return rc;
}

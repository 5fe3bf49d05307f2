#include "backend/domain/base/audit.h"

#include <errno.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/base/audit_internal.h"
#include "backend/pki/key.h"
#include "common/codec.h"
#include "common/log.h"

struct appending {
	struct yx_arena   *a;
	const struct pki_key *key;
	X509              *cert;
	struct audit_block block;
	uint8_t            hash[AUDIT_HASH];
	struct yx_buf      signature;
};

int
audit_hold(struct yx_db *db)
{
	return yx_db_change(db, "UPDATE audit_tip SET version = version + 1 WHERE one = 1", YX_P_NONE, YX_INTERNAL);
}

/* Where the block goes. */
static int
take_tip(struct yx_db *db, struct appending *p)
{
	struct yx_rows *row = NULL;
	const void *hash;
	size_t n = 0;
	int rc = audit_hold(db);

	if (rc == YX_OK)
		rc = yx_db_one(db, p->a, "SELECT number, hash FROM audit_tip WHERE one = 1", YX_P_NONE, &row);
	if (rc != YX_OK)
		return rc;
	if ((hash = yx_row_bytes(row, 1, &n)) == NULL || n != AUDIT_HASH)
		return YX_INTERNAL;
	p->block.number = yx_row_int(row, 0) + 1;
	memcpy(p->block.previous, hash, AUDIT_HASH);
	return YX_OK;
}

static int
take_rows(struct yx_db *db, struct appending *p)
{
	uint8_t (*leaves)[AUDIT_HASH], *members;
	struct yx_rows *r = NULL;
	size_t n;
	int rc = yx_db_query(db, p->a, "SELECT " AUDIT_COLUMNS " FROM audit_pending p JOIN audit a ON a.seq = p.seq"
	    " ORDER BY p.seq LIMIT ?", YX_P(yx_p_int(AUDIT_BLOCK)), &r);

	if (rc != YX_OK || (n = yx_rows_count(r)) == 0)
		return rc;
	leaves = yx_arena_alloc(p->a, n * sizeof(*leaves));
	p->block.members = members = yx_arena_alloc(p->a, n * 8);
	if (leaves == NULL || members == NULL)
		return YX_NO_MEMORY;
	for (size_t i = 0; yx_rows_next(r); i++) {
		struct audit_row row;

		audit_row_of(r, &row);
		for (int k = 0; k < 8; k++)
			members[i * 8 + (size_t)k] = (uint8_t)((uint64_t)row.seq >> (56 - 8 * k));
		if ((rc = audit_leaf(&row, leaves[i])) != YX_OK)
			return rc;
	}
	p->block.rows = n;
	return audit_root(leaves, n, p->block.root);
}

static int
put_block(struct yx_db *db, struct appending *p)
{
	const struct audit_block *b = &p->block;
	const char *json = audit_members_json(p->a, b->members, b->rows);
	uint8_t signer[AUDIT_HASH];
	unsigned n = sizeof(signer);
	int rc;

	if (json == NULL || X509_digest(p->cert, EVP_sha256(), signer, &n) != 1)
		return YX_NO_MEMORY;
	rc = yx_db_exec(db,
	    "INSERT INTO audit_block (number, at, members, root, previous, hash, signer, signature) VALUES (?, ?,"
	    " ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_int(b->number), yx_p_time(b->at), yx_p_bytes(b->members, b->rows * 8),
	    yx_p_bytes(b->root, AUDIT_HASH), yx_p_bytes(b->previous, AUDIT_HASH), yx_p_bytes(p->hash, AUDIT_HASH),
	    yx_p_bytes(signer, AUDIT_HASH), yx_p_bytes(p->signature.data, p->signature.len)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(db,
		    "DELETE p FROM JSON_TABLE(?, '$[*]' COLUMNS (seq BIGINT PATH '$')) j"
		    " STRAIGHT_JOIN audit_pending p ON p.seq = j.seq", YX_P(yx_p_str(json)), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "UPDATE audit_tip SET number = ?, hash = ? WHERE one = 1",
		    YX_P(yx_p_int(b->number), yx_p_bytes(p->hash, AUDIT_HASH)), NULL);
	return rc;
}

static int
append_tx(struct yx_db *db, void *ctx)
{
	struct appending *p = ctx;
	uint8_t message[AUDIT_SIGNED];
	struct pki_method how;
	int rc;

	yx_buf_reset(&p->signature);
	p->block = (struct audit_block){ .at = yx_now_ms() };
	if ((rc = take_tip(db, p)) != YX_OK || (rc = take_rows(db, p)) != YX_OK || p->block.rows == 0)
		return rc;
	if ((rc = audit_block_hash(&p->block, p->hash)) != YX_OK ||
	    (rc = pki_method_of(p->cert, "SHA-256", 0, &how)) != YX_OK ||
	    (rc = pki_key_sign(p->key, &how, (struct yx_bytes){ audit_signed(p->hash, message), AUDIT_SIGNED },
	    &p->signature)) != YX_OK)
		return rc;
	return put_block(db, p);
}

/* A line to a file outside the database: whoever cuts the trail there must come here as well. */
static void
publish(struct appending *p)
{
	char line[160], hex[2 * AUDIT_HASH + 1];
	int fd = audit_append_to("heads"), n;

	if (fd < 0)
		return;
	yx_hex(hex, p->hash, AUDIT_HASH);
	n = snprintf(line, sizeof(line), "%lld %s\n", (long long)p->block.number, hex);
	if (write(fd, line, (size_t)n) != n || fdatasync(fd) != 0)
		yx_error("audit heads: %s", strerror(errno));
	close(fd);
}

/* The signer's certificate, by its hash: needed when the platform has got another one. */
static int
keep_signer(struct appending *p)
{
	uint8_t digest[AUDIT_HASH];
	unsigned n = sizeof(digest);
	char hex[2 * AUDIT_HASH + 1];
	const char *path;
	FILE *f;
	int ok;

	if (X509_digest(p->cert, EVP_sha256(), digest, &n) != 1)
		return YX_INTERNAL;
	yx_hex(hex, digest, AUDIT_HASH);
	if ((path = yx_arena_printf(p->a, "%s.crt", audit_path(p->a, hex))) == NULL)
		return YX_NO_MEMORY;
	if (access(path, F_OK) == 0)
		return YX_OK;
	if ((f = fopen(path, "we")) == NULL)
		return YX_IO;
	ok = PEM_write_X509(f, p->cert) == 1;
	return fclose(f) == 0 && ok ? YX_OK : YX_IO;
}

int
audit_append(struct yx_db *db, const struct pki_key *key, X509 *cert, size_t *rows)
{
	struct appending p = { .a = yx_arena_new(64u << 20), .key = key, .cert = cert };
	struct yx_rows *row = NULL;
	int rc = p.a == NULL ? YX_NO_MEMORY : yx_db_one(db, p.a, "SELECT seq FROM audit_pending LIMIT"
	    " 1", YX_P_NONE, &row);

	*rows = 0;
	yx_buf_init(&p.signature, 4096);
	if (rc == YX_OK && (rc = keep_signer(&p)) == YX_OK && (rc = yx_db_tx(db, append_tx, &p)) == YX_OK &&
	    p.block.rows > 0) {
		publish(&p);
		*rows = p.block.rows;
	}
	yx_buf_free(&p.signature);
	yx_arena_free(&p.a);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

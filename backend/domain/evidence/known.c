#include "backend/domain/evidence/known.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/hash.h"

int
evidence_known(struct act *act, const uint8_t sha256[32], struct evidence_known *out)
{
	struct yx_rows *r = NULL;
	/* A copy has the upload of another: what nobody sealed is nobody's to ask about. */
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT d.number, c.state, v.revision = d.revision AND d.retired_at IS NULL FROM"
	    " (SELECT document_id, revision FROM document_revision WHERE sha256 = ?"
	    /* what was handed out with timestamps behind it */
	    " UNION SELECT document_id, revision FROM proof_file WHERE sha256 = ?) v"
	    " JOIN document d ON d.id = v.document_id JOIN contract c ON c.id = d.contract_id"
	    " JOIN organization o ON o.id = c.organization_id AND o.practice_id IS NULL" /* practice is nothing */
	    " WHERE v.revision > 0 AND d.number IS NOT NULL LIMIT 1",
	    YX_P(yx_p_bytes(sha256, 32), yx_p_bytes(sha256, 32)), &r);

	*out = (struct evidence_known){ .known = rc == YX_OK };
	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	out->number = yx_row_str(r, 0);
	out->state = yx_row_str(r, 1);
	out->newest = yx_row_int(r, 2) != 0;
	return YX_OK;
}

int
evidence_digest(const char *path, int64_t from, int64_t *size, uint8_t sha256[32])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = YX_IO;

	if (ctx != NULL && fd >= 0 && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    (rc = from > 0 ? YX_OK : pdf_file_size(fd, size)) == YX_OK &&
	    (rc = pdf_hash_range(ctx, fd, from, from + *size)) == YX_OK &&
	    EVP_DigestFinal_ex(ctx, sha256, NULL) != 1)
		rc = YX_INTERNAL;
	if (fd >= 0)
		close(fd);
	EVP_MD_CTX_free(ctx);
	return rc;
}

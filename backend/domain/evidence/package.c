#include "backend/domain/evidence/package.h"

#include <archive.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/domain/base/zip.h"
#include "backend/pades/verify_extract.h"
#include "common/codec.h"

#define SUMS_MAX   ((size_t)1 << 20)
#define PIECES_MAX 2048

static const struct { const char *folder, *end; } KINDS[] = {
	[PADES_PIECE_SIGNATURE] = { "signatures", "p7s" }, [PADES_PIECE_TIMESTAMP] = { "timestamps", "tst" },
	[PADES_PIECE_CERT] = { "certificates", "cer" }, [PADES_PIECE_OCSP] = { "ocsp", "der" },
	[PADES_PIECE_CRL] = { "crl", "crl" },
};

static const char README[] =
    "證據包：本平台對一份已完成簽署之電子契約文件所能提出的全部證明。\n"
    "\n"
    "document.pdf       已簽署的文件，其中的數位簽章是簽署的證明\n"
    "certificate.pdf    證明頁，由平台以憑證簽章\n"
    "history.json       簽章歷程、送達紀錄與驗證碼\n"
    "verification.json  製作時的驗證報告（ETSI EN 319 102-1）\n"
    "signatures/        各簽章（CMS），timestamps/ 時戳（RFC 3161）\n"
    "certificates/      憑證，ocsp/ 與 crl/ 憑證廢止狀態的證明\n"
    "SHA256SUMS         以上各檔的摘要，可用 sha256sum -c SHA256SUMS 核對\n"
    "\n"
    "Evidence package: all that this platform can testify of one signed document. document.pdf carries\n"
    "the signatures themselves; certificate.pdf is the platform's sealed certificate of signing;\n"
    "history.json tells who signed when and what was delivered to whom; the rest was taken out of the\n"
    "PDF for those who want to check it piece by piece. SHA256SUMS has the digests of all files.\n";

struct zip {
	struct archive *out;
	struct yx_buf   sums;
	int64_t         at;
	int             counts[sizeof(KINDS) / sizeof(KINDS[0])];
	uint8_t       (*seen)[32];     /* of pieces */
	size_t          seen_n;
};

static int
begin(struct zip *z, const char *name, int64_t size)
{
	return zip_begin(z->out, &(struct zip_file){ name, size, z->at, 0644 });
}

static void
note(struct zip *z, const char *name, const uint8_t sha256[32])
{
	char hex[65];

	yx_hex(hex, sha256, 32);
	yx_buf_addf(&z->sums, "%s  %s\n", hex, name);
}

static int
add_bytes(struct zip *z, const char *name, const void *p, size_t n)
{
	uint8_t sha256[32];
	int rc = begin(z, name, (int64_t)n);

	if (rc != YX_OK)
		return rc;
	SHA256(p, n, sha256);
	note(z, name, sha256);
	return archive_write_data(z->out, p, n) == (la_ssize_t)n ? YX_OK : YX_IO;
}

/* An object of the store, whose digest is its name. */
static int
add_object(struct act *act, struct zip *z, const char *name, const uint8_t sha256[32])
{
	const char *path = NULL;
	uint8_t piece[65536];
	struct stat st;
	ssize_t n = 1;
	int fd = -1, rc = yx_store_path(act->domain->store, act->arena, sha256, &path);

	if (rc != YX_OK)
		return rc;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || fstat(fd, &st) != 0)
		rc = YX_IO;
	else
		rc = begin(z, name, st.st_size);
	while (rc == YX_OK && n > 0)
		if ((n = read(fd, piece, sizeof(piece))) < 0 ||
		    (n > 0 && archive_write_data(z->out, piece, (size_t)n) != (la_ssize_t)n))
			rc = YX_IO;
	if (fd >= 0)
		close(fd);
	note(z, name, sha256);
	return rc;
}

static int
add_piece(void *ctx, const struct pades_piece *p)
{
	struct zip *z = ctx;
	uint8_t sha256[32];
	char name[64];

	SHA256(p->der, p->n, sha256);
	for (size_t i = 0; i < z->seen_n; i++)
		if (memcmp(z->seen[i], sha256, 32) == 0)
			return YX_OK;
	if (z->seen_n == PIECES_MAX)
		return YX_PDF_TOO_COMPLEX;
	memcpy(z->seen[z->seen_n++], sha256, 32);
	snprintf(name, sizeof(name), "%s/%02d.%s", KINDS[p->kind].folder, ++z->counts[p->kind], KINDS[p->kind].end);
	return add_bytes(z, name, p->der, p->n);
}

static int
add_all(struct act *act, struct zip *z, const struct evidence_package *p)
{
	const char *path = NULL;
	int rc = add_bytes(z, "README.txt", README, sizeof(README) - 1);

	if (rc != YX_OK || (rc = add_object(act, z, "document.pdf", p->facts->kept)) != YX_OK ||
	    (rc = add_object(act, z, "certificate.pdf", p->sheet)) != YX_OK)
		return rc;
	for (size_t i = 0; i < p->n; i++)
		if ((rc = add_bytes(z, p->files[i].name, p->files[i].content->data, p->files[i].content->len)) != YX_OK)
			return rc;
	if ((rc = yx_store_path(act->domain->store, act->arena, p->facts->kept, &path)) != YX_OK ||
	    (rc = pades_pieces(path, add_piece, z)) != YX_OK || (rc = yx_buf_status(&z->sums)) != YX_OK)
		return rc;
	if ((rc = begin(z, "SHA256SUMS", (int64_t)z->sums.len)) != YX_OK)
		return rc;
	return archive_write_data(z->out, z->sums.data, z->sums.len) == (la_ssize_t)z->sums.len ? YX_OK : YX_IO;
}

/* PDF files hardly shrink, so nothing is packed. */
static int
write_zip(struct act *act, const struct evidence_package *p, int fd)
{
	struct zip z = { .out = archive_write_new(), .at = p->facts->made_at };
	int rc = YX_NO_MEMORY;

	yx_buf_init(&z.sums, SUMS_MAX);
	z.seen = yx_arena_alloc(act->arena, PIECES_MAX * sizeof(*z.seen));
	if (z.out == NULL || z.seen == NULL)
		goto out;
	rc = archive_write_set_format_zip(z.out) == ARCHIVE_OK &&
	    archive_write_zip_set_compression_store(z.out) == ARCHIVE_OK &&
	    archive_write_open_fd(z.out, fd) == ARCHIVE_OK ? add_all(act, &z, p) : YX_IO;
	if (archive_write_close(z.out) != ARCHIVE_OK && rc == YX_OK)
		rc = YX_IO;
out:
	archive_write_free(z.out);
	yx_buf_free(&z.sums);
	return rc;
}

int
evidence_package(struct act *act, const struct evidence_package *p, const char *id)
{
	const char *temp = NULL, *path = NULL;
	int fd = -1, rc = yx_store_temp(act->domain->store, act->arena, &temp, &fd);

	if (rc == YX_OK && (rc = write_zip(act, p, fd)) == YX_OK)
		rc = yx_store_keep_prepared(act->domain->store, act->arena, temp, id, &path);
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	return rc;
}

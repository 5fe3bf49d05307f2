#include "backend/domain/wallet/export.h"

#include <archive.h>
#include <stdio.h>
#include <string.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/zip.h"
#include "backend/domain/wallet/wallet.h"
#include "common/codec.h"
#include "common/csv.h"

#define PAGE       100
#define TABLE_MAX  ((size_t)16 << 20)
#define ARENA_MAX  ((size_t)8 << 20)

static const char README[] =
    "個人證件包匯出。files/ 為各證件的檔案；manifest.csv 列出類別、名稱、發證單位、期限、驗章結果與 SHA-256；\n"
    "SHA256SUMS 可用 sha256sum -c SHA256SUMS 核對。本檔未加密，請妥善保管。\n"
    "\n"
    "Export of a document wallet. files/ has the files, manifest.csv what they are, how their signatures\n"
    "were verified, and their SHA-256; sha256sum -c SHA256SUMS checks them. This ZIP is not encrypted: keep\n"
    "it safely.\n";

struct zip {
	struct archive *out;
	envelope_out    to;
	void           *to_ctx;
	int             failed;     /* what `to` said */
	struct yx_buf   sums, table;
	int64_t         at;
	unsigned        n;
};

static la_ssize_t
pass_on(struct archive *a, void *ctx, const void *p, size_t n)
{
	struct zip *z = ctx;

	(void)a;
	if (z->failed == YX_OK)
		z->failed = z->to(z->to_ctx, p, n);
	return z->failed == YX_OK ? (la_ssize_t)n : -1;
}

static int
begin(struct zip *z, const char *name, int64_t size)
{
	return zip_begin(z->out, &(struct zip_file){ name, size, z->at, 0600 });
}

static int
add_piece(void *ctx, const void *p, size_t n)
{
	struct zip *z = ctx;

	return archive_write_data(z->out, p, n) == (la_ssize_t)n ? YX_OK : YX_IO;
}

static int
add_text(struct zip *z, const char *name, const void *p, size_t n)
{
	int rc = begin(z, name, (int64_t)n);

	return rc != YX_OK ? rc : add_piece(z, p, n);
}

static void
note(struct zip *z, const struct item *i, const char *name, const struct item_facts *f)
{
	char hex[65] = "", bytes[24];

	if (f != NULL) {
		yx_hex(hex, f->sha256, 32);
		yx_buf_addf(&z->sums, "%s  %s\n", hex, name);
	}
	yx_csv_cell(&z->table, name, 0);
	yx_csv_cell(&z->table, i->labels.kind, 0);
	yx_csv_cell(&z->table, i->labels.name, 0);
	yx_csv_cell(&z->table, i->labels.issuer, 0);
	yx_csv_cell(&z->table, i->labels.issued_on, 0);
	yx_csv_cell(&z->table, i->labels.expires_on, 0);
	yx_csv_cell(&z->table, f != NULL ? i->verdict : "damaged", 0);
	snprintf(bytes, sizeof(bytes), "%lld", (long long)i->size);
	yx_csv_cell(&z->table, bytes, 0);
	yx_csv_cell(&z->table, hex, 1);
}

static int
add_item(struct act *act, const struct wallet_export *x, struct zip *z, const struct item *i)
{
	struct item_content c;
	struct item_facts f;
	const char *name = NULL;
	int rc = item_open(act, x->secret, i->id, &c);

	if (rc == YX_OK && (rc = item_facts(act, i->id, c.key, &f)) == YX_OK) {
		name = yx_arena_printf(act->arena, "files/%04u %s", ++z->n, f.file_name);
		if ((rc = name == NULL ? YX_NO_MEMORY : begin(z, name, c.size)) == YX_OK)
			rc = envelope_open(c.fd, c.key, add_piece, z);
		if (rc == YX_OK)
			note(z, i, name, &f);
	} else if (rc == YX_WALLET_DAMAGED) {
		note(z, i, "", NULL);
		rc = YX_OK;
	} else if (rc == YX_NOT_FOUND) {
		rc = YX_OK; /* (deleted while we were at the others) */
	}
	item_close(&c);
	return rc;
}

static int
add_page(struct act *act, const struct wallet_export *x, struct zip *z, const struct item_page *page)
{
	struct yx_arena *own = yx_arena_new(ARENA_MAX);
	struct act each = *act;
	int rc = own == NULL ? YX_NO_MEMORY : YX_OK;

	each.arena = own;
	for (size_t i = 0; rc == YX_OK && i < page->n; i++) {
		rc = add_item(&each, x, z, &page->items[i]);
		yx_arena_reset(own);
	}
	yx_arena_free(&own);
	return rc;
}

static int
add_all(struct act *act, const struct wallet_export *x, struct zip *z)
{
	struct item_filter f = { .tab = "all", .size = PAGE };
	struct item_page page;
	int rc = add_text(z, "README.txt", README, sizeof(README) - 1);

	yx_buf_adds(&z->table, "\xef\xbb\xbf" "file,kind,name,issuer,issued,expires,verification,bytes,sha256\r\n");
	do {
		if (rc == YX_OK && (rc = item_list(act, &f, &page)) == YX_OK && (rc = add_page(act, x, z, &page)) == YX_OK)
			f.after = page.next;
	} while (rc == YX_OK && f.after != NULL);
	if (rc != YX_OK || (rc = yx_buf_status(&z->sums)) != YX_OK || (rc = yx_buf_status(&z->table)) != YX_OK)
		return rc;
	if ((rc = add_text(z, "manifest.csv", z->table.data, z->table.len)) != YX_OK)
		return rc;
	return add_text(z, "SHA256SUMS", yx_buf_str(&z->sums), z->sums.len);
}

int
wallet_export_write(struct act *act, const struct wallet_export *x, envelope_out out, void *ctx)
{
	struct zip z = { .out = archive_write_new(), .to = out, .to_ctx = ctx, .at = act_now(act) };
	int rc = YX_NO_MEMORY;

	yx_buf_init(&z.sums, TABLE_MAX);
	yx_buf_init(&z.table, TABLE_MAX);
	if (z.out == NULL)
		goto out;
	rc = archive_write_set_format_zip(z.out) == ARCHIVE_OK &&
	    archive_write_set_options(z.out, "hdrcharset=UTF-8") == ARCHIVE_OK &&
	    archive_write_zip_set_compression_store(z.out) == ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(z.out, 1) == ARCHIVE_OK &&
	    archive_write_open(z.out, &z, NULL, pass_on, NULL) == ARCHIVE_OK ? add_all(act, x, &z) : YX_IO;
	if (rc == YX_OK && archive_write_close(z.out) != ARCHIVE_OK)
		rc = YX_IO;
	/* What is not whole must not look so: no directory at its end. */
	if (rc != YX_OK)
		archive_write_fail(z.out);
out:
	archive_write_free(z.out);
	yx_buf_free(&z.sums);
	yx_buf_free(&z.table);
	return rc;
}

static int
note_export(struct yx_db *db, void *ctx)
{
	struct act *act = ctx;

	(void)db;
	return audit_act(act, "wallet.export", act->who.member_id, NULL, NULL);
}

int
wallet_export_begin(struct act *act)
{
	uint8_t public_key[WALLET_KEY];
	int rc = wallet_public_key(act, act->who.member_id, public_key);

	return rc != YX_OK ? rc : yx_db_tx(act->db, note_export, act);
}

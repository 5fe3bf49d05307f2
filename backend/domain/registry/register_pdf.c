#include "backend/domain/registry/register_pdf.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/seal.h"
#include "backend/domain/registry/table_pdf.h"

#define PDF_MAX (64 << 20)

static const struct table_column COLUMNS[] = {
	{ "編號", 52 }, { "用印時間", 62 }, { "契約編號、名稱", 130 }, { "廠商", 92 }, { "文件編號、名稱", 112 },
	{ "頁數", 28 }, { "用印人", 90 }, { "憑證、序號", 102 }, { "SHA-256", 102 },
};
#define COLUMNS_N (sizeof(COLUMNS) / sizeof(COLUMNS[0]))

struct book { struct act *act; struct register_row *rows; };

/* A moment as people in Taipei read it. */
static const char *
taipei(struct act *act, int64_t ms, const char *between)
{
	time_t s = (time_t)(ms / 1000) + 8 * 3600;
	char day[16], clock[16];
	struct tm tm;

	gmtime_r(&s, &tm);
	strftime(day, sizeof(day), "%Y/%m/%d", &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	return yx_arena_printf(act->arena, "%s%s%s", day, between, clock);
}

static const char *
cell_text(struct book *b, const struct register_row *r, size_t column)
{
	struct yx_arena *a = b->act->arena;

	switch (column) {
	case 0: return yx_arena_printf(a, "%lld-%06lld%s%s", (long long)r->year, (long long)r->number,
		r->agency != NULL ? "\n" : "", r->agency != NULL ? r->agency : "");
	case 1: return taipei(b->act, r->sealed_at, "\n");
	case 2: return yx_arena_printf(a, "%s\n%s", r->contract_number, r->contract_title);
	case 3: return r->vendors;
	case 4: return yx_arena_printf(a, "%s\n%s", r->document_number, r->document_name);
	case 5: return yx_arena_printf(a, "%lld", (long long)r->pages);
	case 6: return r->sealer;
	case 7: return yx_arena_printf(a, "%s\n%s", r->certificate, r->serial);
	default: return r->sha256;
	}
}

static const char *
cell(void *ctx, size_t row, size_t column)
{
	struct book *b = ctx;
	const char *text = cell_text(b, &b->rows[row], column);

	return text != NULL ? text : "";
}

/* The platform's own field, and its signature, which allows no change. */
static int
seal(struct act *act, const char *path, char id[YX_ID_SIZE])
{
	struct domain *d = act->domain;
	struct pades_part parts[] = {
		{ .kind = PADES_FIELD, .field = { .name = FIELD_PLATFORM } },
		{ .kind = PADES_SIGN, .sign = { .field = FIELD_PLATFORM, .certify = 1, .name = d->conf->platform_name,
		    .when = (time_t)(act_now(act) / 1000) } },
	};
	struct pades_change change = { .parts = parts, .n = 2 };
	struct seal_work work = { .change = &change, .in_path = path };
	int rc = seal_key_now(act, &work.signer);

	return rc != YX_OK ? rc : seal_prepared(d->store, act->arena, &work, id);
}

static int
write_file(struct act *act, const struct yx_buf *pdf, const char **path)
{
	int fd = -1, rc = yx_store_temp(act->domain->store, act->arena, path, &fd);

	if (rc == YX_OK && write(fd, pdf->data, pdf->len) != (ssize_t)pdf->len)
		rc = YX_IO;
	if (fd >= 0)
		close(fd);
	return rc;
}

static const char *
about(struct act *act, const struct register_filter *f, size_t lines)
{
	return yx_arena_printf(act->arena, "%s　用印期間 %s 至 %s　共 %zu 筆　製表 %s　%s", act->who.organization_name,
	    f->from, f->to, lines, taipei(act, act_now(act), " "), act->who.name);
}

static int
make(struct act *act, const struct register_filter *f, struct yx_buf *pdf)
{
	struct page page = { .page = 1, .size = REGISTER_PDF_LINES };
	struct book b = { act, NULL };
	struct table_pdf t = { .title = "用印登記簿", .columns = COLUMNS, .columns_n = COLUMNS_N, .cell = cell, .ctx = &b };
	int rc = register_list(act, f, &page, &b.rows, &t.rows);

	if (rc != YX_OK)
		return rc;
	if (page.total > REGISTER_PDF_LINES)
		return act_field(act, "to", YX_TOO_LARGE);
	if ((t.about = about(act, f, t.rows)) == NULL)
		return YX_NO_MEMORY;
	return table_pdf(&t, pdf);
}

static int
note(struct yx_db *db, void *ctx)
{
	(void)db;
	return audit_act(ctx, "register.print", ((struct act *)ctx)->who.organization_id, NULL, NULL);
}

int
register_pdf(struct act *act, const struct register_filter *f, char id[YX_ID_SIZE])
{
	const char *path = NULL;
	struct yx_buf pdf;
	int rc;

	yx_buf_init(&pdf, PDF_MAX);
	if ((rc = make(act, f, &pdf)) == YX_OK && (rc = write_file(act, &pdf, &path)) == YX_OK &&
	    (rc = seal(act, path, id)) == YX_OK)
		rc = yx_db_tx(act->db, note, act);
	if (path != NULL)
		unlink(path);
	yx_buf_free(&pdf);
	return rc;
}

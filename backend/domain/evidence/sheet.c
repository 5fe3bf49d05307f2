/* 證明頁: drawn with pango, so that every name can be written; then certified by the
 * platform's seal. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/document/seal.h"
#include "backend/domain/evidence/evidence.h"
#include "backend/pades/file.h"
#include "backend/pades/font.h"
#include "common/codec.h"

#define WIDTH    595.0 /* A4, points */
#define HEIGHT   842.0
#define MARGIN   48.0
#define INSIDE   (WIDTH - 2 * MARGIN)
#define FONT     "Noto Sans CJK TC"
#define LABEL    92.0
#define QR_SIDE  96.0
#define DRAWN_MAX ((size_t)32 << 20)
#define TAIPEI   (8 * 3600)

struct paper {
	struct yx_arena *a;
	cairo_surface_t *surface;
	cairo_t         *cr;
	double           y;
	int              page;
	const char      *foot;
};
struct text { const char *text; double x, width, size, gray; int bold; };

/* ---- words ---- */

static const char *
taipei(struct yx_arena *a, int64_t ms)
{
	time_t t = (time_t)(ms / 1000) + TAIPEI;
	struct tm tm;
	char text[32];

	if (ms == 0 || gmtime_r(&t, &tm) == NULL)
		return "—";
	strftime(text, sizeof(text), "%Y/%m/%d %H:%M:%S", &tm);
	return yx_arena_strdup(a, text);
}

static const char *
kind_text(const char *kind)
{
	static const struct { const char *word, *text; } kinds[] = { { "notice", "通知簽署" }, { "reply", "簽署回復" },
		{ "sealing", "送請用印" }, { "completed", "完成通知" }, { "returned", "退回" }, { "void_asked", "請確認作廢" },
		{ "void", "作廢" }, { "expired", "逾期" } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].word, kind) == 0)
			return kinds[i].text;
	return kind;
}

/* ---- drawing ---- */

static PangoLayout *
layout_of(struct paper *p, const struct text *t)
{
	PangoLayout *l = pango_cairo_create_layout(p->cr);
	PangoFontDescription *f = pango_font_description_from_string(FONT);
	PangoAttrList *plain = pango_attr_list_new();

	pango_font_description_set_absolute_size(f, (t->size > 0 ? t->size : 9.5) * PANGO_SCALE);
	if (t->bold)
		pango_font_description_set_weight(f, PANGO_WEIGHT_BOLD);
	pango_layout_set_font_description(l, f);
	pango_layout_set_width(l, (int)(t->width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(l, t->text == NULL ? "" : t->text, -1);
	/* (a digest with a ligature in it would be copied as another one) */
	pango_attr_list_insert(plain, pango_attr_font_features_new("liga 0, clig 0, dlig 0"));
	pango_layout_set_attributes(l, plain);
	pango_attr_list_unref(plain);
	pango_font_description_free(f);
	return l;
}

/* Height that it takes; draws it at the paper's y unless `measure`. */
static double
put(struct paper *p, const struct text *t, int measure)
{
	PangoLayout *l = layout_of(p, t);
	int h = 0;

	pango_layout_get_size(l, NULL, &h);
	if (!measure) {
		cairo_set_source_rgb(p->cr, t->gray, t->gray, t->gray);
		cairo_move_to(p->cr, t->x, p->y);
		pango_cairo_show_layout(p->cr, l);
	}
	g_object_unref(l);
	return (double)h / PANGO_SCALE;
}

static void
line(struct paper *p, double gray)
{
	cairo_set_source_rgb(p->cr, gray, gray, gray);
	cairo_set_line_width(p->cr, 0.6);
	cairo_move_to(p->cr, MARGIN, p->y);
	cairo_line_to(p->cr, WIDTH - MARGIN, p->y);
	cairo_stroke(p->cr);
}

static void
end_page(struct paper *p)
{
	const char *text = yx_arena_printf(p->a, "%s　第 %d 頁", p->foot, p->page);

	p->y = HEIGHT - MARGIN + 8;
	line(p, 0.7);
	p->y += 4;
	put(p, &(struct text){ .text = text, .x = MARGIN, .width = INSIDE, .size = 7.5, .gray = 0.4 }, 0);
	cairo_show_page(p->cr);
}

/* So much more has to fit, or the next page begins. */
static void
room(struct paper *p, double height)
{
	if (p->y + height <= HEIGHT - MARGIN)
		return;
	end_page(p);
	p->page++;
	p->y = MARGIN;
}

static void
heading(struct paper *p, const char *text)
{
	room(p, 60);
	p->y += 12;
	p->y += put(p, &(struct text){ .text = text, .x = MARGIN, .width = INSIDE, .size = 12, .bold = 1 }, 0) + 3;
	line(p, 0.3);
	p->y += 5;
}

static void
pair(struct paper *p, const char *label, const char *value)
{
	const struct text l = { .text = label, .x = MARGIN, .width = LABEL, .gray = 0.35 };
	const struct text v = { .text = value, .x = MARGIN + LABEL, .width = INSIDE - LABEL, .gray = 0.05 };
	double h = put(p, &v, 1), hl = put(p, &l, 1);

	h = h > hl ? h : hl;
	room(p, h + 2);
	put(p, &l, 0);
	put(p, &v, 0);
	p->y += h + 2;
}

static void
draw_qr(struct paper *p, const char *url, double x, double y)
{
	QRcode *q = QRcode_encodeString8bit(url, 0, QR_ECLEVEL_M);
	double unit;

	if (q == NULL)
		return;
	unit = QR_SIDE / q->width;
	cairo_set_source_rgb(p->cr, 0, 0, 0);
	for (int i = 0; i < q->width * q->width; i++)
		if (q->data[i] & 1)
			cairo_rectangle(p->cr, x + (i % q->width) * unit, y + i / q->width * unit, unit, unit);
	cairo_fill(p->cr);
	QRcode_free(q);
}

/* ---- what it tells ---- */

static void
draw_top(struct paper *p, const struct evidence_facts *f, const char *origin)
{
	const double width = INSIDE - QR_SIDE - 16;
	char code[20];
	const char *url, *how;

	evidence_code_text(f->code, code);
	url = yx_arena_printf(p->a, "%s/#/verify?code=%s", origin, code);
	how = yx_arena_printf(p->a, "在 %s 的「驗章」輸入驗證碼或掃描右方條碼，即可核對檔案摘要；"
	    "將檔案拖放至該頁，可查看其中每一個簽章。本頁由平台以憑證簽章，亦可驗證。", origin);
	draw_qr(p, url == NULL ? "" : url, WIDTH - MARGIN - QR_SIDE, MARGIN);
	p->y += put(p, &(struct text){ .text = "電子契約簽署證明", .x = MARGIN, .width = width, .size = 20, .bold = 1 }, 0);
	p->y += put(p, &(struct text){ .text = "Certificate of electronic signing", .x = MARGIN, .width = width, .size = 9,
	    .gray = 0.4 }, 0) + 8;
	p->y += put(p, &(struct text){ .text = "驗證碼", .x = MARGIN, .width = width, .size = 8.5, .gray = 0.35 }, 0);
	p->y += put(p, &(struct text){ .text = code, .x = MARGIN, .width = width, .size = 15, .bold = 1 }, 0) + 2;
	p->y += put(p, &(struct text){ .text = how, .x = MARGIN, .width = width, .size = 8, .gray = 0.35 }, 0);
	if (p->y < MARGIN + QR_SIDE + 8)
		p->y = MARGIN + QR_SIDE + 8;
}

static void
draw_document(struct paper *p, const struct evidence_facts *f)
{
	const struct contract *c = &f->contract;
	char hex[65];

	yx_hex(hex, f->sha256, 32);
	heading(p, "契約與檔案");
	pair(p, "契約編號", c->number);
	pair(p, "契約名稱", c->title);
	pair(p, "甲方", c->organization_name);
	for (size_t i = 0; i < c->vendors_n; i++)
		pair(p, "乙方", yx_arena_printf(p->a, "%s（%s）", c->vendors[i].name, c->vendors[i].code));
	pair(p, "文件", yx_arena_printf(p->a, "%s　%s", f->document_number, f->document_name));
	pair(p, "頁數與大小", yx_arena_printf(p->a, "%lld 頁，%lld 位元組", (long long)f->pages, (long long)f->size));
	pair(p, "SHA-256 摘要", hex);
	pair(p, "發送時間", taipei(p->a, c->sent_at));
	pair(p, "完成時間", taipei(p->a, c->completed_at));
}

static void
draw_history(struct paper *p, const struct evidence_facts *f)
{
	heading(p, "簽章歷程");
	for (size_t i = 0; i < f->history_n; i++) {
		const struct history_row *h = &f->history[i];

		room(p, 70);
		pair(p, yx_arena_printf(p->a, "第 %lld 個簽章", (long long)h->item), yx_arena_printf(p->a, "%s　%s",
		    taipei(p->a, h->signed_at), h->signed_by));
		pair(p, "憑證主旨", h->subject);
		pair(p, "憑證發行者", h->issuer);
		pair(p, "憑證序號", h->serial);
		p->y += 5;
	}
}

static void
draw_deliveries(struct paper *p, const struct evidence_facts *f)
{
	heading(p, "送達紀錄");
	for (size_t i = 0; i < f->deliveries_n; i++) {
		const struct evidence_delivery *d = &f->deliveries[i];

		pair(p, d->number, yx_arena_printf(p->a, "%s　%s　送達 %s　開啟 %s", kind_text(d->kind), d->to,
		    taipei(p->a, d->sent_at), taipei(p->a, d->read_at)));
	}
}

static void
draw_end(struct paper *p, const struct evidence_facts *f)
{
	heading(p, "說明");
	pair(p, "時間", "均為臺北時間；送達時間為訊息進入收訊者於本平台信箱的時間（電子簽章法第九條）。");
	pair(p, "內容", "本頁依平台紀錄製作，不含契約內容；檔案本身的簽章才是簽署的證明。");
	pair(p, "製作時間", taipei(p->a, f->made_at));
	end_page(p);
}

static cairo_status_t
take(void *to, const unsigned char *data, unsigned n)
{
	yx_buf_add(to, data, n);
	return yx_buf_status(to) == YX_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static int
draw(struct act *act, const struct evidence_facts *f, struct yx_buf *pdf)
{
	struct paper p = { .a = act->arena, .page = 1, .y = MARGIN, .foot = act->domain->conf->platform_name };
	int rc;

	p.surface = cairo_pdf_surface_create_for_stream(take, pdf, WIDTH, HEIGHT);
	/* (1.4: plain objects) */
	cairo_pdf_surface_restrict_to_version(p.surface, CAIRO_PDF_VERSION_1_4);
	cairo_pdf_surface_set_metadata(p.surface, CAIRO_PDF_METADATA_TITLE, "電子契約簽署證明");
	p.cr = cairo_create(p.surface);
	draw_top(&p, f, act->domain->conf->origin);
	draw_document(&p, f);
	draw_history(&p, f);
	draw_deliveries(&p, f);
	draw_end(&p, f);
	cairo_surface_finish(p.surface);
	rc = cairo_status(p.cr) == CAIRO_STATUS_SUCCESS && cairo_surface_status(p.surface) == CAIRO_STATUS_SUCCESS ?
	    YX_OK : YX_IO;
	cairo_destroy(p.cr);
	cairo_surface_destroy(p.surface);
	return rc;
}

/* With fonts that have what they show and no more. */
static int
draw_to(struct act *act, const struct evidence_facts *f, int fd)
{
	struct yx_buf drawn, thin;
	int rc;

	yx_buf_init(&drawn, DRAWN_MAX);
	yx_buf_init(&thin, DRAWN_MAX);
	if ((rc = draw(act, f, &drawn)) == YX_OK && (rc = pdf_thin(&drawn, &thin)) == YX_OK)
		rc = pdf_pwrite_all(fd, thin.data, thin.len, 0);
	yx_buf_free(&drawn);
	yx_buf_free(&thin);
	return rc;
}

static int
seal(struct act *act, const struct evidence_facts *f, const char *path, struct evidence_sheet *out)
{
	struct domain *d = act->domain;
	const struct pades_part parts[] = {
		{ .kind = PADES_FIELD, .field = { .name = FIELD_PLATFORM } },
		{ .kind = PADES_SIGN, .sign = { .field = FIELD_PLATFORM, .certify = 1, .name = d->conf->platform_name,
		    .when = (time_t)(f->made_at / 1000) } },
	};
	const struct pades_change change = { .parts = parts, .n = 2 };
	struct seal_work work = { .in_path = path, .change = &change };
	struct seal_object object;
	int rc = seal_key_now(act, &work.signer);

	if (rc != YX_OK || (rc = seal_pdf(d->store, act->arena, &work, &object)) != YX_OK)
		return rc;
	memcpy(out->sha256, object.sha256, 32);
	out->size = object.size;
	return YX_OK;
}

int
evidence_draw(struct act *act, struct evidence_facts *f, struct evidence_sheet *out)
{
	const char *temp = NULL;
	int fd = -1, rc = yx_store_temp(act->domain->store, act->arena, &temp, &fd);

	f->made_at = act_now(act);
	if (rc == YX_OK && (rc = draw_to(act, f, fd)) == YX_OK)
		rc = seal(act, f, temp, out);
	if (fd >= 0)
		close(fd);
	if (temp != NULL)
		unlink(temp);
	return rc;
}

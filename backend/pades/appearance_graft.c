#include "backend/pades/appearance.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend/pades/file.h"

#define DEPTH_MAX 32
#define ARENA_MAX ((size_t)64 << 20)
#define SPAN_MAX  ((size_t)1 << 20)

/* What was drawn is a PDF of its own; its objects move over under new numbers. */
struct graft {
	struct pdf_job *j;
	struct pdf_doc  from;
	struct { int64_t old, id; } done[PDF_LOOK_OBJECTS];
	size_t done_n;
	int    depth;
};

static int move(struct graft *g, int64_t old, int64_t *id);

/* The value with the new numbers in it. */
static int
rewrite(struct graft *g, struct pdf_span v, struct yx_buf *out)
{
	const enum pdf_type type = pdf_type(v);
	struct pdf_span key, item;
	struct pdf_cur c;
	int64_t old, gen, id;
	int more, rc;

	if (pdf_ref(v, &old, &gen)) {
		if ((rc = move(g, old, &id)) == YX_OK)
			yx_buf_addf(out, "%lld 0 R", (long long)id);
		return rc;
	}
	if (type != PDF_DICT && type != PDF_ARRAY) {
		yx_buf_add(out, v.p, v.n);
		return YX_OK;
	}
	if (++g->depth > DEPTH_MAX)
		return YX_PDF_TOO_COMPLEX;
	yx_buf_adds(out, type == PDF_DICT ? "<<" : "[");
	for (rc = pdf_inside(v, type, &c);;) {
		if (rc != YX_OK || (rc = type == PDF_DICT ? pdf_next_pair(&c, &key, &item, &more) :
		    pdf_next_item(&c, &item, &more)) != YX_OK || !more)
			break;
		yx_buf_adds(out, " ");
		if (type == PDF_DICT) {
			yx_buf_add(out, key.p, key.n);
			yx_buf_adds(out, " ");
		}
		rc = rewrite(g, item, out);
	}
	yx_buf_adds(out, type == PDF_DICT ? " >>" : " ]");
	g->depth--;
	return rc;
}

/* The dictionary stands in the body; the stream's bytes come behind it as they are. */
static int
add_stream(struct graft *g, const struct pdf_object *o, struct pdf_change *c)
{
	struct pdf_object length;
	struct pdf_span raw;
	char text[24];
	int64_t n, start;
	int rc = pdf_follow(&g->from, 0, o->value, "Length", &length);

	if (rc != YX_OK || (rc = pdf_int(length.value, &n)) != YX_OK ||
	    (rc = pdf_stream_start(&g->from.in, o, &start)) != YX_OK)
		return rc;
	if (n < 0 || (rc = pdf_read(&g->from.in, start, (size_t)n, &raw)) != YX_OK)
		return rc == YX_OK ? YX_PDF_BROKEN : rc;
	snprintf(text, sizeof(text), "%lld", (long long)n);
	if ((rc = pdf_change_set(c, "Length", text)) != YX_OK)
		return rc;
	yx_buf_adds(&c->body, "\nstream\n");
	yx_buf_add(&c->body, raw.p, raw.n);
	yx_buf_adds(&c->body, "\nendstream");
	return yx_buf_status(&c->body);
}

/* /Length may be an object of its own, which needs not move. */
static int
without_length(const struct pdf_object *o, struct yx_buf *plain)
{
	if (o->stream)
		return pdf_set(o->value, "Length", NULL, plain);
	yx_buf_add(plain, o->value.p, o->value.n);
	return yx_buf_status(plain);
}

static int
move(struct graft *g, int64_t old, int64_t *id)
{
	struct pdf_object o;
	struct pdf_change *c;
	struct yx_buf plain;
	int rc;

	for (size_t i = 0; i < g->done_n; i++)
		if (g->done[i].old == old) {
			*id = g->done[i].id;
			return YX_OK;
		}
	if (g->done_n == PDF_LOOK_OBJECTS || (c = pdf_update_new(&g->j->u)) == NULL)
		return YX_PDF_TOO_COMPLEX;
	*id = c->id;
	g->done[g->done_n].old = old;
	g->done[g->done_n++].id = c->id;
	yx_buf_init(&plain, SPAN_MAX);
	if ((rc = pdf_fetch(&g->from, 0, old, &o)) != YX_OK || o.value.p == NULL) {
		rc = rc == YX_OK ? YX_PDF_BROKEN : rc;
		goto out;
	}
	if ((rc = without_length(&o, &plain)) != YX_OK ||
	    (rc = rewrite(g, (struct pdf_span){ plain.data, plain.len }, &c->body)) != YX_OK ||
	    (rc = yx_buf_status(&c->body)) != YX_OK)
		goto out;
	rc = o.stream ? add_stream(g, &o, c) : YX_OK;
out:
	yx_buf_free(&plain);
	return rc;
}

/* The first page's content becomes the form; what it uses comes along. */
static int
make_form(struct graft *g, const char *box, int64_t *id)
{
	struct pdf_object root, page, content, resources, group;
	struct pdf_span filter;
	struct pdf_change *c;
	struct yx_buf *b;
	int rc;

	if ((rc = pdf_root(&g->from, 0, &root)) != YX_OK || (rc = pdf_page(&g->from, 0, root.value, 1, &page)) != YX_OK ||
	    (rc = pdf_follow(&g->from, 0, page.value, "Contents", &content)) != YX_OK ||
	    (rc = pdf_follow(&g->from, 0, page.value, "Resources", &resources)) != YX_OK ||
	    (rc = pdf_follow(&g->from, 0, page.value, "Group", &group)) != YX_OK ||
	    (rc = pdf_get(content.value, "Filter", &filter)) != YX_OK)
		return rc;
	if (!content.stream || resources.value.p == NULL || (c = pdf_update_new(&g->j->u)) == NULL)
		return YX_PDF_BROKEN;
	*id = c->id;
	b = &c->body;
	yx_buf_addf(b, "<< /Type /XObject /Subtype /Form /BBox %s /Resources ", box);
	if ((rc = rewrite(g, resources.value, b)) != YX_OK)
		return rc;
	if (group.value.p != NULL) {
		yx_buf_adds(b, " /Group ");
		yx_buf_add(b, group.value.p, group.value.n);
	}
	if (filter.p != NULL) {
		yx_buf_adds(b, " /Filter ");
		yx_buf_add(b, filter.p, filter.n);
	}
	yx_buf_adds(b, " >>");
	return (rc = yx_buf_status(b)) == YX_OK ? add_stream(g, &content, c) : rc;
}

int
pdf_graft(struct pdf_job *j, const struct yx_buf *pdf, const char *box, int64_t *id)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct graft g = { .j = j };
	int fd = memfd_create("look", MFD_CLOEXEC), rc = a == NULL ? YX_NO_MEMORY : fd < 0 ? YX_IO : YX_OK;

	if (rc == YX_OK && (rc = pdf_pwrite_all(fd, pdf->data, pdf->len, 0)) == YX_OK &&
	    (rc = pdf_doc_open(&g.from, a, fd)) == YX_OK)
		rc = make_form(&g, box, id);
	if (fd >= 0)
		close(fd);
	yx_arena_free(&a);
	return rc;
}

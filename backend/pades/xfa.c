#include "backend/pades/xfa.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/hash.h"
#include "backend/pades/update.h"

#define ARENA_MAX   ((size_t)48 << 20)
#define CATALOG_MAX ((size_t)4 << 20)
#define PACKETS_MAX 64
#define REQUIRED    "required"

/* ---- static or dynamic ---- */

/* <dynamicRender>required</dynamicRender> of the configuration (XFA 3.3, page 836): it lives by its XML. */
static int
wants_rendering(struct pdf_span xml)
{
	static const char tag[] = "dynamicRender";
	const uint8_t *at = xml.p, *end = xml.p + xml.n;

	while (at != NULL && (at = memmem(at, (size_t)(end - at), tag, sizeof(tag) - 1)) != NULL) {
		at += sizeof(tag) - 1;
		while (at < end && *at != '>' && *at != '<')
			at++;
		while (at < end && (*at == '>' || *at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
			at++;
		if (end - at >= (ptrdiff_t)sizeof(REQUIRED) - 1 && memcmp(at, REQUIRED, sizeof(REQUIRED) - 1) == 0)
			return 1;
	}
	return 0;
}

/* Tells the same in UTF-16, which we do not read: XML that has NUL is not looked at. */
static int
packet_is_static(struct pdf_doc *d, const struct pdf_object *o)
{
	struct pdf_span xml;
	int64_t length;

	return o->stream && pdf_get_int(o->value, "Length", -1, &length) == YX_OK && length >= 0 &&
	    pdf_unpack_at(&d->in, o, length, &xml) == YX_OK &&
	    (xml.n == 0 || (memchr(xml.p, 0, xml.n) == NULL && !wants_rendering(xml)));
}

/* One stream, or names and streams in turn. */
static int
packets_are_static(struct pdf_doc *d, const struct pdf_object *xfa)
{
	struct pdf_object o;
	struct pdf_span item;
	struct pdf_cur c;
	int more = 1;

	if (xfa->stream)
		return packet_is_static(d, xfa);
	if (pdf_inside(xfa->value, PDF_ARRAY, &c) != YX_OK)
		return 0;
	for (int i = 0; i < PACKETS_MAX; i++) {
		if (pdf_next_item(&c, &item, &more) != YX_OK)
			return 0;
		if (!more)
			return i > 0 && i % 2 == 0;
		if (i % 2 == 1 && (pdf_resolve(d, 0, item, &o) != YX_OK || !packet_is_static(d, &o)))
			return 0;
	}
	return 0;
}

static int
is_false(struct pdf_span s)
{
	return s.p == NULL || (s.n == 5 && memcmp(s.p, "false", 5) == 0);
}

int
pdf_xfa_static(struct pdf_doc *d, const struct pdf_form *form)
{
	struct pdf_object rendering, xfa;

	return form->xfa && form->leaves > 0 &&
	    pdf_follow(d, 0, form->root.value, "NeedsRendering", &rendering) == YX_OK && is_false(rendering.value) &&
	    pdf_follow(d, 0, form->acroform.value, "XFA", &xfa) == YX_OK && packets_are_static(d, &xfa);
}

/* ---- without it ---- */

static int
edit(struct pdf_update *u, const struct pdf_form *form)
{
	struct pdf_change *c;
	struct yx_buf bare;
	int rc;

	if (form->acroform.id != 0)
		return (rc = pdf_update_edit(u, &form->acroform, &c)) != YX_OK ? rc : pdf_change_set(c, "XFA", NULL);
	yx_buf_init(&bare, CATALOG_MAX);
	if ((rc = pdf_set(form->acroform.value, "XFA", NULL, &bare)) == YX_OK &&
	    (rc = pdf_update_edit(u, &form->root, &c)) == YX_OK)
		rc = pdf_change_set(c, "AcroForm", yx_buf_str(&bare));
	yx_buf_free(&bare);
	return rc;
}

static int
write_copy(struct pdf_doc *d, struct pdf_update *u, int in, const char *out_path)
{
	int out = open(out_path, O_RDWR | O_TRUNC | O_CLOEXEC), rc = out < 0 ? YX_IO : YX_OK;
	uint8_t last = 0;

	if (rc == YX_OK && (rc = pdf_pread_all(in, &last, 1, d->in.size - 1)) == YX_OK && last != '\n' && last != '\r')
		yx_buf_adds(&u->out, "\n");
	if (rc == YX_OK && (rc = pdf_update_render(u, d->in.size)) == YX_OK &&
	    (rc = pdf_copy_hashed(NULL, in, out, d->in.size)) == YX_OK)
		rc = pdf_pwrite_all(out, u->out.data, u->out.len, d->in.size);
	if (out >= 0)
		close(out);
	return rc;
}

int
pdf_xfa_strip(const char *in_path, const char *out_path)
{
	struct yx_arena *a = yx_arena_new(ARENA_MAX);
	struct pdf_update u = { .n = 0 };
	struct pdf_form form;
	struct pdf_doc d;
	int in = open(in_path, O_RDONLY | O_CLOEXEC), rc = a == NULL ? YX_NO_MEMORY : in < 0 ? YX_IO : YX_OK;

	if (rc == YX_OK && (rc = pdf_doc_open(&d, a, in)) == YX_OK && (rc = pdf_form_read(&d, 0, &form)) == YX_OK &&
	    (rc = pdf_xfa_static(&d, &form) ? YX_OK : YX_STATE) == YX_OK && (rc = pdf_update_open(&u, &d, 4)) == YX_OK &&
	    (rc = edit(&u, &form)) == YX_OK)
		rc = write_copy(&d, &u, in, out_path);
	pdf_update_free(&u);
	if (in >= 0)
		close(in);
	yx_arena_free(&a);
	return rc;
}

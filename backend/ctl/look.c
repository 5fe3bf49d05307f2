#include "backend/ctl/sign.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/pades/file.h"
#include "backend/pades/png.h"
#include "common/cert.h"

/* What --image, --page, --rect, --seal-text, --anchor and --seam say of the seal. */

#define ANCHOR_W 113.4 /* points: 40 mm, when --anchor says where and --rect nothing */
#define ANCHOR_H 56.7

static int
usage(const char *what)
{
	fprintf(stderr, "yinxinctl: %s\n", what);
	return YX_USAGE;
}

static int
read_image(struct ctl_sign *s)
{
	struct pades_picture seen;
	int64_t size;
	uint8_t *room = NULL;
	int fd = open(s->image, O_RDONLY | O_CLOEXEC), rc = fd < 0 ? YX_IO : pdf_file_size(fd, &size);

	if (rc == YX_OK && size > (int64_t)PADES_PNG_BYTES)
		rc = YX_TOO_LARGE;
	if (rc == YX_OK && (room = yx_buf_room(&s->png, (size_t)size)) != NULL &&
	    (rc = pdf_pread_all(fd, room, (size_t)size, 0)) == YX_OK)
		s->png.len = (size_t)size;
	if (fd >= 0)
		close(fd);
	if (rc == YX_OK)
		rc = pades_png_look(s->png.data, s->png.len, &seen);
	if (rc != YX_OK) {
		fprintf(stderr, "yinxinctl: %s: %s\n", s->image, rc == YX_IO ? "can't be read" :
		    "is no PNG picture of at most 2 MB and 2048 pixels each way");
		return YX_USAGE;
	}
	s->look.png = (struct pades_blob){ s->png.data, s->png.len };
	return YX_OK;
}

static int
read_place(struct ctl_sign *s)
{
	double *r = s->place.rect;
	char more;

	if (s->page != NULL && (sscanf(s->page, "%9d%c", &s->place.page, &more) != 1 || s->place.page < 1))
		return usage("--page wants a number, 1 is the first");
	if (s->rect != NULL && (sscanf(s->rect, "%lf,%lf,%lf,%lf%c", &r[0], &r[1], &r[2], &r[3], &more) != 4 ||
	    r[2] <= 0 || r[3] <= 0))
		return usage("--rect wants X,Y,WIDTH,HEIGHT in points from the lower left corner");
	if (s->place.page > 0 && s->rect == NULL && s->anchor == NULL)
		return usage("--page wants --rect or --anchor");
	if (s->rect != NULL && s->page == NULL && s->anchor == NULL)
		s->place.page = 1;
	return YX_OK;
}

/* Beside the text: its right edge, the same middle. */
static int
find_anchor(struct ctl_sign *s)
{
	struct pades_anchor found;
	double *r = s->place.rect;
	int rc = pades_find_text(s->in, s->anchor, s->place.page, &found);

	if (rc != YX_OK) {
		fprintf(stderr, "yinxinctl: %s: %s\n", s->in, rc == YX_NOT_FOUND ? "does not show the text of --anchor" :
		    "the text of --anchor can't be looked for");
		return rc == YX_NOT_FOUND ? YX_USAGE : rc;
	}
	if (s->rect == NULL) {
		r[2] = ANCHOR_W;
		r[3] = ANCHOR_H;
	}
	s->place.page = found.page;
	pades_beside(&found, r);
	return YX_OK;
}

static int
write_lines(struct ctl_sign *s)
{
	struct pades_signing sign = { .name = s->name, .reason = s->reason, .when = s->when };
	struct yx_cert c;
	int rc;

	if ((rc = yx_cert_of(s->arena, s->cert, &c)) != YX_OK)
		return rc;
	if (sign.name == NULL)
		sign.name = c.subject_name;
	rc = pades_look_lines(s->arena, &sign, c.serial, &s->look);
	yx_cert_free(&c);
	return rc;
}

/* NAME, NAME@PAGE,X,Y,W,H or NAME@seam,HEIGHT of a field that was named before. */
static int
read_created(struct ctl_sign *s, const char *text, struct pades_part *p)
{
	const char *at = strrchr(text, '@');
	const char *name = at == NULL ? text : yx_arena_strndup(s->arena, text, (size_t)(at - text));
	struct pades_field f = { .name = name };
	double height;
	char more;

	if (name == NULL)
		return YX_NO_MEMORY;
	if (at != NULL && sscanf(at, "@seam,%lf%c", &height, &more) == 1) {
		*p = (struct pades_part){ .kind = PADES_SEAM, .seam = { name, CTL_SEAM_SIDE, height } };
		return YX_OK;
	}
	if (at != NULL && sscanf(at, "@%9d,%lf,%lf,%lf,%lf%c", &f.page, &f.rect[0], &f.rect[1], &f.rect[2], &f.rect[3],
	    &more) != 5)
		return usage("--create wants NAME, NAME@PAGE,X,Y,W,H or NAME@seam,HEIGHT");
	*p = (struct pades_part){ .kind = PADES_FIELD, .field = f };
	return YX_OK;
}

int
ctl_sign_look(struct ctl_sign *s)
{
	int rc = YX_OK;

	if ((s->arena = yx_arena_new((size_t)1 << 20)) == NULL)
		return YX_NO_MEMORY;
	for (int i = 0; i < s->create_n && rc == YX_OK; i++)
		rc = read_created(s, s->create[i], &s->created[i]);
	if (rc != YX_OK)
		return rc;
	if (!s->image && !s->page && !s->rect && !s->seal_text && !s->anchor && !s->seam)
		return YX_OK;
	if ((s->image != NULL && (rc = read_image(s)) != YX_OK) || (rc = read_place(s)) != YX_OK ||
	    (s->anchor != NULL && (rc = find_anchor(s)) != YX_OK))
		return rc;
	s->look.text = s->seal_text;
	return write_lines(s);
}

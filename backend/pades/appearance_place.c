#include "backend/pades/appearance.h"

#include <stdlib.h>
#include <string.h>

#define PARENTS_MAX 60
#define NUMBER_SIZE 32

/* The page's own or, as boxes and /Rotate may be, from a node above it. */
static int
inherited(struct pdf_doc *d, const struct pdf_object *page, const char *key, struct pdf_object *out)
{
	struct pdf_object node = *page, up;
	int rc;

	for (int i = 0; i < PARENTS_MAX; i++) {
		if ((rc = pdf_follow(d, 0, node.value, key, out)) != YX_OK || out->value.p != NULL)
			return rc;
		if ((rc = pdf_follow(d, 0, node.value, "Parent", &up)) != YX_OK || pdf_type(up.value) != PDF_DICT)
			return rc;
		node = up;
	}
	return YX_PDF_TOO_COMPLEX;
}

static int
number(struct pdf_span s, double *out)
{
	char text[NUMBER_SIZE];

	if (pdf_type(s) != PDF_NUMBER || s.n >= sizeof(text))
		return YX_PDF_BROKEN;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*out = strtod(text, NULL);
	return *out >= -1e6 && *out <= 1e6 ? YX_OK : YX_PDF_BROKEN;
}

int
pdf_four(struct pdf_span array, double out[4])
{
	struct pdf_span item;
	struct pdf_cur c;
	int more, rc = pdf_inside(array, PDF_ARRAY, &c);

	for (int i = 0; i < 4 && rc == YX_OK; i++) {
		if ((rc = pdf_next_item(&c, &item, &more)) == YX_OK)
			rc = more ? number(item, &out[i]) : YX_PDF_BROKEN;
	}
	return rc;
}

/* Corners in whatever order, as left, bottom, right, top. */
static int
read_box(struct pdf_span array, double box[4])
{
	double v[4];
	int rc = pdf_four(array, v);

	if (rc != YX_OK)
		return rc;
	for (int k = 0; k < 2; k++) {
		box[k] = v[k] < v[k + 2] ? v[k] : v[k + 2];
		box[k + 2] = v[k] < v[k + 2] ? v[k + 2] : v[k];
	}
	return box[2] - box[0] >= 1 && box[3] - box[1] >= 1 ? YX_OK : YX_PDF_BROKEN;
}

/* What is seen is the crop box, as far as the medium reaches (14.11.2). */
static void
cut(double box[4], const double media[4])
{
	double both[4];

	for (int k = 0; k < 2; k++) {
		both[k] = box[k] > media[k] ? box[k] : media[k];
		both[k + 2] = box[k + 2] < media[k + 2] ? box[k + 2] : media[k + 2];
	}
	memcpy(box, both[2] - both[0] < 1 || both[3] - both[1] < 1 ? media : both, sizeof(both));
}

int
pdf_place_of(struct pdf_doc *d, const struct pdf_object *page, struct pdf_place *out)
{
	struct pdf_object o;
	double media[4] = { 0, 0, 612, 792 };
	int64_t turn = 0;
	int rc = inherited(d, page, "MediaBox", &o);

	if (rc != YX_OK || (o.value.p != NULL && (rc = read_box(o.value, media)) != YX_OK))
		return rc;
	memcpy(out->box, media, sizeof(media));
	if ((rc = inherited(d, page, "CropBox", &o)) != YX_OK ||
	    (o.value.p != NULL && (rc = read_box(o.value, out->box)) != YX_OK))
		return rc;
	cut(out->box, media);
	if ((rc = inherited(d, page, "Rotate", &o)) != YX_OK ||
	    (o.value.p != NULL && (rc = pdf_int(o.value, &turn)) != YX_OK))
		return rc;
	out->turn = turn % 90 == 0 ? (int)((turn % 360 + 360) % 360) : 0;
	return YX_OK;
}

void
pdf_place_size(const struct pdf_place *p, double *w, double *h)
{
	const int lies = p->turn == 90 || p->turn == 270;

	*w = p->box[lies ? 3 : 2] - p->box[lies ? 1 : 0];
	*h = p->box[lies ? 2 : 3] - p->box[lies ? 0 : 1];
}

void
pdf_place_rect(const struct pdf_place *p, const double s[4], double rect[4])
{
	const double *b = p->box;
	const double turned[4][4] = {
		{ b[0] + s[0], b[1] + s[1], b[0] + s[0] + s[2], b[1] + s[1] + s[3] },
		{ b[2] - s[1] - s[3], b[1] + s[0], b[2] - s[1], b[1] + s[0] + s[2] },
		{ b[2] - s[0] - s[2], b[3] - s[1] - s[3], b[2] - s[0], b[3] - s[1] },
		{ b[0] + s[1], b[3] - s[0] - s[2], b[0] + s[1] + s[3], b[3] - s[0] },
	};

	memcpy(rect, turned[p->turn / 90], sizeof(turned[0]));
}

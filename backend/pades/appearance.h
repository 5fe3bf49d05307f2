/* appearance.h - floor 3: what a signature shows on the page (ISO 32000-2, 12.5.5): for
 * the files of pades/ only. */
#ifndef YX_PADES_APPEARANCE_H
#define YX_PADES_APPEARANCE_H

#include "backend/pades/diff.h"
#include "backend/pades/part.h"

#define PDF_SEAM_PAGES 500 /* that a 騎縫章 may run over */
/* Objects that one look needs at most, without those of a 騎縫章 (two a page). */
#define PDF_LOOK_OBJECTS 96

/* appearance_place.c: where a page's visible part lies, and which way up it is seen */
struct pdf_place {
	double box[4];            /* left, bottom, right, top of what is seen, in user space */
	int    turn;              /* /Rotate: 0, 90, 180, 270, clockwise */
};
int pdf_place_of(struct pdf_doc *d, const struct pdf_object *page, struct pdf_place *out) YX_MUST_USE;
/* x, y, width, height as seen, from the lower left corner of what is seen, to /Rect. */
void pdf_place_rect(const struct pdf_place *p, const double seen[4], double rect[4]);
/* Size of the visible page as seen. */
void pdf_place_size(const struct pdf_place *p, double *w, double *h);
/* Four numbers of an array; YX_PDF_BROKEN. */
int pdf_four(struct pdf_span array, double out[4]) YX_MUST_USE;

/* appearance_draw.c: the look as a PDF of one page of w × h points */
int pdf_draw(const struct pades_look *look, double w, double h, struct yx_buf *pdf) YX_MUST_USE;
/* The seal alone. */
int pdf_draw_seal(const struct pades_look *look, double w, double h, struct yx_buf *pdf) YX_MUST_USE;

/* appearance_graft.c: that page as a form XObject of the update; its number */
int pdf_graft(struct pdf_job *j, const struct yx_buf *pdf, const char *box, int64_t *id) YX_MUST_USE;

/* appearance_text.c: the text in what pdftotext -bbox wrote; y downwards from the
 * top, the page counted from 1 */
int pdf_find_word(const char *html, size_t n, const char *text, struct pades_anchor *out) YX_MUST_USE;

/* appearance_form.c: how far the page of a field is turned, in degrees */
int pdf_turn_of(struct pdf_job *j, const struct pdf_change *field);
/* Puts the part `slice` (left, bottom, right, top; all 0: all of it) of a form XObject
 * into a field's /AP, turned so that it is seen upright. */
int pdf_set_look(struct pdf_job *j, struct pdf_change *field, int64_t form, const double slice[4]) YX_MUST_USE;

/* appearance_seam.c: the fields of a 騎縫章, one a page */
int pdf_part_seam(struct pdf_job *j, const struct pades_seam *s) YX_MUST_USE;
/* Fills those of the field that is signed; no such fields: nothing. */
int pdf_fill_seam(struct pdf_job *j, const struct pades_signing *s) YX_MUST_USE;

/* appearance.c: gives the field its look, and each part of its 騎縫章 */
int pdf_part_look(struct pdf_job *j, const struct pades_signing *s) YX_MUST_USE;

/* appearance_check.c: may the field of the newer revision have that /AP? *ok; explains
 * the objects of it. */
int pdf_explain_look(struct diff *x, struct pdf_span field, int *ok) YX_MUST_USE;
/* The same of a text or choice field that was filled in: its look may stand in the place of
 * the one that it had, if nothing else used that. */
int pdf_explain_fill(struct diff *x, struct pdf_span old, struct pdf_span now, int *ok) YX_MUST_USE;
/* The resources of a form, which hold nothing but what looks are drawn with: *ok; explains what is new of them. */
int pdf_explain_resources(struct diff *x, struct pdf_span form, int *ok) YX_MUST_USE;
/* New looks and fonts that nothing uses: some programs leave them behind. */
int pdf_explain_unused(struct diff *x) YX_MUST_USE;
/* The parts of a 騎縫章 whose signature this revision made. */
int pdf_explain_seams(struct diff *x) YX_MUST_USE;

#endif

/* register_pdf.h - floor 4: the book of seals as a PDF that the platform has sealed. */
#ifndef YX_REGISTER_PDF_H
#define YX_REGISTER_PDF_H

#include "backend/domain/registry/register.h"

#define REGISTER_PDF_LINES 5000

/* Makes it, seals it and keeps it as a prepared file (store.h) for some minutes; its
 * making stands in the audit trail. YX_TOO_LARGE beyond REGISTER_PDF_LINES. */
int register_pdf(struct act *act, const struct register_filter *f, char id[YX_ID_SIZE]) YX_MUST_USE;

#endif

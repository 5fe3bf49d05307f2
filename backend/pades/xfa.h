/* xfa.h - floor 3: forms that are described a second time, in XML (XFA; ISO 32000-1, 12.7.8; gone from 32000-2).
 *
 * A static one is a form with pages and fields of its own, and viewers without XFA (all but one maker's) show exactly
 * these: without the description it is the same document to everybody. A dynamic one makes its pages from the
 * XML; what stands in the PDF is a page that asks for another program, or nothing that counts. */
#ifndef YX_PADES_XFA_H
#define YX_PADES_XFA_H

#include "backend/pades/form.h"

/* 1: the form has XFA, and is static: nothing wants it rendered (/NeedsRendering, dynamicRender), and it has fields
 * of its own besides signatures. What can't be read is taken for dynamic. */
int pdf_xfa_static(struct pdf_doc *d, const struct pdf_form *form);
/* in_path plus a revision without the XFA, over the file at out_path; the XML is no longer referred to.
 * YX_STATE: it has no static XFA; YX_IO, and those of pades_inspect. */
int pdf_xfa_strip(const char *in_path, const char *out_path) YX_MUST_USE;

#endif

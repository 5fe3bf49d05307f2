/* signing_file.h - floor 4: signatures of files that are no PDF stand apart from them: CAdES,
 * detached (ETSI EN 319 122-1, level B-B, with a timestamp B-T). Only attachments of letters are
 * such files. What awaits the signature is the file itself, an object of the store. */
#ifndef YX_SIGNING_FILE_H
#define YX_SIGNING_FILE_H

#include "backend/domain/signing/signing_done.h"

/* "Hole" of a preparation that is the whole file: nothing is left out. */
int signing_is_whole(const struct pades_hole *hole);
/* Hashes the file and builds what is signed; it->hole, digest, attributes and partial are set. */
int signing_file_prepare(struct act *act, const struct signing *s, struct signing_item *it) YX_MUST_USE;
/* The finished CMS as an object: x->sha256 and size are the signature's. YX_SIGNATURE_BAD: the file is
 * not what was signed. */
int signing_file_keep(struct act *act, struct signed_item *x, const struct yx_buf *cms) YX_MUST_USE;

#endif

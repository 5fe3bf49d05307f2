/* verify_extract.h - floor 3: takes out of a signed file what its proof is made of. */
#ifndef YX_PADES_VERIFY_EXTRACT_H
#define YX_PADES_VERIFY_EXTRACT_H

#include "backend/pades/pades.h"

enum pades_piece_kind {
	PADES_PIECE_SIGNATURE, PADES_PIECE_TIMESTAMP, PADES_PIECE_CERT, PADES_PIECE_OCSP, PADES_PIECE_CRL,
};
struct pades_piece {
	enum pades_piece_kind kind;
	const uint8_t *der;     /* borrowed: good during the call */
	size_t         n;
};
/* Calls fn with each piece: the signatures' CMS, the tokens of timestamps, certificates,
 * OCSP answers and CRLs of the CMS and of the security store. The same piece may come
 * several times. Nothing is judged; what can't be read is left out. Ends with fn's code if
 * that is not YX_OK. Errors: those of pades_inspect. */
int pades_pieces(const char *path, int (*fn)(void *ctx, const struct pades_piece *piece), void *ctx) YX_MUST_USE;

#endif

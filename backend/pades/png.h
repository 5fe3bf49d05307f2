/* png.h - floor 3: a seal picture (PNG, ISO/IEC 15948), read strictly and within
 * bounds: it comes from users. */
#ifndef YX_PADES_PNG_H
#define YX_PADES_PNG_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

#define PADES_PNG_BYTES ((size_t)2 << 20) /* of the file */
#define PADES_PNG_SIDE  2048              /* pixels, each way */

struct pades_picture {
	uint32_t w, h;          /* pixels */
	uint32_t dots;          /* pixels a metre (pHYs), 0: the file does not say */
	double   clear;         /* part of the pixels that are see-through, 0 to 1 */
	uint8_t *rgba;          /* w * h * 4 bytes, not premultiplied; NULL: not asked for */
};
/* The structure alone: size and dots. YX_BAD_FIELD if it is not a whole PNG of at most
 * PADES_PNG_BYTES and PADES_PNG_SIDE, with nothing behind its end. */
int pades_png_look(const void *png, size_t n, struct pades_picture *out) YX_MUST_USE;
/* The same and the pixels, to be freed with pades_png_free. Also YX_NO_MEMORY. */
int pades_png_read(const void *png, size_t n, struct pades_picture *out) YX_MUST_USE;
void pades_png_free(struct pades_picture *p);

#endif

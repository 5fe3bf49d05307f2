/* pinpad.h - readers with keys of their own (PC/SC part 10, 2.3 to 2.5): the PIN goes from
 * the reader to the card and never through this machine. What a reader says of itself is
 * not trusted: whatever makes no sense is no feature. */
#ifndef YX_HOST_PINPAD_H
#define YX_HOST_PINPAD_H

#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

#define PINPAD_SECONDS 30 /* for the first key, and between two */
/* One entry takes at most this long; the reader ends it sooner. */
#define PINPAD_TOTAL_MS 120000

/* Control codes of a reader's features; 0: it has not this one. */
struct pinpad {
	uint32_t direct;        /* FEATURE_VERIFY_PIN_DIRECT */
	uint32_t start, finish; /* FEATURE_VERIFY_PIN_START and _FINISH */
	uint32_t properties;    /* FEATURE_IFD_PIN_PROPERTIES */
};

/* The answer to CM_IOCTL_GET_FEATURE_REQUEST: rows of tag, length (4), code (big-endian). */
void pinpad_features(const uint8_t *p, size_t n, struct pinpad *out);
/* 1 if a PIN can be typed on it. */
int pinpad_works(const struct pinpad *pad);
/* 1 if the answer to FEATURE_IFD_PIN_PROPERTIES tells of a display. */
int pinpad_has_display(const uint8_t *p, size_t n);

/* How the digits lie in the field, from its left. */
enum pinpad_code {
	PINPAD_ASCII,   /* a byte each */
	PINPAD_BCD,     /* two in a byte, the first one high; half a byte that is left is filled */
	PINPAD_FORMAT2, /* ISO 9564-1 format 2: 2, how many, then BCD, filled with F; eight bytes */
};

/* A VERIFY whose field the reader makes of what is typed. */
struct pinpad_ask {
	uint8_t p2;       /* which PIN */
	uint8_t fill;     /* what the field is filled with */
	size_t  field;    /* bytes, 1 to 15; 0: as long as the PIN (ASCII only) */
	size_t  min, max; /* digits */
	enum pinpad_code code;
};
#define PINPAD_FIELD_MAX   15
#define PINPAD_FORMAT2_LEN 8
#define PINPAD_FORMAT2_MIN 4 /* digits (ISO 9564-1, 8.3) */
#define PINPAD_FORMAT2_MAX 12

/* PIN_VERIFY_STRUCTURE (part 10, 2.5.2), appended. YX_CARD_UNSUPPORTED: no reader could. */
int pinpad_verify(const struct pinpad_ask *ask, int display, struct yx_buf *out) YX_MUST_USE;

/* What the reader answered: the card's status word in *sw and YX_OK, or what became of the
 * entry: YX_PIN_NEEDED (nothing was typed in time), YX_CANCELLED (by its cancel key),
 * YX_PIN_FORMAT, YX_CARD_PROTOCOL. */
int pinpad_result(const uint8_t *p, size_t n, unsigned *sw) YX_MUST_USE;

#endif

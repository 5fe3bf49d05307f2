/* tlv.h - one reader for tag-length-value: card objects (BER-TLV, ISO 7816-4,
 * 5.2.2) and DER (X.690). All of it comes from outside; every length is checked
 * against what is left. */
#ifndef YX_HOST_TLV_H
#define YX_HOST_TLV_H

#include "common/buf.h"
#include "common/error.h"

enum tlv_rules {
	TLV_BER, /* lengths may be longer than needed; never indefinite */
	TLV_DER, /* shortest lengths only */
};

struct tlv {
	unsigned       tag;   /* up to three bytes: 0x53, 0x5F2F, 0x7F49 */
	const uint8_t *value; /* inside the reader's view */
	size_t         len;
	const uint8_t *whole; /* tag and length included */
	size_t         whole_len;
};

/* Takes the next object from the front. YX_PROTOCOL if there is none whole. */
int tlv_next(struct yx_reader *r, enum tlv_rules rules, struct tlv *out) YX_MUST_USE;
/* The same, and it must have this tag; nothing is consumed if it has another. */
int tlv_expect(struct yx_reader *r, enum tlv_rules rules, unsigned tag, struct tlv *out) YX_MUST_USE;
/* The first object with the tag among the following ones (r is not moved). */
int tlv_find(const struct yx_reader *r, enum tlv_rules rules, unsigned tag, struct tlv *out) YX_MUST_USE;
/* A reader over an object's value. */
struct yx_reader tlv_inside(const struct tlv *t);
/* 1 if the value is these bytes. */
int tlv_is(const struct tlv *t, const void *bytes, size_t n);

/* Appends tag (one byte), shortest length and value. */
void tlv_put(struct yx_buf *b, unsigned tag, const void *value, size_t n);

#endif

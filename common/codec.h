/* codec.h - floor 0: hex, base64 (RFC 4648 section 4, padded, strict), UTF-8 and dates. */
#ifndef YX_COMMON_CODEC_H
#define YX_COMMON_CODEC_H

#include <stddef.h>
#include <stdint.h>
#include "common/buf.h"
#include "common/error.h"

/* Lower-case hex of n bytes into out, 2n + 1 characters with the NUL. */
void yx_hex(char *out, const void *in, size_t n);
/* Upper-case, as serial numbers are shown. */
void yx_hex_upper(char *out, const void *in, size_t n);
/* Exactly 2n hex digits into n bytes, else YX_BAD_FIELD. */
int yx_unhex(void *out, size_t n, const char *in) YX_MUST_USE;

/* Appends the base64 of n bytes. */
void yx_base64(struct yx_buf *out, const void *in, size_t n);
/* Appends the bytes of a base64 text of n characters; no white space, correct
 * padding, zero trailing bits, else YX_BAD_FIELD. */
int yx_unbase64(struct yx_buf *out, const char *in, size_t n) YX_MUST_USE;

/* 1 if the bytes are well-formed UTF-8 without NUL (RFC 3629). */
int yx_utf8_valid(const char *s, size_t n);
/* Characters (code points) in valid UTF-8. */
size_t yx_utf8_length(const char *s);

/* Appends `s` with everything but RFC 3986 unreserved bytes as %XX. */
void yx_percent(struct yx_buf *out, const char *s);
/* Decodes %XX (and '+' as space if plus); YX_BAD_FIELD on bad or NUL escapes. */
int yx_unpercent(struct yx_buf *out, const char *s, size_t n, int plus) YX_MUST_USE;

/* 1 if it is YYYY-MM-DD (RFC 3339 full-date) of a day that the calendar has, 1900 to 2200. */
int yx_is_date(const char *s);

#endif

/* envelope.h - floor 4: the file in which a document of a wallet is kept: AES-256-GCM in
 * chunks (NIST SP 800-38D), so that it is read and written as a stream, with the order and
 * the end of the chunks protected (the STREAM construction: Hoang, Reyhanitabar, Rogaway,
 * Vizár, CRYPTO 2015).
 *
 *   0   8  "YXWALLET"
 *   8   1  version, 1
 *   9   1  log2 of the bytes of a chunk, 16
 *  10   2  zero
 *  12   8  bytes of the content, big-endian
 *  20  32  salt
 *  52  32  commitment to the key
 *  84      chunks, each with its tag of 16 bytes behind it
 *
 * AES key and commitment come from the file's key and the salt (HKDF, RFC 5869), so another key
 * is told at once, and two keys never open one file. A chunk's nonce is 7 zero bytes, its
 * number (32 bits, big-endian) and 1 for the last one, else 0: the AES key is used for this one
 * file. The head is the additional data of every chunk. */
#ifndef YX_WALLET_ENVELOPE_H
#define YX_WALLET_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

#define ENVELOPE_KEY  32
#define ENVELOPE_HEAD 84
#define ENVELOPE_CHUNK 65536
#define ENVELOPE_TAG  16
#define ENVELOPE_MAX  ((int64_t)1 << 40)   /* bytes of a content */

struct envelope_head {
	int64_t size;                          /* of the content, 1 to ENVELOPE_MAX */
	uint8_t salt[32], commitment[32];
};
/* Parses the first ENVELOPE_HEAD of n bytes. YX_WALLET_DAMAGED. */
int envelope_head_read(const void *p, size_t n, struct envelope_head *out) YX_MUST_USE;
/* Bytes of the file that keeps a content of `size` bytes. */
int64_t envelope_file_size(int64_t size);

/* Encrypts exactly `size` bytes of `in`, from its beginning, to the empty file `out`; sha256 is the
 * content's. YX_IO (as well if `in` is shorter or longer), YX_BAD_FIELD (an empty file). */
int envelope_seal(int in, int64_t size, int out, const uint8_t key[ENVELOPE_KEY], uint8_t sha256[32]) YX_MUST_USE;

/* Decrypts the file `in`. Each chunk is handed on once it was found authentic, and never
 * otherwise; `out` may be NULL (the file is only looked at), and may fail: its code is handed on.
 * YX_WALLET_DAMAGED: another key, or a byte is another, is missing or is too much. */
typedef int (*envelope_out)(void *ctx, const void *p, size_t n);
int envelope_open(int in, const uint8_t key[ENVELOPE_KEY], envelope_out out, void *ctx) YX_MUST_USE;

#endif

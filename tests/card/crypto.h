/* crypto.h - the test card's keys. */
#ifndef YX_TESTS_CARD_CRYPTO_H
#define YX_TESTS_CARD_CRYPTO_H

#include "tests/card/card.h"

/* Reads the PEM files into a slot; 0, or -1 with a message on stderr. */
int tc_slot_load(struct tc_slot *slot, const char *key_path, const char *cert_path);
void tc_slot_free(struct tc_slot *slot);

/* The algorithm number of SP 800-78-4 table 6-2 (07, 05, 16h, 11, 14); 0: none. */
uint8_t tc_key_algorithm(const EVP_PKEY *key);
/* Bytes that the key takes: the RSA modulus or the EC field. */
size_t tc_key_bytes(const EVP_PKEY *key);

/* Raw private operation: RSA without padding over exactly the modulus length,
 * or ECDSA (DER). Appends to out; 0 or -1. */
int tc_sign(EVP_PKEY *key, const uint8_t *data, size_t n, struct yx_buf *out);
/* A new key of the same kind, for cards that lie; NULL on failure. */
EVP_PKEY *tc_other_key(const EVP_PKEY *key);
/* The certificate again, with another key and self-signed: DER appended; 0 or -1. */
int tc_other_cert(const struct tc_slot *slot, struct yx_buf *out);
/* n bytes as gzip (RFC 1952), appended; 0 or -1. data NULL: n zero bytes. */
int tc_gzip(const uint8_t *data, size_t n, struct yx_buf *out);

#endif

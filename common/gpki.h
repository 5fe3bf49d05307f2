/* gpki.h - floor 1: what a card's certificate of Taiwan's government PKI says of its holder
 * (subjectDirectoryAttributes, RFC 5280 4.2.1.8, with the attributes 2.16.886.1.100.2.*). */
#ifndef YX_COMMON_GPKI_H
#define YX_COMMON_GPKI_H

#include <openssl/x509.h>

enum gpki_card { GPKI_CARD_UNKNOWN, GPKI_CARD_PRIMARY, GPKI_CARD_ATTACHED };
struct yx_gpki {
	char           last_digits[8];  /* of a person's identity number, "" if absent */
	char           ubn[12];         /* 統一編號 of a company, "" if absent */
	int            ubn_ok;          /* its check digit fits */
	char           agency_oid[64];  /* of an agency or an organisation, "" if absent */
	enum gpki_card card;            /* 正卡 or 附卡 */
};

/* Reads what is there; a certificate without these attributes gives empty fields. What is
 * malformed counts as absent: it is for showing, nothing is decided by it. */
void yx_gpki_of(const X509 *x, struct yx_gpki *out);

/* Check rule of the 統一編號: eight digits, products with 1 2 1 2 1 2 4 1, the sum of their
 * digits divisible by five; with a 7 in the seventh place one more may be counted. */
int yx_ubn_valid(const char *ubn);

/* "primary", "attached" or NULL. */
const char *yx_gpki_card_word(enum gpki_card card);

#endif

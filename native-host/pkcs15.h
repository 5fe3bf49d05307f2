/* pkcs15.h - reads the directory files of a card (ISO/IEC 7816-15, PKCS #15): what
 * keys, certificates and PINs it has. Bytes in, structs out; no card in here. Nothing
 * points into the input. */
#ifndef YX_HOST_PKCS15_H
#define YX_HOST_PKCS15_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"
#include "native-host/pinpad.h"

#define P15_ID_MAX    32
#define P15_PATH_MAX  16
#define P15_FILES_MAX 16
#define P15_KEYS_MAX  32
#define P15_CERTS_MAX 64
#define P15_PINS_MAX  16
#define P15_ALGS_MAX  16
#define P15_AID_MAX   16

struct p15_id {
	uint8_t bytes[P15_ID_MAX];
	size_t  n; /* 0: absent */
};

/* Where something lies: a file, perhaps a part of it. */
struct p15_path {
	uint8_t bytes[P15_PATH_MAX]; /* file identifiers, two bytes each */
	size_t  n;
	size_t  index;  /* first byte in the file */
	size_t  length; /* 0: to its end */
};

/* EF.ODF (ISO/IEC 7816-15, 8.3): the directory files by kind. */
enum p15_kind { P15_PRIVATE_KEYS, P15_CERTIFICATES, P15_PINS, P15_KINDS };

struct p15_odf {
	struct p15_path file[P15_KINDS][P15_FILES_MAX];
	size_t          n[P15_KINDS];
};

struct p15_key {
	struct p15_id   id, auth_id;
	struct p15_path path;
	int      rsa;     /* 1: RSA, 0: elliptic curve */
	int      signs;   /* its usage allows signatures */
	int      consent; /* the PIN is due for each signature */
	unsigned ref;     /* key reference on the card */
	int      has_ref;
	unsigned alg[P15_ALGS_MAX]; /* references into TokenInfo's algorithms */
	size_t   algs;
};

struct p15_cert {
	struct p15_id   id;
	struct p15_path path; /* n 0: the certificate itself follows */
	const uint8_t  *direct; /* inside the input that was parsed */
	size_t          direct_n;
	int             authority; /* of a CA */
};

/* PasswordType (8.9.2). */
enum p15_pin_type {
	P15_PIN_BCD = 0,
	P15_PIN_ASCII = 1,
	P15_PIN_UTF8 = 2,
	P15_PIN_HALF = 3,    /* half-nibble-bcd: a byte F0 to F9 for each digit */
	P15_PIN_FORMAT2 = 4, /* iso9564-1, format 2 */
};

struct p15_pin {
	struct p15_id   auth_id;
	struct p15_path path;
	unsigned ref;
	size_t   min, max, stored; /* characters; bytes for `stored` */
	unsigned type;
	uint8_t  pad;
	int      pads;   /* filled up to `stored` with `pad` */
	int      user;   /* neither for unblocking nor the security officer's */
};

/* One algorithm of TokenInfo: what MSE SET wants to hear for a PKCS #11 mechanism. */
struct p15_alg {
	unsigned  ref;       /* key objects name it by this */
	uint32_t  mechanism; /* CKM_… */
	unsigned  card_ref;
	int       has_card_ref;
};

/* An application in EF.DIR (ISO/IEC 7816-4, 12.2.2). */
struct p15_app {
	uint8_t         aid[P15_AID_MAX];
	size_t          aid_n;
	struct p15_path path; /* n 0: none given */
};

/* All of them: entries that make no sense are passed over; what lies behind the last
 * entry (zero or FF bytes) is no entry. They append at most as many as fit and return
 * how many there are then. */
size_t p15_parse_dir(const uint8_t *p, size_t n, struct p15_app *out, size_t max);
void   p15_parse_odf(const uint8_t *p, size_t n, struct p15_odf *out);
size_t p15_parse_keys(const uint8_t *p, size_t n, struct p15_key *out, size_t have, size_t max);
size_t p15_parse_certs(const uint8_t *p, size_t n, struct p15_cert *out, size_t have, size_t max);
size_t p15_parse_pins(const uint8_t *p, size_t n, struct p15_pin *out, size_t have, size_t max);
size_t p15_parse_algorithms(const uint8_t *p, size_t n, struct p15_alg *out, size_t max);

/* The field that VERIFY carries for a PIN, appended; YX_PIN_FORMAT if the PIN does not
 * fit; YX_CARD_UNSUPPORTED for a coding that we do not know. */
int p15_pin_field(const struct p15_pin *pin, const char *text, struct yx_buf *out) YX_MUST_USE;
/* The same for a PIN that is typed on a reader. YX_CARD_UNSUPPORTED: no reader makes such a field of it
 * (letters, half-nibble-bcd, fields that grow by half bytes, fillings that a reader doesn't know). */
int p15_pin_on_pad(const struct p15_pin *pin, struct pinpad_ask *out) YX_MUST_USE;
/* 1 if both are there and the same. */
int p15_id_is(const struct p15_id *a, const struct p15_id *b);

#endif

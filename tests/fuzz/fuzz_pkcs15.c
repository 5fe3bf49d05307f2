/* The directory files of a card (ISO/IEC 7816-15): the first byte says which kind, the
 * rest is the file. What comes out must be within its arrays, and a PIN's field within
 * what the card stores. */
#include <stdlib.h>
#include <string.h>

#include "native-host/pkcs15.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_path(const struct p15_path *path)
{
	if (path->n > sizeof(path->bytes) || path->n % 2 != 0)
		abort();
}

static void
use_pins(const uint8_t *p, size_t n)
{
	static struct p15_pin pins[P15_PINS_MAX];
	size_t count = p15_parse_pins(p, n, pins, 0, P15_PINS_MAX);

	for (size_t i = 0; i < count; i++) {
		struct yx_buf field;
		int rc;

		check_path(&pins[i].path);
		yx_buf_init(&field, 255);
		rc = p15_pin_field(&pins[i], "123456", &field);
		if (rc == YX_OK && (field.len == 0 || field.len > pins[i].stored))
			abort();
		yx_buf_free(&field);
	}
}

static void
use_keys(const uint8_t *p, size_t n)
{
	static struct p15_key keys[P15_KEYS_MAX];
	size_t count = p15_parse_keys(p, n, keys, 0, P15_KEYS_MAX);

	for (size_t i = 0; i < count; i++) {
		check_path(&keys[i].path);
		if (keys[i].id.n == 0 || keys[i].id.n > P15_ID_MAX || keys[i].algs > P15_ALGS_MAX || keys[i].ref > 255)
			abort();
	}
	if (p15_parse_keys(p, n, keys, count, P15_KEYS_MAX) > P15_KEYS_MAX)
		abort();
}

static void
use_certs(const uint8_t *p, size_t n)
{
	static struct p15_cert certs[P15_CERTS_MAX];
	size_t count = p15_parse_certs(p, n, certs, 0, P15_CERTS_MAX);

	for (size_t i = 0; i < count; i++) {
		const struct p15_cert *c = &certs[i];

		check_path(&c->path);
		if (c->path.n == 0 && (c->direct < p || c->direct_n > n || c->direct + c->direct_n > p + n))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct p15_app apps[P15_PINS_MAX];
	static struct p15_alg algs[P15_ALGS_MAX];
	static struct p15_odf odf;

	if (n < 1)
		return 0;
	switch (data[0] % 6) {
	case 0:
		if (p15_parse_dir(data + 1, n - 1, apps, P15_PINS_MAX) > P15_PINS_MAX)
			abort();
		break;
	case 1:
		memset(&odf, 0, sizeof(odf));
		p15_parse_odf(data + 1, n - 1, &odf);
		for (size_t i = 0; i < P15_KINDS; i++)
			if (odf.n[i] > P15_FILES_MAX)
				abort();
		break;
	case 2: use_keys(data + 1, n - 1); break;
	case 3: use_certs(data + 1, n - 1); break;
	case 4: use_pins(data + 1, n - 1); break;
	default:
		if (p15_parse_algorithms(data + 1, n - 1, algs, P15_ALGS_MAX) > P15_ALGS_MAX)
			abort();
	}
	return 0;
}

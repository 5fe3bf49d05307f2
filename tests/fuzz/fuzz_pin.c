/* What stands between the user's fingers and the card: what a reader says of its keys and of an
 * entry, and the lines of a pinentry program. First byte: what the rest is taken for. */
#include <stdlib.h>
#include <string.h>

#include "native-host/assuan.h"
#include "native-host/pinpad.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
take_pad(const uint8_t *data, size_t n)
{
	struct pinpad pad;
	unsigned sw;

	pinpad_features(data, n, &pad);
	if (pinpad_works(&pad) && n % 6 != 0)
		abort(); /* nothing that does not end where it should is believed */
	(void)pinpad_has_display(data, n);
	if (pinpad_result(data, n, &sw) == YX_OK && n != 2)
		abort();
}

static void
take_ask(const uint8_t *data, size_t n)
{
	struct pinpad_ask ask;
	struct yx_buf out;

	if (n < 6)
		return;
	ask = (struct pinpad_ask){ .p2 = data[0], .fill = data[1], .field = data[2], .min = data[3], .max = data[4],
		.code = (enum pinpad_code)(data[5] % 4) };
	yx_buf_init(&out, 256);
	if (pinpad_verify(&ask, data[0] & 1, &out) == YX_OK && out.len != 19 + 5 + ask.field)
		abort();
	yx_buf_free(&out);
}

/* A decoded line lies within the line, and holds no NUL. */
static void
take_line(const uint8_t *data, size_t n)
{
	char *line = malloc(n + 1);
	struct assuan said;

	if (line == NULL)
		return;
	memcpy(line, data, n);
	line[n] = '\n';
	if (assuan_line(line, n, &said) == YX_OK && said.kind == ASSUAN_DATA &&
	    (said.data < line || said.data + said.n > line + n || strlen(said.data) != said.n))
		abort();
	free(line);
}

/* What is shown stays on its line, and within its length. */
static void
take_text(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);
	struct yx_buf out;

	if (text == NULL)
		return;
	memcpy(text, data, n);
	text[n] = '\0';
	yx_buf_init(&out, 1 << 20);
	assuan_escape(&out, text, 90);
	if (out.len > 3 * 90 || memchr(yx_buf_str(&out), '\n', out.len) != NULL)
		abort();
	yx_buf_free(&out);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	switch (data[0] % 4) {
	case 0: take_pad(data + 1, n - 1); break;
	case 1: take_ask(data + 1, n - 1); break;
	case 2: take_line((const uint8_t *)data + 1, n - 1); break;
	default: take_text(data + 1, n - 1); break;
	}
	return 0;
}

/* A message of the browser to the host, up to the point where a card is needed, and
 * the signed attributes in it. No smart card service is asked: none is there. */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "native-host/commands.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct config config = { .allowed_origins =
						  "https://a.example, https://*.gov.example",
		.card_timeout_seconds = 1,
		.batch_max = 100,
		.pkcs11_modules = "",
		.pin_dialog = "browser",
		.pin_pad = 1 };
	struct yx_buf message, answer;
	struct host host;

	/* `wait` would do just that. */
	if (memmem(data, n, "wait", 4) != NULL || memmem(data, n, "\\u", 2) != NULL)
		return 0;
	yx_log_open("fuzz", YX_LOG_ERROR);
	setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.sock", 1);
	yx_buf_init_secret(&message, 1 << 20);
	yx_buf_init(&answer, 1 << 20);
	yx_buf_add(&message, data, n);
	host_open(&host, &config, -1, -1);
	if (yx_buf_status(&message) == YX_OK &&
	    (commands_handle(&host, &message, &answer) != YX_OK || message.len != 0 ||
		(answer.len == 0 && memmem(data, n, "cancel", 6) == NULL)))
		abort(); /* each message but `cancel` has an answer */
	host_close(&host);
	yx_buf_free(&message);
	yx_buf_free(&answer);
	return 0;
}

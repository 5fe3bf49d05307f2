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
		.card_timeout_seconds = 1 };
	struct yx_buf message, answer;

	yx_log_open("fuzz", YX_LOG_ERROR);
	setenv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.sock", 1);
	yx_buf_init_secret(&message, 1 << 20);
	yx_buf_init(&answer, 1 << 20);
	yx_buf_add(&message, data, n);
	if (yx_buf_status(&message) == YX_OK &&
	    (commands_handle(&config, -1, &message, &answer) != YX_OK || answer.len == 0 ||
		message.len != 0))
		abort(); /* each message has an answer */
	yx_buf_free(&message);
	yx_buf_free(&answer);
	return 0;
}

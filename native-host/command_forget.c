/* forget: the remembered PIN. */
#include "native-host/command.h"
#include "native-host/memory.h"

static const struct protocol_member members[] = { { "id", YX_JSON_INT, 0 }, { "command", YX_JSON_STRING, 0 },
	{ NULL, YX_JSON_NULL, 0 } };

static int
run(struct request *r, struct yx_buf *out)
{
	struct yx_jw w;

	memory_forget();
	protocol_begin(&w, out, r->id);
	return protocol_end(&w);
}

const struct command command_forget = { "forget", members, run, 0 };

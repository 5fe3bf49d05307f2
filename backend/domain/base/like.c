#include "backend/domain/base/like.h"

#include <string.h>

#include "common/buf.h"

const char *
like_text(struct yx_arena *a, const char *q)
{
	static const char tai[] = "台";
	struct yx_buf b;
	const char *out = NULL;

	yx_buf_init(&b, 4096);
	yx_buf_adds(&b, "%");
	while (q != NULL && *q != '\0') {
		if (strncmp(q, tai, sizeof(tai) - 1) == 0) {
			yx_buf_adds(&b, "臺");
			q += sizeof(tai) - 1;
			continue;
		}
		if (*q == '%' || *q == '_' || *q == '\\')
			yx_buf_adds(&b, "\\");
		yx_buf_add(&b, q++, 1);
	}
	if (q != NULL)
		yx_buf_adds(&b, "%");
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

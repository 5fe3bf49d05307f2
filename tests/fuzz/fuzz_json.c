/* common/json on any bytes: it may refuse, it must not break, and what it took it
 * must be able to write again as something that it takes. */
#include <stdlib.h>
#include <string.h>

#include "common/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
rewrite(struct yx_jw *w, const struct yx_json *v, int in_object)
{
	const char *key = in_object ? v->key : NULL;
	const struct yx_json *child;

	switch (v->type) {
	case YX_JSON_NULL: yx_jw_null(w, key); return;
	case YX_JSON_BOOL: yx_jw_bool(w, key, v->num != 0); return;
	case YX_JSON_INT: yx_jw_int(w, key, v->num); return;
	case YX_JSON_STRING: yx_jw_strn(w, key, v->str, v->len); return;
	case YX_JSON_ARRAY: yx_jw_array(w, key); break;
	case YX_JSON_OBJECT: yx_jw_object(w, key); break;
	}
	for (child = v->child; child != NULL; child = child->next)
		rewrite(w, child, v->type == YX_JSON_OBJECT);
	if (v->type == YX_JSON_ARRAY)
		yx_jw_end_array(w);
	else
		yx_jw_end_object(w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct yx_arena *a = yx_arena_new(64u << 20);
	const struct yx_json *v = NULL, *again = NULL;
	struct yx_buf out;
	struct yx_jw w;

	yx_buf_init(&out, 16u << 20);
	if (a != NULL && yx_json_parse(a, data, n, &v) == YX_OK) {
		yx_jw_open(&w, &out);
		rewrite(&w, v, 0);
		if (yx_jw_close(&w) != YX_OK ||
		    yx_json_parse(a, out.data, out.len, &again) != YX_OK ||
		    again->type != v->type || again->len != v->len)
			abort();
	}
	yx_buf_free(&out);
	yx_arena_free(&a);
	return 0;
}

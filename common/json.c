#include "common/json.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

#include "common/codec.h"

/* Up to so many keys of an object are compared each with each. */
#define FEW_KEYS 16

/* A container that is being filled. */
struct level {
	struct yx_json        *node;
	const struct yx_json **tail; /* where the next member is hung up */
	const char            *key;  /* name read, value still to come */
};

struct parse {
	struct yx_arena *arena;
	struct level     level[YX_JSON_DEPTH];
	size_t           depth;
	struct yx_json  *root;
	int              err;
};

/* yajl hands over decoded strings and turns a lone surrogate into '?', so the
 * raw text is searched for what the decoder would hide. */
static int
hides_something(const unsigned char *s, size_t n)
{
	int in_string = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned hi, lo;

		if (!in_string) {
			if (s[i] == '/')
				return 1;
			in_string = s[i] == '"';
			continue;
		}
		if (s[i] == '"')
			in_string = 0;
		if (s[i] != '\\' || ++i >= n || s[i] != 'u')
			continue;
		if (n - i < 5)
			return 1;
		uint8_t two[2];
		char four[5] = { (char)s[i + 1], (char)s[i + 2], (char)s[i + 3], (char)s[i + 4], 0 };

		if (yx_unhex(two, 2, four) != YX_OK)
			return 1;
		hi = (unsigned)two[0] << 8 | two[1];
		if (hi == 0 || (hi >= 0xdc00 && hi <= 0xdfff))
			return 1;
		if (hi < 0xd800 || hi > 0xdbff) {
			i += 4;
			continue;
		}
		if (n - i < 11 || s[i + 5] != '\\' || s[i + 6] != 'u')
			return 1;
		memcpy(four, s + i + 7, 4);
		if (yx_unhex(two, 2, four) != YX_OK)
			return 1;
		lo = (unsigned)two[0] << 8 | two[1];
		if (lo < 0xdc00 || lo > 0xdfff)
			return 1;
		i += 10;
	}
	return 0;
}

static int
fail(struct parse *p, int err)
{
	if (p->err == YX_OK)
		p->err = err;
	return 0;
}

static struct yx_json *
add(struct parse *p, enum yx_json_type type)
{
	struct yx_json *n = yx_arena_alloc(p->arena, sizeof(*n));
	struct level *l = p->depth == 0 ? NULL : &p->level[p->depth - 1];

	if (n == NULL) {
		fail(p, YX_NO_MEMORY);
		return NULL;
	}
	n->type = type;
	if (l == NULL) {
		p->root = n;
		return n;
	}
	n->key = l->key;
	l->key = NULL;
	*l->tail = n;
	l->tail = &n->next;
	l->node->len++;
	return n;
}

static int
on_null(void *ctx)
{
	return add(ctx, YX_JSON_NULL) != NULL;
}

static int
on_bool(void *ctx, int v)
{
	struct yx_json *n = add(ctx, YX_JSON_BOOL);

	if (n != NULL)
		n->num = v != 0;
	return n != NULL;
}

static int
on_int(void *ctx, long long v)
{
	struct yx_json *n = add(ctx, YX_JSON_INT);

	if (n != NULL)
		n->num = v;
	return n != NULL;
}

static int
on_double(void *ctx, double v)
{
	(void)v;
	return fail(ctx, YX_PROTOCOL);
}

static int
on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct parse *p = ctx;
	struct yx_json *n;

	if (!yx_utf8_valid((const char *)s, len))
		return fail(p, YX_PROTOCOL);
	if ((n = add(p, YX_JSON_STRING)) == NULL)
		return 0;
	n->len = len;
	n->str = yx_arena_strndup(p->arena, s, len);
	return n->str != NULL ? 1 : fail(p, YX_NO_MEMORY);
}

static int
on_key(void *ctx, const unsigned char *s, size_t len)
{
	struct parse *p = ctx;
	struct level *l = &p->level[p->depth - 1];

	if (!yx_utf8_valid((const char *)s, len))
		return fail(p, YX_PROTOCOL);
	l->key = yx_arena_strndup(p->arena, s, len);
	return l->key != NULL ? 1 : fail(p, YX_NO_MEMORY);
}

static int
on_open(struct parse *p, enum yx_json_type type)
{
	struct yx_json *n;

	if (p->depth == YX_JSON_DEPTH)
		return fail(p, YX_PROTOCOL);
	if ((n = add(p, type)) == NULL)
		return 0;
	p->level[p->depth].node = n;
	p->level[p->depth].tail = &n->child;
	p->level[p->depth].key = NULL;
	p->depth++;
	return 1;
}

static int
on_start_map(void *ctx)
{
	return on_open(ctx, YX_JSON_OBJECT);
}

static int
on_start_array(void *ctx)
{
	return on_open(ctx, YX_JSON_ARRAY);
}

static int
on_end_array(void *ctx)
{
	((struct parse *)ctx)->depth--;
	return 1;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Is a key there twice? Sorted first, so that an object of many keys costs n log n
 * comparisons, and no choice of keys makes it more. */
static int
twice_sorted(struct yx_arena *a, const struct yx_json *object, int *twice)
{
	const char **keys = yx_arena_alloc(a, object->len * sizeof(*keys));
	size_t n = 0;

	if (keys == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *m = object->child; m != NULL; m = m->next)
		keys[n++] = m->key;
	qsort(keys, n, sizeof(*keys), by_text);
	for (size_t i = 1; i < n; i++)
		*twice |= strcmp(keys[i - 1], keys[i]) == 0;
	return YX_OK;
}

static int
twice_pairwise(const struct yx_json *object)
{
	for (const struct yx_json *m = object->child; m != NULL; m = m->next)
		for (const struct yx_json *k = m->next; k != NULL; k = k->next)
			if (strcmp(m->key, k->key) == 0)
				return 1;
	return 0;
}

static int
on_end_map(void *ctx)
{
	struct parse *p = ctx;
	const struct yx_json *object = p->level[--p->depth].node;
	int twice = 0, rc = YX_OK;

	if (object->len <= FEW_KEYS)
		twice = twice_pairwise(object);
	else
		rc = twice_sorted(p->arena, object, &twice);
	if (rc != YX_OK)
		return fail(p, rc);
	return twice ? fail(p, YX_PROTOCOL) : 1;
}

int
yx_json_parse(struct yx_arena *a, const void *text, size_t n, const struct yx_json **out)
{
	static const yajl_callbacks callbacks = {
		on_null, on_bool, on_int, on_double, NULL, on_string,
		on_start_map, on_key, on_end_map, on_start_array, on_end_array,
	};
	struct parse p = { .arena = a };
	yajl_handle h = NULL;
	int rc = YX_PROTOCOL;

	*out = NULL;
	if (hides_something(text, n))
		return YX_PROTOCOL;
	if ((h = yajl_alloc(&callbacks, NULL, &p)) == NULL)
		return YX_NO_MEMORY;
	if (yajl_parse(h, text, n) == yajl_status_ok && yajl_complete_parse(h) == yajl_status_ok &&
	    p.root != NULL) {
		*out = p.root;
		rc = YX_OK;
	} else if (p.err != YX_OK) {
		rc = p.err;
	}
	yajl_free(h);
	return rc;
}

const struct yx_json *
yx_json_get(const struct yx_json *object, const char *key)
{
	if (object == NULL || object->type != YX_JSON_OBJECT)
		return NULL;
	for (const struct yx_json *m = object->child; m != NULL; m = m->next)
		if (strcmp(m->key, key) == 0)
			return m;
	return NULL;
}

const char *
yx_json_str(const struct yx_json *object, const char *key, const char *absent)
{
	const struct yx_json *m = yx_json_get(object, key);

	return m != NULL && m->type == YX_JSON_STRING ? m->str : absent;
}

int64_t
yx_json_int(const struct yx_json *object, const char *key, int64_t absent)
{
	const struct yx_json *m = yx_json_get(object, key);

	return m != NULL && (m->type == YX_JSON_INT || m->type == YX_JSON_BOOL) ? m->num : absent;
}

int
yx_json_only(const struct yx_json *object, const char *const *names)
{
	for (const struct yx_json *m = object->child; m != NULL; m = m->next) {
		const char *const *n = names;

		while (*n != NULL && strcmp(*n, m->key) != 0)
			n++;
		if (*n == NULL)
			return 0;
	}
	return 1;
}

static void
to_buf(void *ctx, const char *s, size_t n)
{
	yx_buf_add(ctx, s, n);
}

void
yx_jw_open(struct yx_jw *w, struct yx_buf *out)
{
	w->out = out;
	w->err = YX_OK;
	if ((w->gen = yajl_gen_alloc(NULL)) == NULL) {
		w->err = YX_NO_MEMORY;
		return;
	}
	yajl_gen_config(w->gen, yajl_gen_validate_utf8, 1);
	yajl_gen_config(w->gen, yajl_gen_print_callback, to_buf, out);
}

static void
check(struct yx_jw *w, yajl_gen_status st)
{
	if (w->err == YX_OK && st != yajl_gen_status_ok)
		w->err = YX_INTERNAL;
}

/* Writes the key, if there is one; 0 if the writer has failed already. */
static int
begin(struct yx_jw *w, const char *key)
{
	if (w->err == YX_OK && key != NULL)
		check(w, yajl_gen_string(w->gen, (const unsigned char *)key, strlen(key)));
	return w->err == YX_OK;
}

void
yx_jw_object(struct yx_jw *w, const char *key)
{
	if (begin(w, key))
		check(w, yajl_gen_map_open(w->gen));
}

void
yx_jw_end_object(struct yx_jw *w)
{
	if (begin(w, NULL))
		check(w, yajl_gen_map_close(w->gen));
}

void
yx_jw_array(struct yx_jw *w, const char *key)
{
	if (begin(w, key))
		check(w, yajl_gen_array_open(w->gen));
}

void
yx_jw_end_array(struct yx_jw *w)
{
	if (begin(w, NULL))
		check(w, yajl_gen_array_close(w->gen));
}

void
yx_jw_strn(struct yx_jw *w, const char *key, const char *value, size_t n)
{
	if (begin(w, key))
		check(w, yajl_gen_string(w->gen, (const unsigned char *)value, n));
}

void
yx_jw_str(struct yx_jw *w, const char *key, const char *value)
{
	if (value == NULL)
		yx_jw_null(w, key);
	else
		yx_jw_strn(w, key, value, strlen(value));
}

void
yx_jw_int(struct yx_jw *w, const char *key, int64_t value)
{
	if (begin(w, key))
		check(w, yajl_gen_integer(w->gen, value));
}

void
yx_jw_bool(struct yx_jw *w, const char *key, int value)
{
	if (begin(w, key))
		check(w, yajl_gen_bool(w->gen, value != 0));
}

void
yx_jw_null(struct yx_jw *w, const char *key)
{
	if (begin(w, key))
		check(w, yajl_gen_null(w->gen));
}

void
yx_jw_base64(struct yx_jw *w, const char *key, const void *p, size_t n)
{
	struct yx_buf text;

	yx_buf_init(&text, n / 3 * 4 + 8);
	yx_base64(&text, p, n);
	if (yx_buf_status(&text) != YX_OK)
		w->err = yx_buf_status(&text);
	yx_jw_strn(w, key, yx_buf_str(&text), text.len);
	yx_buf_free(&text);
}

int
yx_jw_close(struct yx_jw *w)
{
	if (w->gen != NULL)
		yajl_gen_free(w->gen);
	w->gen = NULL;
	return w->err != YX_OK ? w->err : yx_buf_status(w->out);
}

int
yx_json_pair(struct yx_buf *out, const char *key, const char *value)
{
	struct yx_jw w;

	yx_buf_reset(out);
	yx_jw_open(&w, out);
	yx_jw_object(&w, NULL);
	if (key != NULL)
		yx_jw_str(&w, key, value);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

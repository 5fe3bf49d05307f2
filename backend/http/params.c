#include "backend/http/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/codec.h"

static const struct http_value *
value(struct http_request *rq, const char *name)
{
	for (size_t i = 0; i < rq->in->n; i++)
		if (strcmp(rq->in->values[i].name, name) == 0)
			return &rq->in->values[i];
	return NULL;
}

const char *
http_str(struct http_request *rq, const char *name)
{
	const struct http_value *v = value(rq, name);

	return v == NULL ? NULL : v->str;
}

int64_t
http_int(struct http_request *rq, const char *name, int64_t absent)
{
	const struct http_value *v = value(rq, name);

	return v == NULL ? absent : v->num;
}

int
http_bool(struct http_request *rq, const char *name, int absent)
{
	return http_int(rq, name, absent) != 0;
}

const uint8_t *
http_bytes(struct http_request *rq, const char *name, size_t *n)
{
	const struct http_value *v = value(rq, name);

	*n = v == NULL ? 0 : v->n;
	return v == NULL ? NULL : v->bytes;
}

const char *const *
http_list(struct http_request *rq, const char *name, size_t *n)
{
	const struct http_value *v = value(rq, name);

	*n = v == NULL ? 0 : v->n;
	return v == NULL ? NULL : v->list;
}

/* One line, or (text) several; no control bytes that a page could stumble over. */
static int
clean(const char *s, int text)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c < 0x20 || c == 0x7f) && !(text && (c == '\n' || c == '\r' || c == '\t')))
			return 0;
	}
	return 1;
}

static int
blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static int
is_email(const char *s)
{
	const char *at = strchr(s, '@');
	size_t n = strlen(s);

	/* RFC 5321 lengths; one @, a dot behind it, nothing that mail headers could
	 * be broken with. Whether it exists only a mail can tell. */
	if (at == NULL || at == s || strchr(at + 1, '@') != NULL || n > 254 || at - s > 64)
		return 0;
	if (strpbrk(s, " \t\r\n<>()[]\\,;:\"") != NULL)
		return 0;
	return strchr(at + 1, '.') != NULL && at[1] != '.' && s[n - 1] != '.';
}

static int
is_word(const char *s, const char *words)
{
	size_t n = strlen(s);

	while (n > 0 && *words != '\0') {
		size_t k = strcspn(words, "|");

		if (k == n && memcmp(words, s, n) == 0)
			return 1;
		words += k + (words[k] == '|');
	}
	return 0;
}

static int
check_text(const struct http_param *p, const char *s)
{
	size_t n = yx_utf8_length(s);

	if (!clean(s, p->type == T_TEXT))
		return YX_BAD_FIELD;
	if (p->min > 0 && blank(s))
		return YX_FIELD_REQUIRED;
	if ((int64_t)n > p->max)
		return YX_FIELD_TOO_LONG;
	return (int64_t)n < p->min ? YX_BAD_FIELD : YX_OK;
}

static int
check_base64(struct http_request *rq, const struct http_param *p, const char *s, struct http_value *v)
{
	struct yx_buf b;
	int rc;

	yx_buf_init(&b, (size_t)p->max);
	rc = yx_unbase64(&b, s, strlen(s));
	if (rc == YX_OK && (int64_t)b.len < p->min)
		rc = YX_BAD_FIELD;
	if (rc == YX_OK && (v->bytes = (uint8_t *)yx_arena_strndup(rq->act.arena, b.data, b.len)) == NULL)
		rc = YX_NO_MEMORY;
	v->n = b.len;
	yx_buf_free(&b);
	return rc == YX_TOO_LARGE ? YX_FIELD_TOO_LONG : rc;
}

/* A parameter that came as text: path, query, or a JSON string. */
static int
check_string(struct http_request *rq, const struct http_param *p, const char *s, struct http_value *v)
{
	char *end;

	v->str = s;
	switch (p->type) {
	case T_STRING:
	case T_TEXT:
		return check_text(p, s);
	case T_ID:
		return yx_is_id(s) ? YX_OK : p->where == IN_PATH ? YX_NOT_FOUND : YX_BAD_FIELD;
	case T_EMAIL:
		return is_email(s) ? YX_OK : YX_BAD_FIELD;
	case T_DATE:
		return yx_is_date(s) ? YX_OK : YX_BAD_FIELD;
	case T_WORD:
		return is_word(s, p->words) ? YX_OK : YX_BAD_FIELD;
	case T_BASE64:
		return check_base64(rq, p, s, v);
	case T_INT:
		errno = 0;
		v->num = strtoll(s, &end, 10);
		if (errno != 0 || *s == '\0' || *end != '\0' || p->where == IN_BODY)
			return YX_BAD_FIELD;
		return v->num < p->min || v->num > p->max ? YX_BAD_FIELD : YX_OK;
	case T_BOOL:
		v->num = strcmp(s, "true") == 0;
		return p->where != IN_BODY && (v->num || strcmp(s, "false") == 0) ? YX_OK : YX_BAD_FIELD;
	default:
		return YX_BAD_FIELD;
	}
}

static int
fits_list(enum http_type type, const char *s)
{
	if (type == T_STRINGS)
		return clean(s, 0) && !blank(s) && yx_utf8_length(s) <= 100;
	return type == T_IDS ? yx_is_id(s) : is_email(s);
}

static int
check_list(struct http_request *rq, const struct http_param *p, const struct yx_json *j, struct http_value *v)
{
	const char **list;
	size_t i = 0;

	if (j->type != YX_JSON_ARRAY)
		return YX_BAD_FIELD;
	if ((int64_t)j->len < p->min)
		return YX_FIELD_REQUIRED;
	if ((int64_t)j->len > p->max)
		return YX_FIELD_TOO_LONG;
	if ((list = yx_arena_alloc(rq->act.arena, (j->len + 1) * sizeof(*list))) == NULL)
		return YX_NO_MEMORY;
	for (const struct yx_json *m = j->child; m != NULL; m = m->next) {
		if (m->type != YX_JSON_STRING || strlen(m->str) != m->len)
			return YX_BAD_FIELD;
		if (!fits_list(p->type, m->str))
			return YX_BAD_FIELD;
		list[i++] = m->str;
	}
	v->list = list;
	v->n = i;
	return YX_OK;
}

static int
check_json(struct http_request *rq, const struct http_param *p, const struct yx_json *j, struct http_value *v)
{
	switch (p->type) {
	case T_INT:
	case T_BOOL:
		if (j->type != (p->type == T_INT ? YX_JSON_INT : YX_JSON_BOOL))
			return YX_BAD_FIELD;
		v->num = j->num;
		return p->type == T_INT && (v->num < p->min || v->num > p->max) ? YX_BAD_FIELD : YX_OK;
	case T_IDS:
	case T_EMAILS:
	case T_STRINGS:
		return check_list(rq, p, j, v);
	case T_JSON:
		v->json = j;
		return YX_OK;
	default:
		return j->type == YX_JSON_STRING ? check_string(rq, p, j->str, v) : YX_BAD_FIELD;
	}
}

/* Raw value of a query variable, decoded, in the arena. */
static int
query(struct http_request *rq, const char *name, const char **out)
{
	const char *q = rq->in->io->param(rq->in->io->ctx, "QUERY_STRING");
	size_t want = strlen(name);
	struct yx_buf b;
	int rc = YX_OK;

	*out = NULL;
	while (q != NULL && *q != '\0') {
		size_t n = strcspn(q, "&"), k = strcspn(q, "=&");

		if (k == want && memcmp(q, name, k) == 0) {
			yx_buf_init(&b, 8192);
			rc = k < n ? yx_unpercent(&b, q + k + 1, n - k - 1, 1) : YX_OK;
			if (rc == YX_OK && !yx_utf8_valid(yx_buf_str(&b), b.len))
				rc = YX_BAD_FIELD;
			if (rc == YX_OK && (*out = yx_arena_strndup(rq->act.arena, yx_buf_str(&b), b.len)) == NULL)
				rc = YX_NO_MEMORY;
			yx_buf_free(&b);
			return rc;
		}
		q += n + (q[n] == '&');
	}
	return rc;
}

static int
in_row(const struct http_request *rq, enum http_where where, const char *name, size_t n)
{
	for (const struct http_param *p = rq->route->params; p != NULL && p->name != NULL; p++)
		if (p->where == where && strlen(p->name) == n && memcmp(p->name, name, n) == 0)
			return 1;
	return 0;
}

static int
refuse_unknown(struct http_request *rq)
{
	const char *q = rq->in->io->param(rq->in->io->ctx, "QUERY_STRING");

	for (const struct yx_json *m = rq->body == NULL ? NULL : rq->body->child; m != NULL; m = m->next)
		if (!in_row(rq, IN_BODY, m->key, strlen(m->key)))
			return act_field(&rq->act, m->key, YX_UNKNOWN_FIELD);
	while (q != NULL && *q != '\0') {
		size_t n = strcspn(q, "&"), k = strcspn(q, "=&");

		if (!in_row(rq, IN_QUERY, q, k))
			return act_field(&rq->act, yx_arena_strndup(rq->act.arena, q, k), YX_UNKNOWN_FIELD);
		q += n + (q[n] == '&');
	}
	return YX_OK;
}

static int
one(struct http_request *rq, const struct http_param *p)
{
	struct http_value *v = &rq->in->values[rq->in->n];
	const struct yx_json *j = NULL;
	const char *s = NULL;
	int rc = YX_OK;

	v->name = p->name;
	for (size_t i = 0; p->where == IN_PATH && i < rq->in->path_n; i++)
		if (strcmp(rq->in->path_names[i], p->name) == 0)
			s = rq->in->path_values[i];
	if (p->where == IN_QUERY && (rc = query(rq, p->name, &s)) != YX_OK)
		return act_field(&rq->act, p->name, rc);
	if (p->where == IN_BODY)
		j = yx_json_get(rq->body, p->name);
	/* An empty query value is a form field left empty. */
	if ((s == NULL || (p->where == IN_QUERY && *s == '\0')) && (j == NULL || j->type == YX_JSON_NULL))
		return p->flags & OPTIONAL ? YX_OK : act_field(&rq->act, p->name, YX_FIELD_REQUIRED);
	if (rq->in->n + 1 >= HTTP_PARAMS_MAX)
		return YX_INTERNAL;
	rc = j != NULL ? check_json(rq, p, j, v) : check_string(rq, p, s, v);
	if (rc != YX_OK)
		return p->where == IN_PATH ? rc : act_field(&rq->act, p->name, rc);
	rq->in->n++;
	return YX_OK;
}

int
http_params(struct http_request *rq)
{
	int rc = refuse_unknown(rq);

	for (const struct http_param *p = rq->route->params; rc == YX_OK && p != NULL && p->name != NULL; p++)
		rc = one(rq, p);
	return rc;
}

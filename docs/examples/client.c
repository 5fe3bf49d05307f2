/* client.c - a client of Yinxin's public API in C, with libcurl and yajl.
 *
 *   client send NUMBER TITLE UNIT OFFICER VENDOR FILE.pdf   a draft is made, gets its PDF and is sent
 *   client state ID                                         what became of it
 *   client events [CURSOR]                                  what happened since; the last line is the cursor
 *
 * YINXIN_URL (https://mydoc.example.tw), CLIENT_ID and CLIENT_SECRET come from the environment.
 * make build/example-client builds it. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_tree.h>

struct text { char *data; size_t len; };

struct call {
	const char *method, *path;
	const char *body;          /* or NULL */
	FILE       *file;          /* sent instead of a body, or NULL */
	const char *type;          /* of what is sent */
	const char *key;           /* Idempotency-Key: what shall happen once; or NULL */
	const char *user;          /* "id:secret", to get a token; else the token is sent */
};

static char token[512];

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "client: %s: %s\n", what, why);
	exit(1);
}

static const char *
need(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || *value == '\0')
		fail(name, "is not set");
	return value;
}

static size_t
on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct text *t = arg;
	char *more = realloc(t->data, t->len + size * n + 1);

	if (more == NULL)
		return 0;
	memcpy(more + t->len, p, size * n);
	t->data = more;
	t->len += size * n;
	more[t->len] = '\0';
	return size * n;
}

static struct curl_slist *
add(struct curl_slist *list, const char *name, const char *value)
{
	char line[700];
	struct curl_slist *more;

	snprintf(line, sizeof(line), "%s: %s", name, value);
	if ((more = curl_slist_append(list, line)) == NULL)
		fail(name, "no memory");
	return more;
}

static struct curl_slist *
headers_of(const struct call *c)
{
	struct curl_slist *list = NULL;
	char bearer[600];

	if (c->user == NULL) {
		snprintf(bearer, sizeof(bearer), "Bearer %s", token);
		list = add(list, "Authorization", bearer);
	}
	if (c->type != NULL)
		list = add(list, "Content-Type", c->type);
	if (c->key != NULL)
		list = add(list, "Idempotency-Key", c->key);
	return c->file != NULL ? add(list, "X-File-Name", "contract.pdf") : list;
}

static void
set_body(CURL *curl, const struct call *c)
{
	long size = 0;

	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, c->method);
	if (c->file == NULL && strcmp(c->method, "GET") != 0)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, c->body != NULL ? c->body : "");
	if (c->file == NULL)
		return;
	if (fseek(c->file, 0, SEEK_END) != 0 || (size = ftell(c->file)) < 0)
		fail("file", "cannot be read");
	rewind(c->file);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READDATA, c->file);
	curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
}

/* The answer as a tree, to be freed; anything but a 2xx ends the program. A client of yours would look at
 * 429 and 503 and come again after Retry-After seconds: with the same key nothing happens twice. */
static yajl_val
ask(const struct call *c)
{
	struct curl_slist *headers = headers_of(c);
	CURL *curl = curl_easy_init();
	struct text answer = { NULL, 0 };
	char url[1024], why[256] = "";
	long status = 0;
	yajl_val tree;

	if (curl == NULL)
		fail(c->path, "no memory");
	snprintf(url, sizeof(url), "%s/api/public/v1%s", need("YINXIN_URL"), c->path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, 120L);
	if (c->user != NULL)
		curl_easy_setopt(curl, CURLOPT_USERPWD, c->user);
	set_body(curl, c);
	if (curl_easy_perform(curl) != CURLE_OK)
		fail(c->path, "no answer");
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	if (status < 200 || status > 299)
		fail(c->path, answer.data != NULL ? answer.data : "refused");
	if ((tree = yajl_tree_parse(answer.data, why, sizeof(why))) == NULL)
		fail(c->path, why);
	free(answer.data);
	return tree;
}

/* A string of the answer; "" if it is null or not there. */
static const char *
string(yajl_val tree, const char *name)
{
	yajl_val v = yajl_tree_get(tree, (const char *[]){ name, NULL }, yajl_t_string);

	return v == NULL ? "" : YAJL_GET_STRING(v);
}

static void
get_token(void)
{
	char user[256];
	yajl_val tree;

	snprintf(user, sizeof(user), "%s:%s", need("CLIENT_ID"), need("CLIENT_SECRET"));
	tree = ask(&(struct call){ .method = "POST", .path = "/oauth/token", .user = user,
		.body = "grant_type=client_credentials", .type = "application/x-www-form-urlencoded" });
	snprintf(token, sizeof(token), "%s", string(tree, "access_token"));
	yajl_tree_free(tree);
}

static void
put(yajl_gen g, const char *s)
{
	if (yajl_gen_string(g, (const unsigned char *)s, strlen(s)) != yajl_gen_status_ok)
		fail(s, "is not UTF-8");
}

static void
put_list(yajl_gen g, const char *name, const char *one)
{
	put(g, name);
	yajl_gen_array_open(g);
	put(g, one);
	yajl_gen_array_close(g);
}

/* argv: NUMBER TITLE UNIT OFFICER VENDOR. id: 33 bytes. */
static void
create(char **argv, char *id)
{
	static const char *const names[] = { "number", "title", "unit" };
	yajl_gen g = yajl_gen_alloc(NULL);
	const unsigned char *text = NULL;
	char key[80];
	size_t n = 0;
	yajl_val tree;

	yajl_gen_map_open(g);
	for (int i = 0; i < 3; i++) {
		put(g, names[i]);
		put(g, argv[i]);
	}
	put_list(g, "officers", argv[3]);
	put_list(g, "vendors", argv[4]);
	yajl_gen_map_close(g);
	yajl_gen_get_buf(g, &text, &n);
	/* (a number with other characters than letters, digits and hyphens wants a hash here) */
	snprintf(key, sizeof(key), "c-example-create-%.46s", argv[0]);
	tree = ask(&(struct call){ .method = "POST", .path = "/contracts", .body = (const char *)text,
		.type = "application/json", .key = key });
	snprintf(id, 33, "%s", string(tree, "id"));
	yajl_tree_free(tree);
	yajl_gen_free(g);
}

static void
send_contract(char **argv)
{
	char id[33], path[80], key[80];
	FILE *file = fopen(argv[5], "rb");

	if (file == NULL)
		fail(argv[5], "cannot be opened");
	create(argv, id);
	snprintf(path, sizeof(path), "/contracts/%s/documents", id);
	snprintf(key, sizeof(key), "c-example-upload-%s", id);
	yajl_tree_free(ask(&(struct call){ .method = "POST", .path = path, .file = file, .type = "application/pdf",
		.key = key }));
	fclose(file);
	snprintf(path, sizeof(path), "/contracts/%s/send", id);
	snprintf(key, sizeof(key), "c-example-send-%s", id);
	yajl_tree_free(ask(&(struct call){ .method = "POST", .path = path, .key = key }));
	puts(id);
}

static void
state(const char *id)
{
	char path[80];
	yajl_val tree;

	snprintf(path, sizeof(path), "/contracts/%s", id);
	tree = ask(&(struct call){ .method = "GET", .path = path });
	puts(string(tree, "state"));
	yajl_tree_free(tree);
}

static void
events(const char *cursor)
{
	char path[160];
	yajl_val tree, items;

	snprintf(path, sizeof(path), "/events?limit=100%s%s", cursor != NULL ? "&cursor=" : "",
	    cursor != NULL ? cursor : "");
	tree = ask(&(struct call){ .method = "GET", .path = path });
	items = yajl_tree_get(tree, (const char *[]){ "items", NULL }, yajl_t_array);
	for (size_t i = 0; items != NULL && i < YAJL_GET_ARRAY(items)->len; i++) {
		yajl_val one = YAJL_GET_ARRAY(items)->values[i];

		printf("%s\t%s\n", string(one, "type"),
		    string(yajl_tree_get(one, (const char *[]){ "data", NULL }, yajl_t_object), "contractId"));
	}
	puts(string(tree, "nextCursor"));
	yajl_tree_free(tree);
}

int
main(int argc, char **argv)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (argc == 8 && strcmp(argv[1], "send") == 0) {
		get_token();
		send_contract(argv + 2);
	} else if (argc == 3 && strcmp(argv[1], "state") == 0) {
		get_token();
		state(argv[2]);
	} else if ((argc == 2 || argc == 3) && strcmp(argv[1], "events") == 0) {
		get_token();
		events(argc == 3 ? argv[2] : NULL);
	} else {
		fputs("usage: client send NUMBER TITLE UNIT OFFICER VENDOR FILE.pdf | state ID | events [CURSOR]\n", stderr);
		return 2;
	}
	curl_global_cleanup();
	return 0;
}

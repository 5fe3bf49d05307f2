#include "backend/domain/people/password.h"

#include <ctype.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/domain/people/member.h"
#include "common/codec.h"
#include "common/log.h"

#define ARGON_OPS       2
#define ARGON_BYTES     (19u << 20)
#define ARGON_PARALLEL  2
#define KEY_OPS         3            /* for a key that guards data at rest */
#define KEY_BYTES       (64u << 20)
#define LIST_MAX        (4L << 20)   /* bytes of the list */
#define AROUND_MAX      6            /* characters around a common word that make it no better */

/* The lines of the list, in its order; read once, then only looked at. */
static struct { char *text; const char **lines; size_t n; } common;

static sem_t argon_slots;
static pthread_once_t argon_once = PTHREAD_ONCE_INIT;

static void
argon_init(void)
{
	sem_init(&argon_slots, 0, ARGON_PARALLEL);
	if (sodium_init() < 0)
		sem_init(&argon_slots, 0, 0);
}

int
password_hash(struct yx_arena *a, const char *password, const char **hash)
{
	char out[crypto_pwhash_STRBYTES];
	int rc;

	pthread_once(&argon_once, argon_init);
	sem_wait(&argon_slots);
	rc = crypto_pwhash_str(out, password, strlen(password), ARGON_OPS, ARGON_BYTES);
	sem_post(&argon_slots);
	if (rc != 0 || (*hash = yx_arena_strdup(a, out)) == NULL)
		return YX_NO_MEMORY;
	return YX_OK;
}

int
password_fits(const char *hash, const char *password)
{
	static const char nobody[crypto_pwhash_STRBYTES] =
	    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	int rc;

	pthread_once(&argon_once, argon_init);
	sem_wait(&argon_slots);
	rc = crypto_pwhash_str_verify(hash != NULL ? hash : nobody, password, strlen(password));
	sem_post(&argon_slots);
	return hash != NULL && rc == 0;
}

_Static_assert(crypto_pwhash_SALTBYTES == 16, "the salt of a key");

int
password_key(const char *passphrase, const uint8_t salt[16], uint8_t key[32])
{
	int rc;

	pthread_once(&argon_once, argon_init);
	sem_wait(&argon_slots);
	rc = crypto_pwhash(key, 32, passphrase, strlen(passphrase), salt, KEY_OPS, KEY_BYTES, crypto_pwhash_ALG_ARGON2ID13);
	sem_post(&argon_slots);
	return rc == 0 ? YX_OK : YX_NO_MEMORY;
}

/* ---- the list ---- */

static int
read_list(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t n;

	if (f == NULL || (common.text = calloc(1, LIST_MAX + 1)) == NULL) {
		if (f != NULL)
			fclose(f);
		return YX_CONFIG;
	}
	n = fread(common.text, 1, LIST_MAX, f);
	fclose(f);
	return n > 0 && n < LIST_MAX ? YX_OK : YX_CONFIG;
}

/* Cuts the text into lines; they must be sorted, as they are searched by halves. */
static int
cut_list(void)
{
	size_t lines = 1;

	for (const char *p = common.text; *p != '\0'; p++)
		lines += *p == '\n';
	if ((common.lines = calloc(lines, sizeof(*common.lines))) == NULL)
		return YX_NO_MEMORY;
	for (char *p = common.text; *p != '\0';) {
		size_t n = strcspn(p, "\n");
		int more = p[n] == '\n';

		p[n] = '\0';
		if (n > 0 && *p != '#') {
			if (common.n > 0 && strcmp(common.lines[common.n - 1], p) >= 0)
				return YX_CONFIG;
			common.lines[common.n++] = p;
		}
		p += n + (size_t)more;
	}
	return YX_OK;
}

int
password_open(const struct yx_conf *conf)
{
	int rc;

	if (common.text != NULL)
		return YX_OK;
	if ((rc = read_list(conf->common_passwords)) == YX_OK)
		rc = cut_list();
	if (rc != YX_OK)
		yx_error("%s: not a sorted list of passwords", conf->common_passwords);
	return rc;
}

static int
by_text(const void *key, const void *line)
{
	return strcmp(key, *(const char *const *)line);
}

static int
is_listed(const char *word)
{
	return common.n > 0 && bsearch(word, common.lines, common.n, sizeof(*common.lines), by_text) != NULL;
}

/* ---- judging ---- */

/* A common word with a few digits or signs before and behind it. */
static int
is_decorated(char *low)
{
	size_t n = strlen(low), from = 0, to = n;

	while (from < n && !isalpha((unsigned char)low[from]) && (low[from] & 0x80) == 0)
		from++;
	while (to > from && !isalpha((unsigned char)low[to - 1]) && (low[to - 1] & 0x80) == 0)
		to--;
	if (to - from < 4)
		return 1;
	low[to] = '\0';
	return n - (to - from) <= AROUND_MAX && is_listed(low + from);
}

/* abcabcabcabc, aaaaaaaaaaaa, 123412341234: one thing of up to half its length again and again. */
static int
is_repeated(const char *s, size_t n)
{
	for (size_t k = 1; k <= n / 2; k++)
		if (memcmp(s, s + k, n - k) == 0)
			return 1;
	return 0;
}

/* 123456789012, abcdefghijkl: each byte the one before it and one more, or one less. */
static int
is_sequence(const char *s, size_t n)
{
	size_t up = 0, down = 0;

	for (size_t i = 1; i < n; i++) {
		up += s[i] == s[i - 1] + 1 || (s[i] == '0' && s[i - 1] == '9');
		down += s[i] == s[i - 1] - 1 || (s[i] == '9' && s[i - 1] == '0');
	}
	return up + 1 == n || down + 1 == n;
}

int
password_judge(const char *password, const char *account)
{
	char low[4 * PASSWORD_MAX + 1];
	size_t n = strlen(password);
	int common_one;

	if (yx_utf8_length(password) < PASSWORD_MIN)
		return YX_PASSWORD_SHORT;
	if (n >= sizeof(low))
		return YX_FIELD_TOO_LONG;
	for (size_t i = 0; i <= n; i++)
		low[i] = (char)tolower((unsigned char)password[i]);
	common_one = is_listed(low) || is_repeated(low, n) || is_sequence(low, n) ||
	    (strlen(account) >= 4 && strcasestr(password, account) != NULL && n <= strlen(account) + AROUND_MAX) ||
	    is_decorated(low);
	explicit_bzero(low, sizeof(low));
	return common_one ? YX_PASSWORD_COMMON : YX_OK;
}

/* ---- a member's ---- */

static void
fill_hash(void *item, const struct yx_rows *r, void *ctx)
{
	(void)ctx;
	*(const char **)item = yx_row_str(r, 0);
}

/* The present one and those before it. */
static int
was_used(struct act *act, const char *member_id, const char *password)
{
	struct yx_db_items l = { .size = sizeof(const char *), .fill = fill_hash };
	int rc = yx_db_list(act->db, act->arena,
	    "(SELECT password_hash FROM member WHERE id = ? AND password_hash IS NOT NULL)"
	    " UNION ALL (SELECT hash FROM password_before WHERE member_id = ? ORDER BY at DESC LIMIT ?)",
	    YX_P(yx_p_str(member_id), yx_p_str(member_id), yx_p_int(PASSWORD_KEPT - 1)), &l);

	for (size_t i = 0; rc == YX_OK && i < l.count; i++)
		if (password_fits(((const char *const *)l.items)[i], password))
			rc = YX_PASSWORD_USED;
	return rc;
}

int
password_prepare(struct act *act, const char *member_id, const char *password, const char **hash)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena, "SELECT account FROM member WHERE id = ? AND NOT disabled",
	    YX_P(yx_p_str(member_id)), &r);

	if (rc != YX_OK || (rc = password_judge(password, yx_row_str(r, 0))) != YX_OK ||
	    (rc = was_used(act, member_id, password)) != YX_OK)
		return rc;
	return password_hash(act->arena, password, hash);
}

int
password_put(struct act *act, const char *member_id, const char *hash)
{
	int rc = yx_db_exec(act->db,
	    "INSERT INTO password_before (member_id, at, hash)"
	    " SELECT id, ?, password_hash FROM member WHERE id = ? AND password_hash IS NOT NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(member_id)), NULL);

	if (rc == YX_OK)
		rc = yx_db_exec(act->db,
		    "DELETE FROM password_before WHERE member_id = ? AND at < (SELECT MIN(k.at) FROM (SELECT at"
		    " FROM password_before WHERE member_id = ? ORDER BY at DESC LIMIT 3) k)",
		    YX_P(yx_p_str(member_id), yx_p_str(member_id)), NULL);
	return rc != YX_OK ? rc : member_put_password(act, member_id, hash);
}

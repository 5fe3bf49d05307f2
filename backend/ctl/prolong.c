/* yinxinctl timestamp, timestamp-file, renew and level: signatures that outlive their certificates. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/pades/cades.h"
#include "backend/pades/file.h"
#include "backend/pki/tsa.h"
#include "common/json.h"

#define DAYS_BEFORE 180
#define DAY         86400
#define JSON_MAX    4096
#define CMS_MAX     ((size_t)4 << 20)

struct work {
	const char *in, *out, *tsa, *trust_dir, *tsa_trust_dir, *allow_hosts, *tls_ca, *level, *days;
	int         partial, json;
	struct pki_trust  *trust, *tsa_trust; /* tsa_trust may be trust */
	struct pki_tsa     authority;
	struct pades_stamp stamp;
	char        tmp[4096];               /* the new file until it has its name; "" if none */
	int         fd, mid_fd;
};

static int
parse(struct work *w, int argc, char **argv, int files)
{
	const struct ctl_option options[] = {
		{ "--tsa", &w->tsa, NULL, NULL, NULL },
		{ "--trust", &w->trust_dir, NULL, NULL, NULL },
		{ "--tsa-trust", &w->tsa_trust_dir, NULL, NULL, NULL },
		{ "--allow-hosts", &w->allow_hosts, NULL, NULL, NULL },
		{ "--tls-ca", &w->tls_ca, NULL, NULL, NULL },
		{ "--level", &w->level, NULL, NULL, NULL },
		{ "--days", &w->days, NULL, NULL, NULL },
		{ "--partial", NULL, &w->partial, NULL, NULL },
		{ "--json", NULL, &w->json, NULL, NULL },
		{ NULL, NULL, NULL, NULL, NULL },
	};
	const char *plain[2] = { NULL, NULL };
	int rc = ctl_parse(argc, argv, options, plain, files);

	w->in = plain[0];
	w->out = plain[1];
	w->fd = w->mid_fd = -1;
	if (w->level == NULL)
		w->level = "LTA";
	if (rc == YX_OK && w->trust_dir == NULL) {
		fprintf(stderr, "yinxinctl: --trust is needed\n");
		rc = YX_USAGE;
	}
	return rc;
}

static int
load_trust(struct work *w)
{
	const char *dir = w->trust_dir;
	int rc = pki_trust_open(dir, w->allow_hosts, &w->trust);

	if (rc == YX_OK && w->tsa_trust_dir != NULL) {
		dir = w->tsa_trust_dir;
		rc = pki_trust_open(dir, w->allow_hosts, &w->tsa_trust);
	} else {
		w->tsa_trust = w->trust;
	}
	if (rc != YX_OK)
		ctl_fail(dir, rc);
	w->authority = (struct pki_tsa){ .urls = w->tsa, .tls_ca = w->tls_ca };
	w->stamp = (struct pades_stamp){ .trust = w->tsa_trust, .tsa = &w->authority };
	return rc;
}

static void
close_work(struct work *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->mid_fd >= 0)
		close(w->mid_fd);
	if (w->tmp[0] != '\0')
		unlink(w->tmp);
	if (w->tsa_trust != w->trust)
		pki_trust_free(&w->tsa_trust);
	pki_trust_free(&w->trust);
}

/* The new file beside its final name, and a nameless one for the step between. */
static int
create(struct work *w)
{
	char mid[sizeof(w->tmp)];

	if (snprintf(w->tmp, sizeof(w->tmp), "%s.XXXXXX", w->out) >= (int)sizeof(w->tmp) ||
	    (w->fd = mkostemp(w->tmp, O_CLOEXEC)) < 0) {
		w->tmp[0] = '\0';
		fprintf(stderr, "yinxinctl: %s: %s\n", w->out, strerror(errno));
		return YX_IO;
	}
	snprintf(mid, sizeof(mid), "%.4000s.XXXXXX", w->out);
	if ((w->mid_fd = mkostemp(mid, O_CLOEXEC)) < 0 || unlink(mid) != 0) {
		fprintf(stderr, "yinxinctl: %s: %s\n", w->out, strerror(errno));
		return YX_IO;
	}
	return YX_OK;
}

static int
commit(struct work *w)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(w->fd, 0666 & ~mask) != 0 || fsync(w->fd) != 0 || rename(w->tmp, w->out) != 0) {
		fprintf(stderr, "yinxinctl: %s: %s\n", w->out, strerror(errno));
		return YX_IO;
	}
	w->tmp[0] = '\0';
	return YX_OK;
}

static void
say(const struct work *w, const struct pades_prolonged *made)
{
	if (made->missing > 0)
		fprintf(stderr, "yinxinctl: %s: nobody answers for %zu certificates\n", w->in, made->missing);
	if (made->on_hold)
		fprintf(stderr, "yinxinctl: %s: a certificate is suspended\n", w->in);
	if (made->revoked)
		fprintf(stderr, "yinxinctl: %s: a certificate was revoked\n", w->in);
}

static int
prolong(struct work *w)
{
	struct pades_prolong how = { .trust = w->trust, .stamp = &w->stamp, .partial = w->partial };
	struct pades_prolonged made;
	int rc;

	if (strcmp(w->level, "T") == 0) {
		how.no_store = 1;
	} else if (strcmp(w->level, "LT") == 0) {
		how.stamp = NULL;
	} else if (strcmp(w->level, "LTA") != 0) {
		fprintf(stderr, "yinxinctl: --level is T, LT or LTA\n");
		return YX_USAGE;
	}
	if (how.stamp != NULL && w->tsa == NULL) {
		fprintf(stderr, "yinxinctl: --tsa is needed\n");
		return YX_USAGE;
	}
	if ((rc = create(w)) != YX_OK)
		return rc;
	rc = pades_prolong(w->in, w->mid_fd, w->fd, &how, &made);
	say(w, &made);
	if (rc != YX_OK) {
		ctl_fail(w->in, rc);
		return rc;
	}
	return commit(w);
}

int
ctl_timestamp(int argc, char **argv)
{
	struct work w = { 0 };
	int rc;

	if ((rc = parse(&w, argc, argv, 2)) == YX_OK && (rc = load_trust(&w)) == YX_OK)
		rc = prolong(&w);
	close_work(&w);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}

/* ---- of a file that is no PDF ---- */

static int
prolong_detached(struct work *w)
{
	const int only_time = strcmp(w->level, "T") == 0;
	const struct pades_prolong how = { .trust = w->trust, .stamp = w->tsa == NULL ? NULL : &w->stamp,
		.no_store = only_time, .partial = w->partial };
	struct pades_prolonged made = { 0 };
	struct yx_buf cms;
	int rc;

	if (!only_time && strcmp(w->level, "LT") != 0) {
		fprintf(stderr, "yinxinctl: --level is T or LT\n");
		return YX_USAGE;
	}
	yx_buf_init(&cms, CMS_MAX);
	if ((rc = ctl_read(w->in, &cms)) == YX_OK)
		rc = cades_prolong(&cms, &how, &made);
	say(w, &made);
	if (rc != YX_OK)
		ctl_fail(w->in, rc);
	else if ((rc = create(w)) == YX_OK && (rc = pdf_pwrite_all(w->fd, cms.data, cms.len, 0)) != YX_OK)
		ctl_fail(w->out, rc);
	yx_buf_free(&cms);
	return rc == YX_OK ? commit(w) : rc;
}

int
ctl_timestamp_file(int argc, char **argv)
{
	struct work w = { .level = "LT" };
	int rc;

	if ((rc = parse(&w, argc, argv, 2)) == YX_OK && (rc = load_trust(&w)) == YX_OK)
		rc = prolong_detached(&w);
	close_work(&w);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}

/* ---- what a PDF has ---- */

static const char *
time_text(time_t t, char out[32])
{
	struct tm tm;

	out[0] = '\0';
	if (t != 0 && gmtime_r(&t, &tm) != NULL)
		strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

/* Is it time? YX_STATE: no, and it says until when. */
static int
due(const struct work *w)
{
	long days = w->days == NULL ? DAYS_BEFORE : strtol(w->days, NULL, 10);
	struct pades_standing now;
	char text[32];
	int rc = pades_standing(w->in, w->tsa_trust, &now);

	if (rc != YX_OK) {
		ctl_fail(w->in, rc);
		return rc;
	}
	if (!now.closed || (now.good_until != 0 && now.good_until - days * DAY <= time(NULL)))
		return YX_OK;
	printf("%s: not due before %s\n", w->in, now.good_until == 0 ? "an algorithm ends"
	    : time_text(now.good_until - days * DAY, text));
	return YX_STATE;
}

int
ctl_renew(int argc, char **argv)
{
	struct work w = { 0 };
	int rc;

	if ((rc = parse(&w, argc, argv, 2)) == YX_OK && (rc = load_trust(&w)) == YX_OK && (rc = due(&w)) == YX_OK)
		rc = prolong(&w) == YX_OK ? YX_OK : YX_IO;
	close_work(&w);
	return rc == YX_OK ? CTL_OK : rc == YX_STATE ? CTL_NO : CTL_ERROR;
}

static int
print_json(const struct pades_standing *s)
{
	struct yx_jw w;
	struct yx_buf b;
	char at[32], until[32];
	int rc;

	yx_buf_init(&b, JSON_MAX);
	yx_jw_open(&w, &b);
	yx_jw_object(&w, NULL);
	yx_jw_str(&w, "level", pades_level_word(s->level));
	yx_jw_int(&w, "signatures", s->signatures);
	yx_jw_int(&w, "unstamped", s->unstamped);
	yx_jw_int(&w, "timestamps", s->timestamps);
	yx_jw_str(&w, "stamped_at", time_text(s->stamped_at, at));
	yx_jw_str(&w, "good_until", time_text(s->good_until, until));
	yx_jw_end_object(&w);
	if ((rc = yx_jw_close(&w)) == YX_OK)
		printf("%s\n", yx_buf_str(&b));
	yx_buf_free(&b);
	return rc;
}

int
ctl_level(int argc, char **argv)
{
	struct work w = { 0 };
	struct pades_standing s;
	char at[32], until[32];
	int rc;

	if ((rc = parse(&w, argc, argv, 1)) == YX_OK && (rc = load_trust(&w)) == YX_OK &&
	    (rc = pades_standing(w.in, w.tsa_trust, &s)) != YX_OK)
		ctl_fail(w.in, rc);
	if (rc == YX_OK && w.json)
		rc = print_json(&s);
	else if (rc == YX_OK)
		printf("PAdES %s, %d signatures (%d without a timestamp), %d document timestamps%s%s%s%s\n",
		    pades_level_word(s.level), s.signatures, s.unstamped, s.timestamps, s.stamped_at != 0 ? ", newest " : "",
		    time_text(s.stamped_at, at), s.good_until != 0 ? ", to be renewed before " : "",
		    time_text(s.good_until, until));
	close_work(&w);
	return rc == YX_OK ? CTL_OK : CTL_ERROR;
}

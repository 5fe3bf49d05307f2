/* The native-messaging manifests: without one in the right place, or with one that
 * leads nowhere, a browser does not find the host and says nothing useful. */
#include "native-host/doctor_manifests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/json.h"

#define HOST_NAME    "tw.yinxin.signer"
#define MANIFEST_MAX 65536

static const struct finding_row found = { "manifest", FINDING_OK, "瀏覽器設定檔正確",
	"the browser finds the signer", NULL, NULL };
static const struct finding_row broken = { "manifest", FINDING_BAD, "瀏覽器設定檔有誤",
	"a browser's host manifest is wrong",
	"請重新安裝簽章元件，或依 conf/native-messaging 的範本改正",
	"install the signer again, or correct it as in conf/native-messaging" };
static const struct finding_row shadowed = { "manifest", FINDING_NOTE, "使用者目錄的設定檔優先於系統設定檔",
	"the user's manifest takes precedence over the system's",
	"若非刻意安裝，請刪除使用者目錄中的檔案", "delete the user's file unless it was put there on purpose" };
static const struct finding_row missing = { "manifest", FINDING_BAD, "沒有任何瀏覽器找得到簽章元件",
	"no browser finds the signer",
	"請重新安裝簽章元件，或依 conf/native-messaging/README.md 放置設定檔",
	"install the signer again, or put the manifest in place: conf/native-messaging/README.md" };

struct place {
	const char *browser;
	const char *system;  /* directory for all users */
	const char *user;    /* below $HOME */
	const char *callers; /* the member that names the extension */
};

static const struct place places[] = {
	{ "Chromium", "/etc/chromium/native-messaging-hosts",
	    ".config/chromium/NativeMessagingHosts", "allowed_origins" },
	{ "Chrome", "/etc/opt/chrome/native-messaging-hosts",
	    ".config/google-chrome/NativeMessagingHosts", "allowed_origins" },
	{ "Edge", "/etc/opt/edge/native-messaging-hosts",
	    ".config/microsoft-edge/NativeMessagingHosts", "allowed_origins" },
	{ "Firefox", "/usr/lib/mozilla/native-messaging-hosts", ".mozilla/native-messaging-hosts",
	    "allowed_extensions" },
};

/* The file's JSON; NULL if it is none. */
static const struct yx_json *
load(struct yx_arena *a, const char *path)
{
	char *text = yx_arena_alloc(a, MANIFEST_MAX);
	const struct yx_json *v = NULL;
	FILE *f = fopen(path, "re");
	size_t n;

	if (f == NULL)
		return NULL;
	n = text != NULL ? fread(text, 1, MANIFEST_MAX, f) : 0;
	fclose(f);
	return n > 0 && yx_json_parse(a, text, n, &v) == YX_OK ? v : NULL;
}

/* What is wrong with a manifest, in a word; NULL: nothing. */
static const char *
flaw(const struct yx_json *v, const struct place *place)
{
	const struct yx_json *callers = yx_json_get(v, place->callers);
	const char *path = yx_json_str(v, "path", "");
	struct stat st;

	if (v == NULL)
		return "JSON";
	if (strcmp(yx_json_str(v, "name", ""), HOST_NAME) != 0)
		return "name";
	if (strcmp(yx_json_str(v, "type", ""), "stdio") != 0)
		return "type";
	if (callers == NULL || callers->type != YX_JSON_ARRAY || callers->len == 0)
		return place->callers;
	if (path[0] != '/' || stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
	    access(path, X_OK) != 0)
		return "path";
	return NULL;
}

/* 1 if the file exists; its finding is added. */
static int
check_file(struct findings *d, const struct place *place, const char *directory)
{
	const char *path = yx_arena_printf(d->arena, "%s/" HOST_NAME ".json", directory), *wrong;

	if (path == NULL || access(path, F_OK) != 0)
		return 0;
	wrong = flaw(load(d->arena, path), place);
	finding_add(d, wrong == NULL ? &found : &broken,
	    yx_arena_printf(d->arena, "%s: %s%s%s%s", place->browser, path,
		wrong != NULL ? " (" : "", wrong != NULL ? wrong : "", wrong != NULL ? ")" : ""));
	return 1;
}

void
doctor_manifests(struct findings *d)
{
	const char *home = getenv("HOME");
	int total = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *directory =
		    home == NULL ? NULL : yx_arena_printf(d->arena, "%s/%s", home, places[i].user);
		int user = directory != NULL && check_file(d, &places[i], directory);
		int system = check_file(d, &places[i], places[i].system);

		if (user && system)
			finding_add(d, &shadowed, places[i].browser);
		total += user + system;
	}
	/* A browser that started us has found us, wherever its manifest lies. */
	if (total == 0)
		finding_add(d, d->from_browser ? &found : &missing, NULL);
}

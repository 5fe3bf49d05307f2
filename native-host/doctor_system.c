#include "native-host/doctor_system.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native-host/dialog.h"
#include "native-host/journal.h"
#include "native-host/pkcs11.h"

#define EXTENSION_CHROMIUM "ekadmnpmpeolenhoijldblmkofabhoon"
#define EXTENSION_FIREFOX  "signer@yinxin.tw"
#define MODULE_MS          8000
#define POLICY_MAX         (256 * 1024)

static const struct finding_row module_good = { "module", FINDING_OK, "卡片廠商元件可用", "a card maker's module works",
	NULL, NULL };
static const struct finding_row module_empty = { "module", FINDING_NOTE, "卡片廠商元件可用，但沒有卡片",
	"a card maker's module works, but sees no card", "請插入卡片", "insert the card" };
static const struct finding_row module_bad = { "module", FINDING_BAD, "卡片廠商元件無法使用",
	"a card maker's module does not work",
	"請確認設定檔 pkcs11_modules 的路徑，檔案不得讓他人寫入；必要時重新安裝該元件",
	"check the path in pkcs11_modules and that nobody else can write the file; reinstall the module if need be" };
static const struct finding_row loose = { "permissions", FINDING_BAD, "他人可以改寫此檔案",
	"others can write this file", "請由管理者執行：chmod go-w，並將檔案交由 root 擁有",
	"have the administrator run chmod go-w and give the file to root" };
static const struct finding_row tight = { "permissions", FINDING_OK, "檔案權限正確",
	"nobody else can write the program and its settings", NULL, NULL };
static const struct finding_row boxed = { "sandbox", FINDING_NOTE, "瀏覽器以 snap 或 flatpak 安裝，可能找不到簽章元件",
	"a browser from snap or flatpak may not reach the signer",
	"請允許：flatpak permission-set webextensions tw.yinxin.signer snap.firefox yes，或改用系統套件的瀏覽器",
	"allow it: flatpak permission-set webextensions tw.yinxin.signer snap.firefox yes; or use the "
	"system's own package of the browser" };
static const struct finding_row policy_there = { "policy", FINDING_OK, "已有管理政策安裝擴充功能",
	"a policy installs the extension", NULL, NULL };
static const struct finding_row policy_none = { "policy", FINDING_NOTE, "沒有管理政策安裝擴充功能，須由使用者自行安裝",
	"no policy installs the extension; users have to do it",
	"機關可部署安裝包中的政策檔", "an agency may put the package's policy files in place" };
static const struct finding_row log_good = { "log", FINDING_OK, "簽章紀錄完整", "the log of signatures is unbroken", NULL,
	NULL };
static const struct finding_row log_bad = { "log", FINDING_BAD, "簽章紀錄遭變更或無法讀取",
	"the log of signatures was changed or cannot be read", "請將此檔案交給管理者查看",
	"show the file to your administrator" };

static const struct finding_row dialog_bad = { "config", FINDING_BAD, "無法開啟輸入 PIN 碼的視窗",
	"the window for the PIN cannot come up", "請安裝 pinentry：apt install pinentry-gnome3，或修正設定檔 pinentry_program",
	"install a pinentry: apt install pinentry-gnome3; or correct pinentry_program" };

static int
count(struct token *t, void *ctx, int *stop)
{
	int *n = ctx;

	(void)t, (void)stop;
	++*n;
	return YX_OK;
}

/* Each on its own, so that each has its verdict. */
static void
check_modules(struct findings *d, const struct config *config)
{
	char path[PATH_MAX];

	for (const char *list = config->pkcs11_modules; list != NULL && *list != '\0';) {
		int n = 0, rc;
		struct token_round round = { .arena = d->arena, .watch = d->watch, .modules = path, .silent_ms = MODULE_MS,
			.fn = count, .ctx = &n };

		list = config_next(list, path, sizeof(path));
		rc = pkcs11_source.each(&round);
		if (rc == YX_OK)
			finding_add(d, &module_good, yx_arena_printf(d->arena, "%s (%d)", path, n));
		else if (rc == YX_NO_CARD)
			finding_add(d, &module_empty, path);
		else
			finding_add(d, &module_bad, yx_arena_printf(d->arena, "%s: %s", path, yx_err_word(rc)));
	}
}

static void
check_dialog(struct findings *d, const struct config *config)
{
	if (config_own_dialog(config) && !dialog_may_run(config->pinentry_program))
		finding_add(d, &dialog_bad, config->pinentry_program);
}

/* 1 if it is there and somebody but root and ourselves could change it. */
static int
is_loose(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && ((st.st_mode & 022) != 0 || (st.st_uid != 0 && st.st_uid != getuid()));
}

static void
check_permissions(struct findings *d, const struct config *config)
{
	char program[PATH_MAX] = "";
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int bad = 0;

	program[n > 0 ? n : 0] = '\0';
	if (*program != '\0' && is_loose(program))
		bad++, finding_add(d, &loose, program);
	if (config->found && is_loose(config->path))
		bad++, finding_add(d, &loose, config->path);
	if (bad == 0)
		finding_add(d, &tight, NULL);
}

static void
check_sandboxes(struct findings *d)
{
	static const char *const places[] = { "/snap/firefox", "/snap/chromium",
		"/var/lib/flatpak/app/org.mozilla.firefox", "/var/lib/flatpak/app/org.chromium.Chromium",
		"/var/lib/flatpak/app/com.google.Chrome" };
	static const char *const of_user[] = { "snap/firefox", "snap/chromium",
		".local/share/flatpak/app/org.mozilla.firefox", ".local/share/flatpak/app/org.chromium.Chromium",
		".local/share/flatpak/app/com.google.Chrome" };
	const char *home = getenv("HOME"), *path;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		path = home != NULL ? yx_arena_printf(d->arena, "%s/%s", home, of_user[i]) : NULL;
		if (access(places[i], F_OK) == 0)
			finding_add(d, &boxed, places[i]);
		else if (path != NULL && access(path, F_OK) == 0)
			finding_add(d, &boxed, path);
	}
}

/* 1 if the file speaks of our extension. */
static int
names_us(struct yx_arena *a, const char *path)
{
	char *text = yx_arena_alloc(a, POLICY_MAX);
	FILE *f = fopen(path, "re");
	size_t n = 0;

	if (f != NULL && text != NULL)
		n = fread(text, 1, POLICY_MAX, f);
	if (f != NULL)
		fclose(f);
	return n > 0 && (memmem(text, n, EXTENSION_CHROMIUM, strlen(EXTENSION_CHROMIUM)) != NULL ||
	    memmem(text, n, EXTENSION_FIREFOX, strlen(EXTENSION_FIREFOX)) != NULL);
}

/* Browsers read every file in such a directory. */
static int
look_in(struct findings *d, const char *directory)
{
	DIR *dir = opendir(directory);
	const struct dirent *e;
	int found = 0;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		const char *path = yx_arena_printf(d->arena, "%s/%s", directory, e->d_name);

		if (e->d_name[0] == '.' || path == NULL || !names_us(d->arena, path))
			continue;
		finding_add(d, &policy_there, path);
		found++;
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static void
check_policies(struct findings *d)
{
	static const char *const places[] = { "/etc/chromium/policies/managed", "/etc/opt/chrome/policies/managed",
		"/etc/opt/edge/policies/managed", "/etc/firefox/policies", "/usr/lib/firefox-esr/distribution" };
	int found = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		found += look_in(d, places[i]);
	if (found == 0)
		finding_add(d, &policy_none, NULL);
}

static void
check_log(struct findings *d, const struct config *config)
{
	const char *path = journal_path(d->arena, config->log_file), *why = "";
	size_t lines = 0;

	if (path == NULL || access(path, F_OK) != 0)
		return;
	if (journal_verify(d->arena, path, &lines, &why) == YX_OK)
		finding_add(d, &log_good, yx_arena_printf(d->arena, "%s (%zu)", path, lines));
	else
		finding_add(d, &log_bad, yx_arena_printf(d->arena, "%s: %s", path, why));
}

void
doctor_system(struct findings *d, const struct config *config)
{
	check_modules(d, config);
	check_dialog(d, config);
	check_permissions(d, config);
	check_sandboxes(d);
	check_policies(d);
	check_log(d, config);
}

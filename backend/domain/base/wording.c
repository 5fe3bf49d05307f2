#include "backend/domain/base/wording.h"

#include <string.h>

#include "backend/domain/base/domain.h"
#include "common/buf.h"

#define TEXT_MAX 65536
#define F(x) (1u << FIELD_##x)
#define ACCOUNT_FIELDS (F(NAME) | F(BELONGS) | F(ACCOUNT) | F(LINK) | F(GOOD_FOR) | F(PLATFORM_NAME))
#define CLOSING_ZH "\n\n（本信由{{平台名稱}}自動寄發，請勿直接回覆。）"
#define CLOSING_EN "\n\n(This is an automatic notice; please do not reply.)"

const struct wording_field_about WORDING_FIELD[WORDING_FIELDS] = {
	[FIELD_NAME] = { "姓名", "name of who gets it", "王小明" },
	[FIELD_BELONGS] = { "所屬單位", "organization of who gets it", "臺北市政府資訊局" },
	[FIELD_ACCOUNT] = { "帳號", "account", "wang" },
	[FIELD_LINK] = { "連結", "link", "https://…/#/…" },
	[FIELD_GOOD_FOR] = { "有效時間", "how long the link is good", "30 分鐘 minutes" },
	[FIELD_PLATFORM_NAME] = { "平台名稱", "name of the platform", "臺北市政府電子文件服務平台" },
	[FIELD_TITLE] = { "契約名稱", "title of the contract", "資訊設備維護案" },
	[FIELD_NUMBER] = { "契約編號", "number of the contract", "115-0045" },
	[FIELD_SHORT_NAME] = { "自稱", "what the agency calls itself", "本局" },
	[FIELD_LAST_DAY] = { "期限", "last day to sign", "2026-12-31" },
	[FIELD_REASON] = { "原因", "reason", "廠商申訴，釐清簽署經過" },
	[FIELD_ASKED_BY] = { "調閱者", "who reads", "許管理" },
	[FIELD_AGREED_BY] = { "核可者", "who agreed", "林管理" },
	[FIELD_MINUTES] = { "分鐘數", "for how many minutes", "60" },
	[FIELD_NEW_AGENCY] = { "機關名稱", "name of the agency", "臺北市政府資訊局" },
	[FIELD_OLD_AGENCY] = { "原機關", "the agency that became part of it", "臺北市政府資訊處" },
};

const struct wording WORDING[WORDINGS] = {
	[WORDING_EMAIL] = { "account.email", "確認電子郵件", "Confirm an address", ACCOUNT_FIELDS, F(LINK),
	    { "請確認您的電子郵件", "Please confirm your e-mail address",
	    "{{姓名}}（{{所屬單位}}）您好：\n\n請開啟以下連結，確認這是您的電子郵件。\n\n{{連結}}\n\n帳號：{{帳號}}\n有效時間：{{有效時間}}"
	    CLOSING_ZH,
	    "Please open the link above to confirm that the address is yours. Good for {{有效時間}}." CLOSING_EN } },
	[WORDING_PASSWORD] = { "account.password", "重設密碼", "Set a new password", ACCOUNT_FIELDS, F(LINK),
	    { "重設密碼", "Set a new password",
	    "{{姓名}}（{{所屬單位}}）您好：\n\n請開啟以下連結設定新密碼；連結只能使用一次。若您沒有提出申請，請不必理會本信。\n\n{{連結}}\n\n"
	    "帳號：{{帳號}}\n有效時間：{{有效時間}}" CLOSING_ZH,
	    "Please open the link above to set a new password; it is good once, for {{有效時間}}. If you did not ask for it, "
	    "there is nothing to do." CLOSING_EN } },
	[WORDING_INVITATION] = { "account.invitation", "邀請加入", "Invitation", ACCOUNT_FIELDS, F(LINK),
	    { "邀請您加入", "You are invited",
	    "{{姓名}}（{{所屬單位}}）您好：\n\n您已獲邀使用{{平台名稱}}，請開啟以下連結設定密碼。\n\n{{連結}}\n\n帳號：{{帳號}}\n"
	    "有效時間：{{有效時間}}" CLOSING_ZH,
	    "You are invited to use the platform. Please open the link above to set your password. Good for {{有效時間}}."
	    CLOSING_EN } },
	[WORDING_NOTICE] = { "contract.notice", "送簽訊息的預設文字", "Default text of what is sent to sign",
	    F(TITLE) | F(NUMBER) | F(SHORT_NAME) | F(PLATFORM_NAME), 0,
	    { "檢送「{{契約名稱}}案(契約編號：{{契約編號}})」專案契約書，請查照。", "",
	    "請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳{{自稱}}。", "" } },
	[WORDING_REMINDER] = { "contract.reminder", "催辦簽署", "Reminder to sign",
	    F(TITLE) | F(NUMBER) | F(LAST_DAY) | F(LINK) | F(PLATFORM_NAME), F(LINK),
	    { "提醒：契約「{{契約名稱}}」尚待簽署", "", "契約「{{契約名稱}}」（編號 {{契約編號}}）尚待您簽署。\n期限：{{期限}}\n\n"
	    "請登入處理：{{連結}}" CLOSING_ZH, "The contract still waits for your signature: see the link above." CLOSING_EN } },
	[WORDING_GLASS] = { "contract.glass", "緊急調閱通知", "Break-glass notice",
	    F(NUMBER) | F(REASON) | F(ASKED_BY) | F(AGREED_BY) | F(MINUTES), F(NUMBER) | F(REASON),
	    { "契約經緊急調閱", "",
	    "契約編號 {{契約編號}} 經管理者緊急調閱，原因：{{原因}}。調閱者：{{調閱者}}；核可者：{{核可者}}；為時 {{分鐘數}} 分鐘。",
	    "An administrator reads contract {{契約編號}}, for the reason above, for {{分鐘數}} minutes." } },
	[WORDING_MERGED] = { "agency.merged", "機關整併（機關人員）", "A merger of agencies, to its people",
	    F(OLD_AGENCY) | F(NEW_AGENCY) | F(LINK) | F(PLATFORM_NAME), F(OLD_AGENCY) | F(NEW_AGENCY),
	    { "{{原機關}}已併入{{機關名稱}}", "Your agency is part of another now",
	    "{{原機關}}已併入{{機關名稱}}。人員、單位、契約與往來文件均已移轉，請重新登入：{{連結}}\n\n"
	    "以{{原機關}}名義核發的憑證不能再用於用印，請改用{{機關名稱}}的憑證並重新登錄；原機關的電子圖章已停用。" CLOSING_ZH,
	    "People, units, contracts and messages have gone over; please log in anew at the link above. Cards that name"
	    " the former agency seal no more: please register a card of the new one." CLOSING_EN } },
	[WORDING_MERGED_VENDOR] = { "agency.merged_vendor", "機關整併（廠商）", "A merger of agencies, to vendors",
	    F(OLD_AGENCY) | F(NEW_AGENCY) | F(LINK) | F(PLATFORM_NAME), F(OLD_AGENCY) | F(NEW_AGENCY),
	    { "{{原機關}}已併入{{機關名稱}}", "An agency that you have a contract with is part of another now",
	    "{{原機關}}已併入{{機關名稱}}。與貴公司進行中的契約由{{機關名稱}}續辦，契約編號與已簽署的文件不變，您不需做任何動作。\n\n"
	    "查看契約：{{連結}}" CLOSING_ZH,
	    "Your contracts under way go on with the new agency; numbers and signed documents stay as they are. There is"
	    " nothing to do." CLOSING_EN } },
};

const struct wording *
wording_named(const char *name)
{
	for (size_t i = 0; i < WORDINGS; i++)
		if (strcmp(WORDING[i].name, name) == 0)
			return &WORDING[i];
	return NULL;
}

/* The field that begins at `at` ("{{…"), and its end; WORDING_FIELDS: none of ours. */
static size_t
field_at(const char *at, const char **end)
{
	const char *close = strstr(at + 2, "}}");

	*end = NULL;
	if (close == NULL)
		return WORDING_FIELDS;
	for (size_t i = 0; i < WORDING_FIELDS; i++) {
		size_t n = strlen(WORDING_FIELD[i].zh);

		if ((size_t)(close - at) == n + 2 && memcmp(at + 2, WORDING_FIELD[i].zh, n) == 0) {
			*end = close + 2;
			return i;
		}
	}
	return WORDING_FIELDS;
}

int
wording_check(const char *text, unsigned fields, unsigned *used)
{
	unsigned found = 0;

	for (const char *p = strstr(text, "{{"), *end; p != NULL; p = strstr(end, "{{")) {
		size_t i = field_at(p, &end);

		if (i == WORDING_FIELDS || !(fields & 1u << i))
			return YX_UNKNOWN_FIELD;
		found |= 1u << i;
	}
	if (used != NULL)
		*used = found;
	return YX_OK;
}

const char *
wording_fill(struct yx_arena *a, const char *text, const struct wording_values *v)
{
	const char *out = NULL, *end, *p;
	struct yx_buf b;

	yx_buf_init(&b, TEXT_MAX);
	while ((p = strstr(text, "{{")) != NULL) {
		size_t i = field_at(p, &end);

		yx_buf_add(&b, text, (size_t)(p - text));
		if (i == WORDING_FIELDS)
			yx_buf_add(&b, p, 2);
		else
			yx_buf_adds(&b, v->of[i] != NULL ? v->of[i] : "");
		text = i == WORDING_FIELDS ? p + 2 : end;
	}
	yx_buf_adds(&b, text);
	if (yx_buf_status(&b) == YX_OK)
		out = yx_arena_strdup(a, yx_buf_str(&b));
	yx_buf_free(&b);
	return out;
}

int
wording_texts(struct act *act, const struct wording *w, const char *organization_id, struct wording_texts *out)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT w.zh_subject, w.en_subject, w.zh_body, w.en_body FROM mail_wording w"
	    " LEFT JOIN organization_above x ON x.organization_id = ? AND x.above_id = w.scope"
	    " WHERE w.name = ? AND (w.scope IN ('', ?) OR x.above_id IS NOT NULL)"
	    " ORDER BY w.scope = '', COALESCE(x.distance, 0) LIMIT 1",
	    YX_P(yx_p_str(organization_id), yx_p_str(w->name), yx_p_str(organization_id)), &r);

	*out = w->texts;
	if (rc == YX_OK)
		*out = (struct wording_texts){ yx_row_str(r, 0), yx_row_str(r, 1), yx_row_str(r, 2), yx_row_str(r, 3) };
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

/* No longer than a message may be, in characters. */
static const char *
at_most(struct yx_arena *a, const char *s, size_t max)
{
	size_t chars = 0, n = 0;

	while (s != NULL && s[n] != '\0' && (chars < max || ((unsigned char)s[n] & 0xc0) == 0x80)) {
		chars += ((unsigned char)s[n] & 0xc0) != 0x80;
		n++;
	}
	return s == NULL || s[n] == '\0' ? s : yx_arena_strndup(a, s, n);
}

int
wording_make(struct act *act, const struct wording_texts *t, const struct wording_values *v, struct wording_out *out)
{
	const char *zs = wording_fill(act->arena, t->zh_subject, v), *es = wording_fill(act->arena, t->en_subject, v);
	const char *zb = wording_fill(act->arena, t->zh_body, v), *eb = wording_fill(act->arena, t->en_body, v);

	*out = (struct wording_out){ NULL, NULL };
	if (zs == NULL || es == NULL || zb == NULL || eb == NULL)
		return YX_NO_MEMORY;
	out->subject = at_most(act->arena, yx_arena_printf(act->arena, "%s%s%s", zs, *es != '\0' ? " " : "", es), 300);
	out->body = at_most(act->arena, yx_arena_printf(act->arena, "%s%s%s", zb, *eb != '\0' ? "\n\n" : "", eb), 4000);
	return out->subject == NULL || out->body == NULL ? YX_NO_MEMORY : YX_OK;
}

int
wording_write(struct act *act, enum wording_id which, const char *organization_id, const struct wording_values *v,
    struct wording_out *out)
{
	struct wording_values all = *v;
	struct wording_texts t;
	int rc = wording_texts(act, &WORDING[which], organization_id, &t);

	all.of[FIELD_PLATFORM_NAME] = act->domain->conf->platform_name;
	return rc != YX_OK ? rc : wording_make(act, &t, &all, out);
}

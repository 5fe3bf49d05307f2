#include "backend/domain/base/parameter.h"

#include <stdlib.h>
#include <string.h>

#include "backend/domain/base/day.h"
#include "backend/domain/base/domain.h"
#include "common/codec.h"

#define P  (1u << LEVEL_PLATFORM)
#define PA (P | 1u << LEVEL_AGENCY)
#define PU (PA | 1u << LEVEL_UNIT)
#define PC (PU | 1u << LEVEL_CONTRACT)
#define MIB ((int64_t)1024 * 1024)
/* 機關檔案保存年限及銷毀辦法, 4: these and no others. */
#define PERIODS "permanent|30|25|20|15|10|5|3|1"

const struct parameter PARAMETER[PARAMETERS] = {
	[DEADLINE_DAYS] = { "contract.deadline_days", PARAMETER_INT, 0, 365, NULL, PU, "0", "days",
	    "預設簽署期限", "Days to sign",
	    "契約送出時若未設定期限，自送出日起算的天數；0 表示不設期限。",
	    "The last day of a contract that is sent without one, counted from that day; 0: none." },
	[DEADLINE_HARD] = { "contract.deadline_hard", PARAMETER_BOOL, 0, 0, NULL, PU, "no", NULL,
	    "預設期限屆滿即失效", "The default deadline is hard",
	    "開啟時，逾預設期限的契約不能再簽署；關閉時僅標示逾期。",
	    "Nobody signs after the default last day; otherwise the contract is only marked as overdue." },
	[REMIND_DAYS] = { "contract.remind_days", PARAMETER_DAYS, 0, 60, NULL, PC, "7,3,1,0", NULL,
	    "催辦日", "Days of reminders",
	    "期限前幾天寄出催辦信，以逗號分隔；0 為期限當日，空白則不催辦。",
	    "So many days before the last day a reminder goes out, commas between; 0: on that day; empty: never." },
	[REMIND_FROM] = { "reminder.from_hour", PARAMETER_INT, 0, 12, NULL, PA, "7", "hour",
	    "催辦信最早時刻", "Reminders from",
	    "在此時刻之前的催辦信，留到此時刻寄出。", "Reminders of the night wait until this hour." },
	[REMIND_TO] = { "reminder.to_hour", PARAMETER_INT, 13, 24, NULL, PA, "19", "hour",
	    "催辦信最晚時刻", "Reminders until",
	    "在此時刻之後的催辦信，留到次日寄出。", "Later reminders wait until the next day." },
	[REQUIRE_READ] = { "signing.require_read", PARAMETER_BOOL, 0, 0, NULL, PA, NULL, NULL,
	    "開啟文件後才能勾選", "Only what was opened can be ticked",
	    "簽署或用印前，須先開啟每一份文件；文件一律不預先勾選。",
	    "Each document has to be opened before it is signed or sealed; none is ticked beforehand." },
	[WITHHOLD] = { "document.withhold_unfinished", PARAMETER_BOOL, 0, 0, NULL, PA, "no", NULL,
	    "全部用印完成前，不提供檔案給廠商", "Vendors get no file before everything is sealed",
	    "開啟時，廠商只有在輪到其簽署時，能在本平台閱讀標示「未完成用印」的頁面；"
	    "簽署後到完成前、退回或作廢的契約都不提供檔案。本機關人員不受影響。",
	    "A vendor can then read the pages, marked 未完成用印, on this platform only while it has to sign them;"
	    " from then until the contract is completed, or where it was returned or voided, there is no file."
	    " The agency's people are not affected." },
	[UPLOAD_MB] = { "document.upload_mb", PARAMETER_INT, 1, 2048, NULL, PA, NULL, "mebibytes",
	    "上傳檔案上限", "Largest upload",
	    "單一 PDF 檔案的大小；不能超過系統設定檔的上限。",
	    "Size of one PDF; not above what the settings of the installation allow." },
	[NAME_MASK] = { "name.mask", PARAMETER_WORD, 0, 0, "middle|first|none", PA, NULL, NULL,
	    "姓名遮罩", "Mask of names",
	    "本機關人員看到的他人姓名如何遮罩。", "How members of the agency see other people's names." },
	[SESSION_IDLE] = { "session.idle_minutes", PARAMETER_INT, 5, 240, NULL, PA, NULL, "minutes",
	    "閒置登出", "Idle time",
	    "閒置超過此時間即登出。", "Who does nothing for so long is logged out." },
	[SESSION_HOURS] = { "session.hours", PARAMETER_INT, 1, 24, NULL, PA, NULL, "hours",
	    "登入時效", "Length of a session",
	    "自登入起最長時效，屆時須重新登入；適用於之後的登入。",
	    "So long after the login one has to log in again; for sessions that begin from now on." },
	[LINK_PASSWORD] = { "link.password_minutes", PARAMETER_INT, 10, 240, NULL, P, "30", "minutes",
	    "重設密碼連結時效", "Links for a new password",
	    "信中連結的有效時間；適用於之後寄出的信。", "How long the link in the mail is good; for mails from now on." },
	[LINK_EMAIL] = { "link.email_hours", PARAMETER_INT, 1, 72, NULL, P, "24", "hours",
	    "確認電子郵件連結時效", "Links to confirm an address",
	    "信中連結的有效時間；適用於之後寄出的信。", "How long the link in the mail is good; for mails from now on." },
	[LINK_INVITATION] = { "link.invitation_days", PARAMETER_INT, 1, 30, NULL, PA, "7", "days",
	    "邀請連結時效", "Links of invitations",
	    "邀請信中連結的有效天數；適用於之後寄出的信。", "How long the link in the mail is good; for mails from now on." },
	[MAIL_FOOTER] = { "mail.footer", PARAMETER_TEXT, 0, 500, NULL, PA, "", NULL,
	    "信尾附註", "Foot of mails",
	    "附在每封通知信之後，例如聯絡窗口；與契約或訊息有關的信，用發文機關的附註。",
	    "Stands below each mail, for instance whom to ask; mail about a message has that of its sender's agency." },
	[WALLET_MB] = { "wallet.quota_mb", PARAMETER_INT, 0, 3072, NULL, PA, "2048", "mebibytes",
	    "個人證件包容量", "Size of a wallet",
	    "每位成員的證件包可存放的檔案總量；調低後，已存放的證件仍保留。",
	    "What one member's wallet may hold; what is in it already stays when it is lowered." },
	[RETAIN_COMPLETED] = { "retention.completed", PARAMETER_WORD, 0, 0, PERIODS, PC, "30", NULL,
	    "完成契約的保存年限", "Completed contracts are kept",
	    "自完成日起算。屆滿後列入銷毀清冊，經審核並由第二人核准才會銷毀。",
	    "Counted from the day of completion. What is over is put on a list, destroyed only when two people agree." },
	[RETAIN_ENDED] = { "retention.ended", PARAMETER_WORD, 0, 0, PERIODS, PC, "10", NULL,
	    "作廢或逾期契約的保存年限", "Voided and expired contracts are kept",
	    "自作廢或逾期日起算；銷毀程序與完成的契約相同。",
	    "Counted from that day; destroyed in the same way as completed ones." },
	[RETAIN_DRAFT] = { "retention.draft_days", PARAMETER_INT, 0, 3650, NULL, PU, "0", "days",
	    "草稿保留天數", "Drafts are kept",
	    "從未送出、且這麼多天沒有更動的草稿自動刪除；0 表示不刪除。",
	    "Drafts that were never sent are discarded when nobody has changed them for so long; 0: never." },
	[RETAIN_MAIL] = { "retention.mail_days", PARAMETER_INT, 7, 3650, NULL, P, "365", "days",
	    "郵件紀錄保留天數", "Mails are kept",
	    "已寄達或放棄寄送的通知信，自建立起保留的天數。",
	    "Mails that went out, or were given up; counted from when they were written." },
	[RETAIN_SIGN_IN] = { "retention.sign_in_days", PARAMETER_INT, 30, 3650, NULL, P, "366", "days",
	    "登入紀錄保留天數", "Sign-ins are kept",
	    "會員設定中的登入紀錄；稽核軌跡不受影響。", "What members see of their own sign-ins; the audit trail stays." },
	[RETAIN_DELIVERY] = { "retention.delivery_days", PARAMETER_INT, 7, 3650, NULL, P, "90", "days",
	    "系統通知紀錄保留天數", "Deliveries to other systems are kept",
	    "給外部系統的事件與其遞送紀錄。", "Events for other systems, and how each was delivered." },
};

const struct parameter *
parameter_named(const char *name)
{
	for (size_t i = 0; i < PARAMETERS; i++)
		if (strcmp(PARAMETER[i].name, name) == 0)
			return &PARAMETER[i];
	return NULL;
}

/* A whole number of at most four digits, and where it ends. */
static int
read_number(const char **at, int64_t *out)
{
	size_t n = strspn(*at, "0123456789");

	if (n == 0 || n > 4 || (n > 1 && **at == '0'))
		return 0;
	*out = strtoll(*at, NULL, 10);
	*at += n;
	return 1;
}

static int
fits_days(const struct parameter *p, const char *text)
{
	int64_t day = 0;

	for (int i = 0; i < 8 && *text != '\0'; i++) {
		if (!read_number(&text, &day) || day < p->min || day > p->max)
			return 0;
		if (*text == '\0')
			return 1;
		if (*text != ',' || text[1] == '\0')
			return 0;
		text++;
	}
	return *text == '\0';
}

static int
fits_words(const char *words, const char *text)
{
	size_t n = strlen(text);

	for (const char *w = words; n > 0; w += strcspn(w, "|") + 1) {
		if (strncmp(w, text, n) == 0 && strcspn(w, "|") == n)
			return 1;
		if (w[strcspn(w, "|")] == '\0')
			break;
	}
	return 0;
}

int64_t
parameter_most(const struct parameter *p, const struct yx_conf *conf)
{
	int64_t limit = conf->upload_limit / MIB;

	return p == &PARAMETER[UPLOAD_MB] && limit < p->max ? limit > 0 ? limit : 1 : p->max;
}

int
parameter_fits(const struct parameter *p, const struct yx_conf *conf, const char *text)
{
	int64_t n = 0;

	switch (p->type) {
	case PARAMETER_INT:
		return read_number(&text, &n) && *text == '\0' && n >= p->min && n <= parameter_most(p, conf);
	case PARAMETER_BOOL:
		return strcmp(text, "yes") == 0 || strcmp(text, "no") == 0;
	case PARAMETER_WORD:
		return fits_words(p->words, text);
	case PARAMETER_DAYS:
		return fits_days(p, text);
	case PARAMETER_TEXT:
		return yx_utf8_length(text) <= (size_t)p->max;
	}
	return 0;
}

const char *
parameter_default(const struct parameter *p, const struct yx_conf *conf, struct yx_arena *a)
{
	int64_t n = 0;

	if (p->fallback != NULL)
		return p->fallback;
	if (p == &PARAMETER[NAME_MASK])
		return conf->name_mask;
	if (p == &PARAMETER[REQUIRE_READ])
		return conf->require_read ? "yes" : "no";
	if (p == &PARAMETER[UPLOAD_MB])
		n = parameter_most(p, conf);
	else if (p == &PARAMETER[SESSION_IDLE])
		n = conf->session_idle_minutes;
	else
		n = conf->session_hours;
	return yx_arena_printf(a, "%lld", (long long)n);
}

struct parameter_place
parameter_mine(const struct act *act)
{
	return (struct parameter_place){ .organization_id = act->who.organization_id, .unit_id = act->who.unit_id };
}

int
parameter_find(struct act *act, enum parameter_id which, const struct parameter_place *at, struct parameter_found *out)
{
	const struct parameter *p = &PARAMETER[which];
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT v.value, v.level, v.locked, " PARAMETER_RANK("v.locked", "v.level * 100") " AS p FROM parameter_value v"
	    " WHERE v.name = ? AND v.scope IN ('', ?, ?, ?)"
	    " UNION ALL SELECT v.value, v.level, v.locked, " PARAMETER_RANK("v.locked", "100 - x.distance")
	    " FROM organization_above x JOIN parameter_value v ON v.name = ? AND v.scope = x.above_id"
	    " WHERE x.organization_id = ? ORDER BY p LIMIT 1",
	    YX_P(yx_p_str(p->name), yx_p_str(at->organization_id), yx_p_str(at->unit_id), yx_p_str(at->contract_id),
	        yx_p_str(p->name), yx_p_str(at->organization_id)), &r);

	if (rc != YX_OK && rc != YX_NOT_FOUND)
		return rc;
	*out = (struct parameter_found){ .value = rc == YX_OK ? yx_row_str(r, 0)
		    : parameter_default(p, act->domain->conf, act->arena),
		.level = rc == YX_OK ? (int)yx_row_int(r, 1) : -1, .locked = rc == YX_OK && yx_row_int(r, 2) != 0 };
	return out->value == NULL ? YX_NO_MEMORY : YX_OK;
}

int
parameter_text(struct act *act, enum parameter_id which, const struct parameter_place *at, const char **out)
{
	struct parameter_found f = { 0 };
	int rc = parameter_find(act, which, at, &f);

	*out = f.value;
	return rc;
}

int
parameter_int(struct act *act, enum parameter_id which, const struct parameter_place *at, int64_t *out)
{
	const char *text = NULL;
	int rc = parameter_text(act, which, at, &text);

	*out = rc != YX_OK ? 0 : strcmp(text, "yes") == 0 ? 1 : strtoll(text, NULL, 10);
	return rc;
}

int
parameter_hours(struct act *act, const char *organization_id, int64_t *ms)
{
	const struct parameter_place at = { .organization_id = organization_id };
	int64_t from = 0, to = 24;
	int rc = parameter_int(act, REMIND_FROM, &at, &from);

	if (rc == YX_OK)
		rc = parameter_int(act, REMIND_TO, &at, &to);
	if (rc == YX_OK)
		*ms = day_within(*ms, from, to);
	return rc;
}

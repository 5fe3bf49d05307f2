#include "backend/ctl/demo.h"

#include <string.h>
#include <time.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/number.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/contract/contract_send.h"
#include "backend/domain/document/document.h"
#include "backend/domain/message/message.h"
#include "backend/domain/people/member.h"
#include "backend/domain/people/password.h"
#include "backend/domain/signing/signing.h"
#include "backend/domain/signing/task.h"

/* One step of a contract: when (Taipei time), and the running number of its message. */
struct moment { const char *at; int number; };

struct demo_contract {
	const char   *number, *title, *created;
	int           document;                 /* running D number; 0: no file yet */
	struct moment notice, reply, completed;
	int           with_lin;                 /* 林** is an officer as well */
};

/* The deck's list, oldest first, with their numbers. */
static const struct demo_contract CONTRACTS[] = {
	{ "0810_2021", "0810_2021Test", "2021-08-10 09:31:12", 13150, { "2021-08-10 09:44:20", 28460 },
	    { "2021-08-10 10:12:45", 28462 }, { "2021-08-10 10:40:03", 28465 }, 0 },
	{ "10840", "10840", "2021-08-25 13:50:07", 13158, { "2021-08-25 14:02:51", 28490 },
	    { "2021-08-25 14:20:30", 28491 }, { "2021-08-25 14:55:16", 28494 }, 0 },
	{ "0901", "0901", "2021-09-01 10:05:44", 13163, { "2021-09-01 10:15:00", 28505 },
	    { "2021-09-01 11:00:21", 28506 }, { "2021-09-01 11:31:58", 28508 }, 0 },
	{ "210910", "210910", "2021-09-10 10:08:19", 13171, { "2021-09-10 10:20:37", 28526 }, { 0 }, { 0 }, 0 },
	{ "1749Test", "1749Test", "2021-09-10 14:21:30", 13172, { "2021-09-10 14:30:09", 28527 },
	    { "2021-09-10 15:02:11", 28529 }, { "2021-09-10 15:21:40", 28532 }, 0 },
	{ "0910000", "0910000", "2021-09-10 15:36:02", 13173, { "2021-09-10 15:45:55", 28534 }, { 0 }, { 0 }, 0 },
	{ "aa000", "aa000", "2021-09-10 17:42:40", 13174, { "2021-09-10 17:55:02", 28536 },
	    { "2021-09-10 18:08:29", 28538 }, { 0 }, 0 },
	{ "test0000", "test0000", "2021-09-10 18:10:33", 13175, { "2021-09-10 18:12:04", 28540 },
	    { "2021-09-10 18:18:38", 28541 }, { "2021-09-10 18:20:28", 28544 }, 0 },
	{ "210914", "210914", "2021-09-14 10:38:51", 13177, { "2021-09-14 10:50:48", 28545 },
	    { "2021-09-14 11:22:21", 28547 }, { "2021-09-14 12:00:11", 28551 }, 1 },
	{ "10840_test", "北市府電子契約", "2021-09-22 16:01:30", 0, { 0 }, { 0 }, { 0 }, 0 },
};
#define CONTRACTS_N (sizeof(CONTRACTS) / sizeof(CONTRACTS[0]))
#define LAST_DOCUMENT 13178   /* the next are those of the deck's story: */
#define LAST_MESSAGE  28552   /* D…0013179 and M…0028553 */

struct demo_member { const char *account, *name, *organization, *unit, *roles; };

/* The deck's picker shows ten people; its agency has 28 officers. */
static const struct demo_member MEMBERS[] = {
	{ "chen", "陳00", "agency", "6300", "officer sealer" },
	{ "wang", "王00", "agency", "6300", "officer" },
	{ "he", "何00", "agency", "6300", "officer sealer" },
	{ "li", "李**", "agency", "6300", "officer" },
	{ "zhang", "張*綸", "agency", "6300", "officer" },
	{ "ling", "凌**", "agency", "6300", "officer sealer" },
	{ "chen2", "陳**", "agency", "6300", "officer" },
	{ "cao", "曹**", "agency", "6300", "officer" },
	{ "chen3", "陳**", "agency", "6300", "officer" },
	{ "li2", "李**", "agency", "6300", "officer" },
	{ "lin", "林**", "agency", "6300", "officer" },
	{ "wangenli", "王恩力", "agency", "6200", "officer" },
	{ "agencyadmin", "許管理", "agency", "6300", "agency_admin" },
	{ "agencyadmin2", "高管理", "agency", "6200", "agency_admin" },
	{ "registry", "方收發", "agency", "6300", "registry" },
	{ "vendor", "王大明", "vendor", NULL, "vendor_signer" },
	{ "vendor2", "李小華", "vendor2", NULL, "vendor_signer" },
	{ "company", "趙企管", "vendor", NULL, "vendor_admin" },
	{ "admin", "平台管理者", "platform", NULL, "platform_admin" },
	{ "admin2", "平台管理者二", "platform", NULL, "platform_admin" },
	{ "auditor", "稽核員", "platform", NULL, "auditor" },
};
#define MORE_OFFICERS 16
static const char *const FAMILY[MORE_OFFICERS] = { "黃", "吳", "劉", "蔡", "楊", "鄭", "謝", "郭", "洪", "邱", "曾",
	"廖", "賴", "周", "徐", "蘇" };

struct demo {
	struct act       act;
	const char      *dir, *template, *password;
	EVP_PKEY        *vendor_key, *agency_key;
	struct yx_cert   vendor_cert, agency_cert, expired_cert, vendor2_cert;
	char             platform_id[YX_ID_SIZE], agency_id[YX_ID_SIZE], vendor_id[YX_ID_SIZE], vendor2_id[YX_ID_SIZE];
	char             unit_6300[YX_ID_SIZE], unit_6200[YX_ID_SIZE];
	char             chen[YX_ID_SIZE], he[YX_ID_SIZE], ling[YX_ID_SIZE], lin[YX_ID_SIZE];
	char             vendor[YX_ID_SIZE], vendor2[YX_ID_SIZE], other[YX_ID_SIZE];
	char             vendor_certificate[YX_ID_SIZE], agency_certificate[YX_ID_SIZE];
};

/* Milliseconds UTC of "YYYY-MM-DD HH:MM:SS" in Taipei. */
static int64_t
taipei(const char *s)
{
	struct tm tm = { .tm_mday = 1 };

	if (s == NULL || strptime(s, "%Y-%m-%d %H:%M:%S", &tm) == NULL)
		return 0;
	return ((int64_t)timegm(&tm) - 8 * 3600) * 1000;
}

/* ---- before the transaction: keys and certificates ---- */

/* key NULL: only the certificate. */
static int
load_card(struct demo *m, const char *name, EVP_PKEY **key, struct yx_cert *cert)
{
	const char *key_path = yx_arena_printf(m->act.arena, "%s/pki/%s.key", m->dir, name);
	const char *crt_path = yx_arena_printf(m->act.arena, "%s/pki/%s.crt", m->dir, name);
	X509 *x = NULL;
	int rc;

	if (key_path == NULL || crt_path == NULL)
		return YX_NO_MEMORY;
	if ((rc = pki_load_cert(crt_path, &x)) == YX_OK && (rc = yx_cert_of(m->act.arena, x, cert)) == YX_OK && key != NULL)
		rc = pki_load_key(key_path, key);
	X509_free(x);
	return rc;
}

/* ---- who there is ---- */

static int
put_organizations(struct demo *m)
{
	const struct { char *id; struct organization_new o; } all[] = {
		{ m->platform_id, { "platform", "platform", m->act.domain->conf->platform_name, "本平台", "mydoc" } },
		{ m->agency_id, { "agency", "379730000A", "臺北市政府資訊局", "本局", "測試機關1" } },
		{ m->vendor_id, { "vendor", "97162640", "關貿網路股份有限公司", "本公司", "97162640" } },
		{ m->vendor2_id, { "vendor", m->vendor2_cert.subject_serial, "測試公司2", "本公司", m->vendor2_cert.subject_serial } },
	};
	int rc = YX_OK;

	m->act.at = taipei("2021-01-04 09:00:00");
	for (size_t i = 0; rc == YX_OK && i < sizeof(all) / sizeof(all[0]); i++)
		rc = organization_create(&m->act, &all[i].o, all[i].id);
	if (rc != YX_OK || (rc = unit_create(&m->act, m->agency_id, "6200", "臺北市政府資訊局系統研發中心", m->unit_6200)) != YX_OK)
		return rc;
	return unit_create(&m->act, m->agency_id, "6300", "臺北市政府資訊局系統發展組", m->unit_6300);
}

/* Where the id of somebody whom the story needs is kept. */
static char *
id_slot(struct demo *m, const char *account)
{
	const struct { const char *account; char *slot; } slots[] = {
		{ "chen", m->chen }, { "he", m->he }, { "ling", m->ling }, { "lin", m->lin },
		{ "vendor", m->vendor }, { "vendor2", m->vendor2 },
	};

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (strcmp(slots[i].account, account) == 0)
			return slots[i].slot;
	return m->other;
}

static int
put_member(struct demo *m, const struct demo_member *p)
{
	const char *organization = strcmp(p->organization, "agency") == 0 ? m->agency_id
	    : strcmp(p->organization, "vendor") == 0 ? m->vendor_id
	    : strcmp(p->organization, "vendor2") == 0 ? m->vendor2_id : m->platform_id;
	struct member_new x = { .organization_id = organization,
		.account = p->account,
		.name = p->name,
		.email = yx_arena_printf(m->act.arena, "%s@example.tw", p->account),
		.password_hash = m->password,
		.roles = p->roles };

	if (p->unit != NULL)
		x.unit_id = strcmp(p->unit, "6300") == 0 ? m->unit_6300 : m->unit_6200;
	/* Lists show people in the order of their accounts' age. */
	m->act.at += 1000;
	return member_create(&m->act, &x, id_slot(m, p->account));
}

static int
put_members(struct demo *m)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++)
		rc = put_member(m, &MEMBERS[i]);
	for (int i = 0; rc == YX_OK && i < MORE_OFFICERS; i++) {
		struct demo_member p = { yx_arena_printf(m->act.arena, "officer%02d", i + 1),
			yx_arena_printf(m->act.arena, "%s**", FAMILY[i]), "agency", "6300", "officer" };

		rc = put_member(m, &p);
	}
	return rc;
}

static int
put_certificates(struct demo *m)
{
	const struct { const char *member_id, *purpose; const struct yx_cert *cert; const char *at; char *id; } all[] = {
		{ m->vendor, "關貿測試用憑證", &m->expired_cert, "2021-02-01 10:00:00", m->other },
		{ m->vendor, "關貿測試用憑證_0922", &m->vendor_cert, "2021-08-02 10:11:12", m->vendor_certificate },
		{ m->he, "機關用印測試用憑證", &m->agency_cert, "2021-08-02 11:00:00", m->other },
		{ m->vendor2, "測試公司2憑證", &m->vendor2_cert, "2021-08-03 09:30:00", m->other },
		{ m->chen, "機關用印測試用憑證", &m->agency_cert, "2021-08-02 11:05:00", m->agency_certificate },
	};
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < sizeof(all) / sizeof(all[0]); i++) {
		m->act.at = taipei(all[i].at);
		rc = certificate_put(&m->act, all[i].member_id, all[i].purpose, all[i].cert, all[i].id);
	}
	return rc;
}

/* ---- a contract, by the same rules as in real life ---- */

static int
as(struct demo *m, const char *member_id, const char *at)
{
	m->act.at = taipei(at);
	return member_act(&m->act, member_id);
}

static int
play_draft(struct demo *m, const struct demo_contract *c, char id[YX_ID_SIZE])
{
	const char *officers[] = { m->chen, m->lin };
	struct contract_basics b = { .number = c->number, .title = c->title, .case_number = "", .unit_id = m->unit_6300,
		.officers = officers, .officers_n = c->with_lin ? 2 : 1 };
	int rc = as(m, m->chen, c->created);

	return rc != YX_OK ? rc : contract_create(&m->act, &b, id);
}

static int
play_send(struct demo *m, const struct demo_contract *c, const char *id)
{
	const char *vendors[] = { m->vendor_id }, *sealers[] = { m->chen, m->he, m->ling };
	struct contract_signers signers = { .vendors = vendors, .vendors_n = 1, .sealers = sealers, .sealers_n = 3,
		.rules = { .seal = "any", .needed = 1 },
		.subject = yx_arena_printf(m->act.arena, "檢送「%s案(契約編號：%s)」專案契約書，請查照。", c->title, c->number),
		.body = "請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳本局。" };
	struct document_upload up = { .contract_id = id, .name = "電子契約.pdf" };
	struct contract_sending s;
	int64_t version;
	int rc;

	if (signers.subject == NULL)
		return YX_NO_MEMORY;
	if ((rc = document_take(&m->act, m->template, &up)) != YX_OK ||
	    (rc = document_put(&m->act, &up)) != YX_OK ||
	    (rc = contract_signers(&m->act, id, &signers, &version)) != YX_OK ||
	    (rc = as(m, m->chen, c->notice.at)) != YX_OK || (rc = number_set(m->act.db, 'D', c->document - 1)) != YX_OK ||
	    (rc = number_set(m->act.db, 'M', c->notice.number - 1)) != YX_OK ||
	    (rc = contract_send_begin(&m->act, id, &s)) != YX_OK || (rc = contract_send_seal(&m->act, &s)) != YX_OK)
		return rc;
	return contract_send_commit(&m->act, &s);
}

/* What a card does: signs the signed attributes of each document. */
static int
sign_items(struct demo *m, const struct signing *s, EVP_PKEY *key, struct signing_signature *out)
{
	int rc = YX_OK;

	for (size_t i = 0; rc == YX_OK && i < s->n; i++) {
		struct yx_buf b;

		yx_buf_init(&b, 4096);
		rc = pades_sign_key(key, s->md, s->items[i].attributes.data, s->items[i].attributes.len, &b);
		out[i].p = (const uint8_t *)yx_arena_strndup(m->act.arena, b.data, b.len);
		out[i].n = b.len;
		if (rc == YX_OK && out[i].p == NULL)
			rc = YX_NO_MEMORY;
		yx_buf_free(&b);
	}
	return rc;
}

struct demo_signer {
	const char *member_id, *certificate_id, *reply;
	EVP_PKEY   *key;
	const struct moment *when;
};

static int
hand_in(struct demo *m, const struct demo_signer *who, struct signing *s)
{
	struct signing_signature *signatures = yx_arena_alloc(m->act.arena, s->n * sizeof(*signatures));
	struct signing_reply reply = { .id = s->id, .signatures = signatures, .n = s->n, .body = who->reply };
	struct signing_result result;
	struct signing_done *done = NULL;
	int rc = signatures == NULL ? YX_NO_MEMORY : signing_put(&m->act, s);

	if (rc == YX_OK && (rc = sign_items(m, s, who->key, signatures)) == YX_OK &&
	    (rc = signing_embed(&m->act, &reply, &done)) == YX_OK &&
	    (rc = number_set(m->act.db, 'M', who->when->number - 1)) == YX_OK)
		rc = signing_commit(&m->act, done, &result);
	signing_done_close(&m->act, done, 0);
	return rc;
}

static int
play_signature(struct demo *m, const char *id, const struct demo_signer *who)
{
	const struct signing_with with = { who->certificate_id, NULL };
	struct task *tasks = NULL;
	struct signing s;
	size_t n = 0;
	int rc = as(m, who->member_id, who->when->at);

	if (rc != YX_OK || (rc = task_list(&m->act, id, &tasks, &n)) != YX_OK)
		return rc;
	if (n != 1)
		return YX_INTERNAL;
	if ((rc = message_open(&m->act, tasks[0].message_id)) != YX_OK ||
	    (rc = signing_prepare(&m->act, &tasks[0].id, 1, &with, &s)) != YX_OK)
		return rc;
	rc = hand_in(m, who, &s);
	signing_close(&m->act, &s, 0);
	return rc;
}

static int
play(struct demo *m, const struct demo_contract *c)
{
	const struct demo_signer vendor = { m->vendor, m->vendor_certificate, "簽章完畢", m->vendor_key, &c->reply };
	const struct demo_signer agency = { m->chen, m->agency_certificate, "機關用印完畢", m->agency_key, &c->completed };
	char id[YX_ID_SIZE];
	int rc = play_draft(m, c, id);

	if (rc == YX_OK && c->document != 0)
		rc = play_send(m, c, id);
	if (rc == YX_OK && c->reply.number != 0)
		rc = play_signature(m, id, &vendor);
	if (rc == YX_OK && c->completed.number != 0)
		rc = play_signature(m, id, &agency);
	return rc;
}

static int
put_all(struct yx_db *db, void *ctx)
{
	struct demo *m = ctx;
	int rc;

	if ((rc = put_organizations(m)) != YX_OK || (rc = put_members(m)) != YX_OK || (rc = put_certificates(m)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < CONTRACTS_N; i++)
		rc = play(m, &CONTRACTS[i]);
	if (rc != YX_OK || (rc = number_set(db, 'D', LAST_DOCUMENT)) != YX_OK ||
	    (rc = number_set(db, 'M', LAST_MESSAGE)) != YX_OK)
		return rc;
	memset(&m->act.who, 0, sizeof(m->act.who));
	m->act.at = 0;
	return audit_act(&m->act, "demo.load", m->platform_id, NULL, NULL);
}

static int
is_loaded(struct act *act, int *yes)
{
	struct page page = { .page = 1, .size = 1 };
	struct organization *list = NULL;
	size_t n = 0;
	int rc = organization_list(act, &(struct organization_filter){ .external = 0 }, &page, &list, &n);

	*yes = n > 0;
	return rc;
}

static int
load_cards(struct demo *m)
{
	int rc;

	if ((rc = load_card(m, "vendor", &m->vendor_key, &m->vendor_cert)) != YX_OK ||
	    (rc = load_card(m, "agency", &m->agency_key, &m->agency_cert)) != YX_OK ||
	    (rc = load_card(m, "expired", NULL, &m->expired_cert)) != YX_OK)
		return rc;
	return load_card(m, "vendor2", NULL, &m->vendor2_cert);
}

static void
demo_free(struct demo *m)
{
	EVP_PKEY_free(m->vendor_key);
	EVP_PKEY_free(m->agency_key);
	yx_cert_free(&m->vendor_cert);
	yx_cert_free(&m->agency_cert);
	yx_cert_free(&m->expired_cert);
	yx_cert_free(&m->vendor2_cert);
	yx_arena_free(&m->act.arena);
}

int
demo_load(struct yx_db *db, struct domain *d, const char *dir, int *loaded)
{
	struct demo m = { .act = { .db = db, .domain = d, .ip = "", .arena = yx_arena_new(64 << 20), .no_mail = 1 },
		.dir = dir };
	int there = 0, rc = m.act.arena == NULL ? YX_NO_MEMORY : is_loaded(&m.act, &there);

	*loaded = 0;
	if (rc == YX_OK && (m.template = yx_arena_printf(m.act.arena, "%s/demo.pdf", dir)) == NULL)
		rc = YX_NO_MEMORY;
	if (rc == YX_OK && !there && (rc = load_cards(&m)) == YX_OK &&
	    (rc = password_hash(m.act.arena, DEMO_PASSWORD, &m.password)) == YX_OK &&
	    (rc = yx_db_tx(db, put_all, &m)) == YX_OK)
		*loaded = 1;
	demo_free(&m);
	return rc;
}

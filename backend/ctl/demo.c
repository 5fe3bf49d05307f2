#include "backend/ctl/demo.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/contract/contract.h"
#include "backend/domain/document/history.h"
#include "backend/domain/message/message.h"
#include "backend/domain/document/seal.h"
#include "backend/domain/people/session.h"
#include "backend/domain/signing/task.h"

#define REVISIONS 3

/* One step of a contract: when (Taipei time), and the running number of its message. */
struct moment { const char *at; int number; };

struct demo_contract {
	const char   *number, *title, *created;
	int           document;                 /* running D number; 0: no file yet */
	struct moment notice, reply, sealing, completed;
	int           with_lin;                 /* 林** is an officer as well */
};

/* The deck's list (B6-05), oldest first, with the numbers of B9 to B12. */
static const struct demo_contract CONTRACTS[] = {
	{ "0810_2021", "0810_2021Test", "2021-08-10 09:31:12", 13150, { "2021-08-10 09:44:20", 28460 },
	    { "2021-08-10 10:12:45", 28462 }, { "2021-08-10 10:12:45", 28463 }, { "2021-08-10 10:40:03", 28465 }, 0 },
	{ "10840", "10840", "2021-08-25 13:50:07", 13158, { "2021-08-25 14:02:51", 28490 },
	    { "2021-08-25 14:20:30", 28491 }, { "2021-08-25 14:21:03", 28492 }, { "2021-08-25 14:55:16", 28494 }, 0 },
	{ "0901", "0901", "2021-09-01 10:05:44", 13163, { "2021-09-01 10:15:00", 28505 },
	    { "2021-09-01 11:00:21", 28506 }, { "2021-09-01 11:00:21", 28507 }, { "2021-09-01 11:31:58", 28508 }, 0 },
	{ "210910", "210910", "2021-09-10 10:08:19", 13171, { "2021-09-10 10:20:37", 28526 }, { 0 }, { 0 }, { 0 }, 0 },
	{ "1749Test", "1749Test", "2021-09-10 14:21:30", 13172, { "2021-09-10 14:30:09", 28527 },
	    { "2021-09-10 15:02:11", 28529 }, { "2021-09-10 15:02:11", 28530 }, { "2021-09-10 15:21:40", 28532 }, 0 },
	{ "0910000", "0910000", "2021-09-10 15:36:02", 13173, { "2021-09-10 15:45:55", 28534 }, { 0 }, { 0 }, { 0 }, 0 },
	{ "aa000", "aa000", "2021-09-10 17:42:40", 13174, { "2021-09-10 17:55:02", 28536 },
	    { "2021-09-10 18:08:29", 28538 }, { "2021-09-10 18:09:46", 28539 }, { 0 }, 0 },
	{ "test0000", "test0000", "2021-09-10 18:10:33", 13175, { "2021-09-10 18:12:04", 28540 },
	    { "2021-09-10 18:18:38", 28541 }, { "2021-09-10 18:19:11", 28542 }, { "2021-09-10 18:20:28", 28544 }, 0 },
	{ "210914", "210914", "2021-09-14 10:38:51", 13177, { "2021-09-14 10:50:48", 28545 },
	    { "2021-09-14 11:22:21", 28547 }, { "2021-09-14 11:32:43", 28549 }, { "2021-09-14 12:00:11", 28551 }, 1 },
	{ "10840_test", "北市府電子契約", "2021-09-22 16:01:30", 0, { 0 }, { 0 }, { 0 }, { 0 }, 0 },
};
#define CONTRACTS_N (sizeof(CONTRACTS) / sizeof(CONTRACTS[0]))
#define LAST_DOCUMENT 13178   /* the next are those of the deck's story: */
#define LAST_MESSAGE  28552   /* D…0013179 and M…0028553 */

struct demo_member { const char *account, *name, *organization, *unit, *roles; };

/* The picker of B3-12 shows ten people; the agency has 28 officers (B3-14). */
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
	{ "vendor", "王大明", "vendor", NULL, "vendor_signer" },
	{ "vendor2", "李小華", "vendor2", NULL, "vendor_signer" },
	{ "admin", "平台管理者", "platform", NULL, "platform_admin" },
};
#define MORE_OFFICERS 16
static const char *const FAMILY[MORE_OFFICERS] = { "黃", "吳", "劉", "蔡", "楊", "鄭", "謝", "郭", "洪", "邱", "曾", "廖", "賴", "周", "徐", "蘇" };

struct revision { uint8_t sha256[32]; int64_t size; };

struct demo {
	struct yx_db    *db;
	struct domain   *d;
	struct yx_arena *a;
	const char      *dir, *password;
	struct seal_signer vendor, agency;
	struct yx_cert  platform_cert, vendor_cert, agency_cert, expired_cert, vendor2_cert;
	struct revision revisions[CONTRACTS_N][REVISIONS + 1];
	char            agency_id[YX_ID_SIZE], vendor_id[YX_ID_SIZE], vendor2_id[YX_ID_SIZE], platform_id[YX_ID_SIZE];
	char            unit_6300[YX_ID_SIZE], unit_6200[YX_ID_SIZE];
	char            chen[YX_ID_SIZE], he[YX_ID_SIZE], ling[YX_ID_SIZE], lin[YX_ID_SIZE], vendor_member[YX_ID_SIZE], vendor2_member[YX_ID_SIZE];
	char            vendor_certificate[YX_ID_SIZE], agency_certificate[YX_ID_SIZE];
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

/* ---- before the transaction: keys, certificates, signed files ---- */

static int
load_card(struct demo *m, const char *name, struct seal_signer *signer, struct yx_cert *cert)
{
	const char *key = yx_arena_printf(m->a, "%s/pki/%s.key", m->dir, name);
	const char *crt = yx_arena_printf(m->a, "%s/pki/%s.crt", m->dir, name);
	X509 *x = NULL;
	int rc;

	if (key == NULL || crt == NULL)
		return YX_NO_MEMORY;
	if ((rc = pki_load_cert(crt, &x)) == YX_OK && (rc = yx_cert_of(m->a, x, cert)) == YX_OK && signer != NULL) {
		signer->cert = cert->x509;
		signer->chain = m->d->seal_chain;
		rc = pki_load_key(key, &signer->key);
	}
	X509_free(x);
	return rc;
}

static int
next_revision(struct demo *m, const struct demo_contract *c, size_t contract, int revision, const char *at)
{
	static const char *const fields[] = { NULL, FIELD_PLATFORM, "YinxinVendor1", FIELD_AGENCY };
	struct seal_signer platform = { m->d->seal_key, m->d->seal_cert, m->d->seal_chain };
	const struct seal_signer *signers[] = { NULL, &platform, &m->vendor, &m->agency };
	const char *names[] = { NULL, m->d->conf->platform_name, "關貿網路股份有限公司", "臺北市政府資訊局" };
	struct pades_part part = { .kind = PADES_SIGN, .sign = { .field = fields[revision], .name = names[revision],
		.certify = revision == 1, .when = (time_t)(taipei(at) / 1000) } };
	struct pades_change change = { &part, 1, NULL };
	struct revision *r = m->revisions[contract];
	const char *base = NULL;
	int rc;

	(void)c;
	if (revision == 1 && (change.parts = seal_parts(m->a, 1, &part.sign, &change.n)) == NULL)
		return YX_NO_MEMORY;
	if ((rc = yx_store_path(m->d->store, m->a, r[revision - 1].sha256, &base)) != YX_OK)
		return rc;
	return seal_pdf(m->d->store, m->a, signers[revision], base, &change, r[revision].sha256, &r[revision].size);
}

static int
make_files(struct demo *m)
{
	const char *template = yx_arena_printf(m->a, "%s/demo.pdf", m->dir);
	int rc = template == NULL ? YX_NO_MEMORY : YX_OK;

	for (size_t i = 0; rc == YX_OK && i < CONTRACTS_N; i++) {
		const struct demo_contract *c = &CONTRACTS[i];

		if (c->document == 0)
			continue;
		rc = yx_store_put(m->d->store, template, m->revisions[i][0].sha256, &m->revisions[i][0].size);
		if (rc == YX_OK)
			rc = next_revision(m, c, i, 1, c->notice.at);
		if (rc == YX_OK && c->reply.number != 0)
			rc = next_revision(m, c, i, 2, c->reply.at);
		if (rc == YX_OK && c->completed.number != 0)
			rc = next_revision(m, c, i, 3, c->completed.at);
	}
	return rc;
}

/* ---- inside the transaction ---- */

static int
put_organization(struct demo *m, char id[YX_ID_SIZE], const char *kind, const char *code, const char *name,
    const char *short_name, const char *card)
{
	yx_random_id(id);
	return yx_db_exec(m->db,
	    "INSERT INTO organization (id, kind, code, name, short_name, card_identity, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(kind), yx_p_str(code), yx_p_str(name), yx_p_str(short_name), yx_p_str(card),
	    yx_p_time(taipei("2021-01-04 09:00:00"))), NULL);
}

static int
put_unit(struct demo *m, char id[YX_ID_SIZE], const char *code, const char *name)
{
	yx_random_id(id);
	return yx_db_exec(m->db, "INSERT INTO unit (id, organization_id, code, name) VALUES (?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(m->agency_id), yx_p_str(code), yx_p_str(name)), NULL);
}

static int
put_organizations(struct demo *m)
{
	int rc;

	if ((rc = put_organization(m, m->platform_id, "platform", "platform", m->d->conf->platform_name, "本平台", "mydoc")) != YX_OK ||
	    (rc = put_organization(m, m->agency_id, "agency", "379730000A", "臺北市政府資訊局", "本局", "測試機關1")) != YX_OK ||
	    (rc = put_organization(m, m->vendor_id, "vendor", "97162640", "關貿網路股份有限公司", "本公司", "97162640")) != YX_OK ||
	    (rc = put_organization(m, m->vendor2_id, "vendor", m->vendor2_cert.subject_serial, "測試公司2", "本公司",
	    m->vendor2_cert.subject_serial)) != YX_OK)
		return rc;
	if ((rc = put_unit(m, m->unit_6200, "6200", "臺北市政府資訊局系統研發中心")) != YX_OK)
		return rc;
	return put_unit(m, m->unit_6300, "6300", "臺北市政府資訊局系統發展組");
}

static char *
id_slot(struct demo *m, const char *account)
{
	static char other[YX_ID_SIZE];

	if (strcmp(account, "chen") == 0)
		return m->chen;
	if (strcmp(account, "he") == 0)
		return m->he;
	if (strcmp(account, "ling") == 0)
		return m->ling;
	if (strcmp(account, "lin") == 0)
		return m->lin;
	if (strcmp(account, "vendor") == 0)
		return m->vendor_member;
	return strcmp(account, "vendor2") == 0 ? m->vendor2_member : other;
}

static int
put_member(struct demo *m, const struct demo_member *p, int order)
{
	const char *organization = strcmp(p->organization, "agency") == 0 ? m->agency_id
	    : strcmp(p->organization, "vendor") == 0 ? m->vendor_id
	    : strcmp(p->organization, "vendor2") == 0 ? m->vendor2_id : m->platform_id;
	const char *unit = p->unit == NULL ? NULL : strcmp(p->unit, "6300") == 0 ? m->unit_6300 : m->unit_6200;
	const char *email = yx_arena_printf(m->a, "%s@example.tw", p->account), *role = p->roles;
	char *id = id_slot(m, p->account), word[32];
	int rc;

	yx_random_id(id);
	rc = yx_db_exec(m->db,
	    "INSERT INTO member (id, organization_id, unit_id, account, name, email, password_hash, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_str(organization), yx_p_str(unit), yx_p_str(p->account), yx_p_str(p->name),
	    yx_p_str(email), yx_p_str(m->password), yx_p_time(taipei("2021-01-04 09:00:00") + order * 1000)), NULL);
	while (rc == YX_OK && *role != '\0') {
		size_t n = strcspn(role, " ");

		snprintf(word, sizeof(word), "%.*s", (int)n, role);
		rc = yx_db_exec(m->db, "INSERT INTO member_role (member_id, role) VALUES (?, ?)", YX_P(yx_p_str(id), yx_p_str(word)), NULL);
		role += n + (role[n] == ' ');
	}
	return rc;
}

static int
put_members(struct demo *m)
{
	int rc = YX_OK, order = 0;

	for (size_t i = 0; rc == YX_OK && i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++)
		rc = put_member(m, &MEMBERS[i], order++);
	for (int i = 0; rc == YX_OK && i < MORE_OFFICERS; i++) {
		struct demo_member p = { yx_arena_printf(m->a, "officer%02d", i + 1), yx_arena_printf(m->a, "%s**", FAMILY[i]),
			"agency", "6300", "officer" };

		rc = put_member(m, &p, order++);
	}
	return rc;
}

static int
put_certificates(struct demo *m)
{
	char id[YX_ID_SIZE];
	int rc;

	if ((rc = certificate_put(m->db, m->vendor_member, "關貿測試用憑證", &m->expired_cert, taipei("2021-02-01 10:00:00"), id)) != YX_OK ||
	    (rc = certificate_put(m->db, m->vendor_member, "關貿測試用憑證_0922", &m->vendor_cert, taipei("2021-08-02 10:11:12"), m->vendor_certificate)) != YX_OK ||
	    (rc = certificate_put(m->db, m->he, "機關用印測試用憑證", &m->agency_cert, taipei("2021-08-02 11:00:00"), id)) != YX_OK ||
	    (rc = certificate_put(m->db, m->vendor2_member, "測試公司2憑證", &m->vendor2_cert, taipei("2021-08-03 09:30:00"), id)) != YX_OK)
		return rc;
	return certificate_put(m->db, m->chen, "機關用印測試用憑證", &m->agency_cert, taipei("2021-08-02 11:05:00"), m->agency_certificate);
}

/* ---- a contract's rows, by the same functions as in real life ---- */

struct story {
	struct demo *m;
	const struct demo_contract *c;
	struct revision *r;
	char contract_id[YX_ID_SIZE], document_id[YX_ID_SIZE], notice_id[YX_ID_SIZE];
	const char *subject, *body;
};

static int
set_counter(struct demo *m, const char *letter, int last)
{
	return yx_db_exec(m->db, "UPDATE counter SET value = ? WHERE name = ?", YX_P(yx_p_int(last), yx_p_str(letter)), NULL);
}

static int
put_contract(struct story *s)
{
	struct demo *m = s->m;
	int rc;

	yx_random_id(s->contract_id);
	s->subject = yx_arena_printf(m->a, "檢送「%s案(契約編號：%s)」專案契約書，請查照。", s->c->title, s->c->number);
	s->body = "請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳本局。";
	rc = yx_db_exec(m->db,
	    "INSERT INTO contract (id, organization_id, number, title, unit_id, handling_unit_id, handler_id, subject, body, created_at)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(s->contract_id), yx_p_str(m->agency_id), yx_p_str(s->c->number), yx_p_str(s->c->title),
	    yx_p_str(m->unit_6300), yx_p_str(m->unit_6300), yx_p_str(m->chen), yx_p_str(s->c->document != 0 ? s->subject : ""),
	    yx_p_str(s->c->document != 0 ? s->body : ""), yx_p_time(taipei(s->c->created))), NULL);
	if (rc == YX_OK)
		rc = yx_db_exec(m->db, "INSERT INTO contract_officer (contract_id, member_id) VALUES (?, ?)",
		    YX_P(yx_p_str(s->contract_id), yx_p_str(m->chen)), NULL);
	if (rc == YX_OK && s->c->with_lin)
		rc = yx_db_exec(m->db, "INSERT INTO contract_officer (contract_id, member_id) VALUES (?, ?)",
		    YX_P(yx_p_str(s->contract_id), yx_p_str(m->lin)), NULL);
	return rc;
}

static int
put_parties(struct story *s)
{
	const char *sealers[] = { s->m->chen, s->m->he, s->m->ling };
	int rc = yx_db_exec(s->m->db, "INSERT INTO contract_vendor (contract_id, organization_id, position) VALUES (?, ?, 1)",
	    YX_P(yx_p_str(s->contract_id), yx_p_str(s->m->vendor_id)), NULL);

	for (size_t i = 0; rc == YX_OK && i < 3; i++)
		rc = yx_db_exec(s->m->db, "INSERT INTO contract_sealer (contract_id, member_id) VALUES (?, ?)",
		    YX_P(yx_p_str(s->contract_id), yx_p_str(sealers[i])), NULL);
	return rc;
}

static int
put_document(struct story *s)
{
	int64_t created = taipei(s->c->created);
	int rc;

	yx_random_id(s->document_id);
	rc = yx_db_exec(s->m->db,
	    "INSERT INTO document (id, contract_id, name, position, pages, created_at) VALUES (?, ?, '電子契約', 1, 1, ?)",
	    YX_P(yx_p_str(s->document_id), yx_p_str(s->contract_id), yx_p_time(created)), NULL);
	return rc != YX_OK ? rc : document_add_revision(s->m->db, s->document_id, 0, s->r[0].sha256, s->r[0].size, created);
}

static int
put_signature(struct story *s, int revision, const char *at, const char *by, const char *label,
    const struct yx_cert *cert, const char *member, const char *certificate)
{
	struct history_entry h = { s->document_id, revision, taipei(at), by, label, cert, member, certificate };
	int rc = document_add_revision(s->m->db, s->document_id, revision, s->r[revision].sha256, s->r[revision].size, taipei(at));

	return rc != YX_OK ? rc : history_add(s->m->db, &h);
}

static int
send_message(struct story *s, const char *kind, const struct moment *when, const char *sender, const char *organization,
    const char *subject, const char *body, const char *original, const struct message_recipient *to, size_t n,
    int64_t revision, char id[YX_ID_SIZE])
{
	struct message_document d = { s->document_id, revision };
	struct message_new x = { .kind = kind, .contract_id = s->contract_id, .sender_id = sender,
		.sender_organization_id = organization, .subject = subject, .body = body, .original_id = original,
		.recipients = to, .recipients_n = n, .documents = &d, .documents_n = 1, .now_ms = taipei(when->at) };
	char number[NUMBER_SIZE];
	int rc = set_counter(s->m, "M", when->number - 1);

	return rc != YX_OK ? rc : message_send(s->m->db, s->m->a, s->m->d->conf, &x, id, number);
}

static int
sign_task_of(struct story *s, const char *kind, const char *member, const char *at)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(s->m->db, s->m->a,
	    "SELECT id FROM sign_task WHERE document_id = ? AND kind = ? AND (member_id IS NULL OR member_id = ?)",
	    YX_P(yx_p_str(s->document_id), yx_p_str(kind), yx_p_str(member)), &r);

	if (rc != YX_OK || !yx_rows_next(r))
		return rc != YX_OK ? rc : YX_INTERNAL;
	rc = yx_db_exec(s->m->db, "UPDATE sign_task SET state = 'prepared' WHERE id = ?", YX_P(yx_p_str(yx_row_str(r, 0))), NULL);
	return rc != YX_OK ? rc : task_signed(s->m->db, yx_row_str(r, 0), member, taipei(at));
}

static int
mark_read(struct story *s, const char *message_id, const char *member, const char *at)
{
	return yx_db_exec(s->m->db, "UPDATE message_recipient SET read_at = ?, read_by = ?, replied_at = ? WHERE message_id = ?",
	    YX_P(yx_p_time(taipei(at)), yx_p_str(member), yx_p_time(taipei(at)), yx_p_str(message_id)), NULL);
}

static int
play_send(struct story *s)
{
	struct demo *m = s->m;
	struct message_recipient to = { m->vendor_id, NULL };
	const char *sealers[] = { m->chen, m->he, m->ling };
	char number[NUMBER_SIZE];
	int rc;

	if ((rc = put_parties(s)) != YX_OK || (rc = put_document(s)) != YX_OK ||
	    (rc = contract_apply(m->db, s->contract_id, CONTRACT_SEND, taipei(s->c->notice.at))) != YX_OK ||
	    (rc = contract_apply(m->db, s->contract_id, CONTRACT_SEALED, taipei(s->c->notice.at))) != YX_OK ||
	    (rc = set_counter(m, "D", s->c->document - 1)) != YX_OK ||
	    (rc = number_next(m->db, 'D', taipei(s->c->notice.at), number)) != YX_OK ||
	    (rc = yx_db_exec(m->db, "UPDATE document SET number = ? WHERE id = ?", YX_P(yx_p_str(number), yx_p_str(s->document_id)), NULL)) != YX_OK ||
	    (rc = put_signature(s, 1, s->c->notice.at, m->d->conf->platform_name, m->d->conf->platform_name, &m->platform_cert, NULL, NULL)) != YX_OK ||
	    (rc = send_message(s, "notice", &s->c->notice, m->chen, m->agency_id, s->subject, s->body, NULL, &to, 1, 1, s->notice_id)) != YX_OK)
		return rc;
	rc = task_create(m->db, s->document_id, "vendor", m->vendor_id, NULL, "YinxinVendor1", s->notice_id, "ready");
	for (size_t i = 0; rc == YX_OK && i < 3; i++)
		rc = task_create(m->db, s->document_id, "sealer", m->agency_id, sealers[i], FIELD_AGENCY, NULL, "waiting");
	return rc;
}

static int
play_reply(struct story *s)
{
	struct demo *m = s->m;
	struct message_recipient officers[] = { { m->agency_id, m->chen }, { m->agency_id, m->lin } };
	struct message_recipient sealers[] = { { m->agency_id, m->chen }, { m->agency_id, m->he }, { m->agency_id, m->ling } };
	const char *re = yx_arena_printf(m->a, "RE:%s", s->subject);
	char id[YX_ID_SIZE];
	int rc;

	if ((rc = put_signature(s, 2, s->c->reply.at, "關貿網路股份有限公司", "關貿測試用憑證_0922", &m->vendor_cert, m->vendor_member, m->vendor_certificate)) != YX_OK ||
	    (rc = sign_task_of(s, "vendor", m->vendor_member, s->c->reply.at)) != YX_OK ||
	    (rc = mark_read(s, s->notice_id, m->vendor_member, s->c->reply.at)) != YX_OK ||
	    (rc = send_message(s, "reply", &s->c->reply, m->vendor_member, m->vendor_id, re, "簽章完畢", s->notice_id, officers, s->c->with_lin ? 2 : 1, 2, id)) != YX_OK ||
	    (rc = contract_apply(m->db, s->contract_id, CONTRACT_VENDORS_SIGNED, taipei(s->c->reply.at))) != YX_OK ||
	    (rc = send_message(s, "sealing", &s->c->sealing, m->chen, m->agency_id, s->subject, s->body, s->notice_id, sealers, 3, 2, id)) != YX_OK)
		return rc;
	return task_wake_sealers(m->db, s->contract_id, id);
}

static int
play_complete(struct story *s)
{
	struct demo *m = s->m;
	struct message_recipient to[] = { { m->vendor_id, NULL }, { m->agency_id, m->chen } };
	const char *re = yx_arena_printf(m->a, "RE:%s", s->subject);
	char id[YX_ID_SIZE];
	int rc;

	if ((rc = put_signature(s, 3, s->c->completed.at, "陳00(臺北市政府資訊局)", "機關用印測試用憑證", &m->agency_cert, m->chen, m->agency_certificate)) != YX_OK ||
	    (rc = sign_task_of(s, "sealer", m->chen, s->c->completed.at)) != YX_OK ||
	    (rc = contract_apply(m->db, s->contract_id, CONTRACT_COMPLETE, taipei(s->c->completed.at))) != YX_OK)
		return rc;
	return send_message(s, "completed", &s->c->completed, m->chen, m->agency_id, re, "機關用印完畢", s->notice_id, to, 2, 3, id);
}

static int
play(struct demo *m, size_t i)
{
	struct story s = { .m = m, .c = &CONTRACTS[i], .r = m->revisions[i] };
	int rc = put_contract(&s);

	if (rc == YX_OK && s.c->document != 0)
		rc = play_send(&s);
	if (rc == YX_OK && s.c->reply.number != 0)
		rc = play_reply(&s);
	if (rc == YX_OK && s.c->completed.number != 0)
		rc = play_complete(&s);
	return rc;
}

static int
put_all(struct yx_db *db, void *ctx)
{
	struct demo *m = ctx;
	struct audit_event e = { .action = "demo.load", .object_kind = "platform", .object_id = m->platform_id };
	int rc;

	if ((rc = put_organizations(m)) != YX_OK || (rc = put_members(m)) != YX_OK || (rc = put_certificates(m)) != YX_OK)
		return rc;
	for (size_t i = 0; rc == YX_OK && i < CONTRACTS_N; i++)
		rc = play(m, i);
	if (rc != YX_OK || (rc = set_counter(m, "D", LAST_DOCUMENT)) != YX_OK || (rc = set_counter(m, "M", LAST_MESSAGE)) != YX_OK)
		return rc;
	/* These notices were sent in 2021; nobody gets them again. */
	if ((rc = yx_db_exec(db, "DELETE FROM outbox", YX_P_NONE, NULL)) != YX_OK)
		return rc;
	return audit_add(db, m->a, &e);
}

static int
is_loaded(struct yx_db *db, struct yx_arena *a, int *yes)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_query(db, a, "SELECT COUNT(*) FROM organization", YX_P_NONE, &r);

	*yes = rc == YX_OK && yx_rows_next(r) && yx_row_int(r, 0) > 0;
	return rc;
}

static void
demo_free(struct demo *m)
{
	EVP_PKEY_free(m->vendor.key);
	EVP_PKEY_free(m->agency.key);
	yx_cert_free(&m->platform_cert);
	yx_cert_free(&m->vendor_cert);
	yx_cert_free(&m->agency_cert);
	yx_cert_free(&m->expired_cert);
	yx_cert_free(&m->vendor2_cert);
	yx_arena_free(&m->a);
}

int
demo_load(struct yx_db *db, struct domain *d, const char *dir, int *loaded)
{
	struct demo m = { .db = db, .d = d, .dir = dir, .a = yx_arena_new(64 << 20) };
	int there = 0, rc = m.a == NULL ? YX_NO_MEMORY : is_loaded(db, m.a, &there);

	*loaded = 0;
	if (rc == YX_OK && !there &&
	    (rc = load_card(&m, "platform", NULL, &m.platform_cert)) == YX_OK &&
	    (rc = load_card(&m, "vendor", &m.vendor, &m.vendor_cert)) == YX_OK &&
	    (rc = load_card(&m, "agency", &m.agency, &m.agency_cert)) == YX_OK &&
	    (rc = load_card(&m, "expired", NULL, &m.expired_cert)) == YX_OK &&
	    (rc = load_card(&m, "vendor2", NULL, &m.vendor2_cert)) == YX_OK &&
	    (rc = session_hash_password(m.a, DEMO_PASSWORD, &m.password)) == YX_OK &&
	    (rc = make_files(&m)) == YX_OK && (rc = yx_db_tx(db, put_all, &m)) == YX_OK)
		*loaded = 1;
	demo_free(&m);
	return rc;
}

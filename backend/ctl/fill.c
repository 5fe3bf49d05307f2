/* yinxinctl fill: many contracts and messages in an instance with the demo data, in the
 * shapes that the rules give them, written in bulk: for seeing how lists grow. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/domain/base/audit.h"
#include "backend/domain/base/number.h"
#include "backend/domain/list/list.h"
#include "backend/pki/pki.h"
#include "common/codec.h"
#include "common/random.h"

#define BATCH    1000          /* contracts in a transaction */
#define YEARS_MS (INT64_C(3) * 365 * 86400000)
#define MESSAGES 4             /* numbers of one contract */

/* Of twenty contracts with messages one waits for the vendor, one for the agency, and
 * eighteen are completed: chen receives 2.8 messages of each. */
#define STEP     "MOD(@from + s.seq, 20)"
#define HAS(k)   " AND " k
#define REPLIED  STEP " <> 0"
#define DONE     STEP " > 1"
#define STORY    "(@from + s.seq < @stories)"
#define I        "(@from + s.seq)"
#define ID(tag)  "MD5(CONCAT(@seed, '" tag "', " I "))"
#define RANDOM(tag, n) "(CONV(LEFT(" ID(tag) ", 6), 16, 10) MOD " n ")"
#define BATCH_OF " FROM seq_0_to_999 s WHERE s.seq < @n"
#define SECONDS  "FLOOR(" I " * @step)"
#define CREATED  "(@begin + INTERVAL " SECONDS " SECOND)"
#define SENT     "(@begin + INTERVAL " SECONDS " + 600 SECOND)"
#define SIGNED   "(@begin + INTERVAL " SECONDS " + 4200 SECOND)"
#define SEALED   "(@begin + INTERVAL " SECONDS " + 7800 SECOND)"
#define NUMBER(at, n) \
	"CONCAT('M', DATE_FORMAT(" at " + INTERVAL 8 HOUR, '%Y%m%d'), LPAD(@m0 + 4 * " I " + " n ", 7, '0'))"
#define WORD(tag) \
	"ELT(1 + " RANDOM(tag, "40") ", '道路', '橋梁', '水利', '校舍', '公園', '電腦', '網路', '資訊', '系統'," \
	" '維護', '採購'," \
	" '清潔', '保全', '監視', '設備', '更新', '工程', '規劃', '設計', '監造', '勞務', '財物', '印刷', '運輸'," \
	" '車輛', '租賃'," \
	" '醫療', '器材', '檢驗', '顧問', '研究', '推廣', '活動', '圖書', '消防', '機電', '空調', '綠化', '停車', '路燈')"
#define TITLE "CONCAT(" WORD("w1") ", " WORD("w2") ", " WORD("w3") ", " WORD("w4") ")"
#define CONTRACT_NUMBER "CONCAT('F', LEFT(@seed, 4), '-', LPAD(" I ", 7, '0'))"
#define SUBJECT "CONCAT('檢送「', " TITLE ", '案(契約編號：', " CONTRACT_NUMBER ", ')」專案契約書，請查照。')"
#define BODY \
	"CONCAT('請使用本府MyDoc電子文件服務平台，以電子憑證簽署並回傳本局。承辦：', " WORD("b1") ", '科，分機', " \
	RANDOM("b2", "10000") ", '；履約項目：', " WORD("b3") ", " WORD("b4") ", '。')"

#define REVISION(n, at, which) \
	"INSERT INTO document_revision (document_id, revision, sha256, created_at) SELECT " ID("d") ", " n "," \
	" v.sha256, " at \
	" FROM seq_0_to_999 s JOIN document_revision v ON v.document_id = @template AND v.revision = " n \
	" WHERE s.seq < @n AND " STORY HAS(which)
#define HISTORY(n, at, which) \
	"INSERT INTO sign_history (document_id, revision, signed_at, signed_by, certificate, subject, issuer, serial," \
	" member_id, certificate_id) SELECT " ID("d") " AS document_id, v.revision, " at " AS signed_at, v.signed_by," \
	" v.certificate," \
	" v.subject, v.issuer, v.serial, v.member_id, v.certificate_id" \
	" FROM seq_0_to_999 s JOIN sign_history v ON v.document_id = @template AND v.revision = " n \
	" WHERE s.seq < @n AND " STORY HAS(which)
#define MESSAGE(tag, n, kind, sender, organization, re, original, at, which) \
	"INSERT INTO message (id, number, kind, contract_id, sender_id, sender_organization_id, subject, body," \
	" original_id, sent_at)" \
	" SELECT " ID(tag) ", " NUMBER(at, n) ", '" kind "', " ID("c") ", " sender ", " organization "," \
	" CONCAT('" re "', " SUBJECT ")," \
	" " BODY ", " original ", " at BATCH_OF " AND " STORY HAS(which)
/* read: a condition on the contract; NULL time otherwise. */
#define RECIPIENT(tag, position, organization, member, at, read, reader, which) \
	"INSERT INTO message_recipient (message_id, position, organization_id, member_id, read_at, read_by, replied_at)" \
	" SELECT " ID(tag) ", " position ", " organization ", " member ", IF(" read ", " at " + INTERVAL 1800" \
	" SECOND, NULL)," \
	" IF(" read ", " reader ", NULL), NULL" BATCH_OF " AND " STORY HAS(which)
#define ATTACHED(tag, revision, which) \
	"INSERT INTO message_document (message_id, document_id, revision) SELECT " ID(tag) ", " ID("d") ", " revision \
	BATCH_OF " AND " STORY HAS(which)
#define SEALER_TASK(tag, member, signs) \
	"INSERT INTO sign_task (id, document_id, kind, organization_id, member_id, field, message_id, state," \
	" signed_by, signed_at)" \
	" SELECT " ID(tag) ", " ID("d") ", 'sealer', @agency, " member ", 'YinxinAgency1', IF(" REPLIED "," \
	" " ID("m3") ", NULL)," \
	" IF(" STEP " = 0, 'waiting', IF(" STEP " = 1, 'ready', '" signs "')), IF(" DONE " AND '" signs "' =" \
	" 'signed', " member ", NULL)," \
	" IF(" DONE " AND '" signs "' = 'signed', " SEALED ", NULL)" BATCH_OF " AND " STORY

/* In the order in which the rules write them; the triggers make the lists' entries. */
static const char *const STATEMENTS[] = {
	"INSERT INTO contract (id, organization_id, number, title, case_number, unit_id, handling_unit_id,"
	" handler_id, state, subject,"
	" body, created_at, sent_at, completed_at) SELECT " ID("c") ", @agency, " CONTRACT_NUMBER ", " TITLE ","
	" CONCAT('P', LPAD(" RANDOM("p", "100000") ", 6, '0')), @unit, @unit, @chen, IF(NOT " STORY ", 'draft',"
	" IF(" STEP " = 0, 'vendor_pending',"
	" IF(" STEP " = 1, 'agency_pending', 'completed'))), IF(" STORY ", " SUBJECT ", ''), IF(" STORY ","
	" " BODY ", ''), " CREATED ","
	" IF(" STORY ", " SENT ", NULL), IF(" STORY " AND " DONE ", " SEALED ", NULL)" BATCH_OF,
	"INSERT INTO contract_officer (contract_id, member_id) SELECT " ID("c") ", @chen" BATCH_OF,
	"INSERT INTO contract_vendor (contract_id, organization_id, position) SELECT " ID("c") ", @vendor,"
	" 1" BATCH_OF " AND " STORY,
	"INSERT INTO contract_sealer (contract_id, member_id) SELECT " ID("c") ", @chen" BATCH_OF " AND " STORY,
	"INSERT INTO contract_sealer (contract_id, member_id) SELECT " ID("c") ", @he" BATCH_OF " AND " STORY,
	"INSERT INTO document (id, contract_id, number, name, position, pages, revision, created_at) SELECT"
	" " ID("d") ", " ID("c") ","
	" CONCAT('D', DATE_FORMAT(" SENT " + INTERVAL 8 HOUR, '%Y%m%d'), LPAD(@d0 + " I ", 7, '0')), '電子契約', 1, 1,"
	" IF(" STEP " = 0, 1, IF(" STEP " = 1, 2, 3)), " CREATED BATCH_OF " AND " STORY,
	REVISION("0", CREATED, "TRUE"), REVISION("1", SENT, "TRUE"),
	REVISION("2", SIGNED, REPLIED), REVISION("3", SEALED, DONE),
	HISTORY("1", SENT, "TRUE"), HISTORY("2", SIGNED, REPLIED), HISTORY("3", SEALED, DONE),
	MESSAGE("m1", "0", "notice", "@chen", "@agency", "", "NULL", SENT, "TRUE"),
	MESSAGE("m2", "1", "reply", "@signer", "@vendor", "RE:", ID("m1"), SIGNED, REPLIED),
	MESSAGE("m3", "2", "sealing", "@chen", "@agency", "", ID("m1"), SIGNED, REPLIED),
	MESSAGE("m4", "3", "completed", "@he", "@agency", "RE:", ID("m1"), SEALED, DONE),
	RECIPIENT("m1", "1", "@vendor", "NULL", SENT, REPLIED, "@signer", "TRUE"),
	RECIPIENT("m2", "1", "@agency", "@chen", SIGNED, RANDOM("r2", "10") " > 0", "@chen", REPLIED),
	RECIPIENT("m3", "1", "@agency", "@chen", SIGNED, RANDOM("r3", "5") " > 0", "@chen", REPLIED),
	RECIPIENT("m3", "2", "@agency", "@he", SIGNED, DONE, "@he", REPLIED),
	RECIPIENT("m4", "1", "@vendor", "NULL", SEALED, RANDOM("r6", "7") " > 0", "@signer", DONE),
	RECIPIENT("m4", "2", "@agency", "@chen", SEALED, RANDOM("r7", "10") " > 0", "@chen", DONE),
	ATTACHED("m1", "1", "TRUE"), ATTACHED("m2", "2", REPLIED), ATTACHED("m3", "2", REPLIED), ATTACHED("m4", "3", DONE),
	"INSERT INTO sign_task (id, document_id, kind, organization_id, field, message_id, state, signed_by, signed_at)"
	" SELECT " ID("t1") ", " ID("d") ", 'vendor', @vendor, 'YinxinVendor1', " ID("m1") ", IF(" REPLIED ","
	" 'signed', 'ready'),"
	" IF(" REPLIED ", @signer, NULL), IF(" REPLIED ", " SIGNED ", NULL)" BATCH_OF " AND " STORY,
	SEALER_TASK("t2", "@chen", "superseded"),
	SEALER_TASK("t3", "@he", "signed"),
	/* All of them are one file: the worker owes it no timestamps a hundred thousand times. */
	"INSERT INTO proof (document_id, state, wanted) SELECT " ID("d") ", 'kept', 'archive'" BATCH_OF " AND " STORY
	" AND " DONE,
};

struct fill {
	struct yx_arena *a;          /* of one batch */
	char             seed[YX_ID_SIZE];
	const char      *chen, *he, *signer, *agency;
	int64_t          begin, step_ms, m0, d0, stories, from, n;
};

/* The people and things of the demo data that everything is about, as variables. */
static int
find_people(struct yx_db *db, struct fill *f, struct yx_arena *a)
{
	struct yx_rows *row = NULL;
	int rc = yx_db_exec(db,
	    "SELECT c.id, c.organization_id, v.id, v.organization_id, h.id, c.unit_id, d.id"
	    " INTO @chen, @agency, @signer, @vendor, @he, @unit, @template"
	    " FROM member c JOIN member v ON v.account = 'vendor' JOIN member h ON h.account = 'he' JOIN"
	    " document d ON d.revision = 3 JOIN contract k ON k.id = d.contract_id AND k.number = '0810_2021'"
	    " WHERE c.account = 'chen'", YX_P_NONE, NULL);

	if (rc == YX_OK)
		rc = yx_db_one(db, a, "SELECT @chen, @he, @signer, @agency FROM member WHERE id = @chen",
		    YX_P_NONE, &row);
	if (rc != YX_OK)
		return rc;
	f->chen = yx_row_str(row, 0);
	f->he = yx_row_str(row, 1);
	f->signer = yx_row_str(row, 2);
	f->agency = yx_row_str(row, 3);
	return YX_OK;
}

/* MD5 of seed, tag and index: the ids that the statements make. No secret hangs on it. */
static const char *
contract_id(struct fill *f, int64_t i)
{
	char text[64], *hex = yx_arena_alloc(f->a, YX_ID_SIZE);
	uint8_t md[16];
	int n = snprintf(text, sizeof(text), "%sc%" PRId64, f->seed, i);

	if (hex == NULL || EVP_Digest(text, (size_t)n, md, NULL, EVP_md5(), NULL) != 1)
		return NULL;
	yx_hex(hex, md, sizeof(md));
	return hex;
}

/* The four events of a contract, as far as it has come. */
static int
add_events(struct yx_db *db, struct fill *f, int64_t i)
{
	const int64_t at = f->begin + i * f->step_ms / 1000 * 1000;
	const struct { const char *member, *action; int64_t at; int yes; } steps[] = {
		{ f->chen, "contract.create", at, 1 },
		{ f->chen, "contract.send", at + 600000, i < f->stories },
		{ f->signer, "contract.sign", at + 4200000, i < f->stories && i % 20 != 0 },
		{ f->he, "contract.seal_agency", at + 7800000, i < f->stories && i % 20 > 1 },
	};
	struct audit_event e = { .object_kind = "contract", .object_id = contract_id(f, i), .ip = "127.0.0.1" };
	int rc = e.object_id == NULL ? YX_NO_MEMORY : YX_OK;

	for (size_t s = 0; rc == YX_OK && s < sizeof(steps) / sizeof(steps[0]); s++) {
		e.member_id = steps[s].member;
		e.action = steps[s].action;
		e.at = steps[s].at;
		if (steps[s].yes)
			rc = audit_add(db, f->a, &e);
	}
	return rc;
}

static int
fill_batch(struct yx_db *db, void *ctx)
{
	struct fill *f = ctx;
	int rc = yx_db_exec(db, "SET @from = ?, @n = ?", YX_P(yx_p_int(f->from), yx_p_int(f->n)), NULL);

	for (size_t i = 0; rc == YX_OK && i < sizeof(STATEMENTS) / sizeof(STATEMENTS[0]); i++)
		rc = yx_db_exec(db, STATEMENTS[i], YX_P_NONE, NULL);
	for (int64_t i = f->from; rc == YX_OK && i < f->from + f->n; i++)
		rc = add_events(db, f, i);
	return rc;
}

static int
take_numbers(struct yx_db *db, void *ctx)
{
	struct fill *f = ctx;
	int rc = number_take(db, 'M', f->stories * MESSAGES + 1, &f->m0);

	return rc == YX_OK ? number_take(db, 'D', f->stories + 1, &f->d0) : rc;
}

static int
fill_all(struct yx_db *db, struct fill *f, int64_t contracts)
{
	int rc = yx_db_tx(db, take_numbers, f);

	f->step_ms = YEARS_MS / (contracts + 1);
	f->begin = (yx_now_ms() - YEARS_MS - 86400000) / 1000 * 1000;
	yx_random_id(f->seed);
	if (rc == YX_OK)
		rc = yx_db_exec(db, "SET @seed = ?, @m0 = ?, @d0 = ?, @stories = ?, @begin = ?, @step = ? / 1000",
		    YX_P(yx_p_str(f->seed), yx_p_int(f->m0), yx_p_int(f->d0), yx_p_int(f->stories), yx_p_time(f->begin),
		    yx_p_int(f->step_ms)), NULL);
	for (f->from = 0; rc == YX_OK && f->from < contracts; f->from += BATCH) {
		f->n = contracts - f->from < BATCH ? contracts - f->from : BATCH;
		if ((f->a = yx_arena_new(64u << 20)) == NULL)
			return YX_NO_MEMORY;
		rc = yx_db_tx(db, fill_batch, f);
		yx_arena_free(&f->a);
		fprintf(stderr, "\r%" PRId64 " contracts", f->from + f->n);
	}
	fputs("\n", stderr);
	return rc;
}

/* Blocks of the audit trail for what was written. */
static int
chain(struct yx_db *db, const struct yx_conf *conf)
{
	struct pki_key *key = NULL;
	X509 *cert = NULL;
	size_t rows = 0;
	int rc;

	if ((rc = pki_key_open(NULL, conf->seal_key, &key)) == YX_OK &&
	    (rc = pki_load_cert(conf->seal_cert, &cert)) == YX_OK) {
		do
			rc = audit_append(db, key, cert, &rows);
		while (rc == YX_OK && rows == AUDIT_BLOCK);
	}
	pki_key_free(&key);
	X509_free(cert);
	return rc;
}

static int
run(const struct yx_conf *conf, struct yx_arena *a, int64_t messages, int64_t contracts)
{
	/* 2.8 messages a contract reach chen. */
	struct fill f = { .stories = (messages * 20 + 55) / 56 };
	struct yx_db *db = NULL;
	int rc;

	if (contracts < f.stories)
		contracts = f.stories;
	if ((rc = audit_open(conf)) == YX_OK && (rc = yx_db_open(&conf->db, &db)) == YX_OK &&
	    (rc = find_people(db, &f, a)) == YX_OK && (rc = list_bulk(db, 1)) == YX_OK &&
	    /* every id is made here: nothing to look up in other tables for each row */
	    (rc = yx_db_exec(db, "SET foreign_key_checks = 0, unique_checks = 0", YX_P_NONE, NULL)) == YX_OK &&
	    (rc = fill_all(db, &f, contracts)) == YX_OK &&
	    (rc = list_rebuild(db)) == YX_OK && (rc = chain(db, conf)) == YX_OK)
		printf("%" PRId64 " contracts, %" PRId64 " of them with messages\n", contracts, f.stories);
	yx_db_close(&db);
	return rc;
}

static int64_t
number_of(const char *text)
{
	char *end = NULL;
	long long n = text == NULL ? 0 : strtoll(text, &end, 10);

	return text == NULL || (*text != '\0' && *end == '\0' && n >= 0 && n <= 3000000) ? n : -1;
}

int
ctl_fill(int argc, char **argv)
{
	const char *path = NULL, *messages = NULL, *contracts = NULL, *why = "";
	const struct ctl_option options[] = { { "--conf", &path, NULL, NULL, NULL },
		{ "--messages", &messages, NULL, NULL, NULL },
		{ "--contracts", &contracts, NULL, NULL, NULL }, { NULL, NULL, NULL, NULL, NULL } };
	struct yx_arena *a = yx_arena_new(4 << 20);
	struct yx_conf conf;
	int rc = a == NULL ? YX_NO_MEMORY : ctl_parse(argc, argv, options, NULL, 0);

	if (rc == YX_OK && (path == NULL || number_of(messages) < 0 || number_of(contracts) < 0)) {
		fprintf(stderr, "yinxinctl: fill needs --conf FILE and numbers up to 3000000\n");
		rc = YX_USAGE;
	}
	if (rc == YX_OK && (rc = conf_load(a, path, &conf, &why)) != YX_OK)
		fprintf(stderr, "yinxinctl: %s\n", why);
	if (rc == YX_OK)
		rc = run(&conf, a, number_of(messages), number_of(contracts));
	yx_arena_free(&a);
	return rc == YX_OK ? CTL_OK : ctl_fail("fill", rc);
}

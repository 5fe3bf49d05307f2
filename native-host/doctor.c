#include "native-host/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "native-host/config.h"
#include "native-host/doctor_manifests.h"
#include "native-host/doctor_system.h"
#include "native-host/keyring.h"
#include "native-host/language.h"
#include "native-host/pcsc.h"
#include "native-host/protocol.h"

#define ARENA_MAX   (8u << 20)
#define OUTPUT_MAX  (256 * 1024)
#define PATIENCE_MS 15000
#define READERS_MAX 16

static const struct finding_row config_read = { "config", FINDING_OK, "已讀取設定檔",
	"the settings were read", NULL, NULL };
static const struct finding_row config_default = { "config", FINDING_NOTE, "沒有設定檔，使用預設值",
	"there is no settings file; the defaults are in force",
	"若網站不在預設名單中，請由管理者建立此檔",
	"have the administrator make this file if your site is not on the default list" };
static const struct finding_row config_bad = { "config", FINDING_BAD, "設定檔有誤",
	"the settings are wrong", "請修正所指出的那一行", "correct the line that is named" };
static const struct finding_row service_ok = { "service", FINDING_OK, "智慧卡服務正常",
	"the smart card service answers", NULL, NULL };
static const struct finding_row service_bad = { "service", FINDING_BAD, "智慧卡服務沒有回應",
	"the smart card service does not answer",
	"請安裝並啟動 pcscd：apt install pcscd && systemctl enable --now pcscd.socket",
	"install and start pcscd: apt install pcscd && systemctl enable --now pcscd.socket" };
static const struct finding_row readers_ok = { "readers", FINDING_OK, "讀卡機數", "readers found",
	NULL, NULL };
static const struct finding_row readers_bad = { "readers", FINDING_BAD, "找不到讀卡機",
	"no card reader was found", "請接上讀卡機；若已接上，請安裝驅動程式：apt install libccid",
	"connect a reader; if it is connected, install its driver: apt install libccid" };
static const struct finding_row cards_none = { "cards", FINDING_NOTE, "讀卡機中沒有卡片",
	"there is no card in a reader", "請將卡片插入讀卡機", "insert your card" };
static const struct finding_row cards_unsupported = { "cards", FINDING_BAD, "卡片不受支援，或卡片上沒有簽章憑證",
	"the card is not supported or holds no certificate for signatures",
	"請確認卡片已寫入簽章憑證；廠商專用卡片須在設定檔指定其元件",
	"use a card that has a certificate; a maker's own kind needs its module in the settings" };
static const struct finding_row cards_busy = { "cards", FINDING_BAD, "其他程式正在使用卡片",
	"another program uses the card", "請關閉其他使用卡片的程式", "close the other program" };
static const struct finding_row cards_silent = { "cards", FINDING_BAD, "卡片沒有回應",
	"the card does not answer", "請拔出卡片後重新插入",
	"pull the card out and insert it again" };
static const struct finding_row cards_failed = { "cards", FINDING_BAD, "讀取卡片失敗",
	"reading the card failed", "請重新插入卡片；若仍失敗，請回報此代碼",
	"insert the card again; if that does not help, report this code" };
static const struct finding_row certificate_found = { "certificate", FINDING_OK, "找到簽章憑證",
	"certificate for signatures", NULL, NULL };

/* 1 if the settings are good. */
static int
check_config(struct findings *d, struct config *config)
{
	const char *why = "";

	if (config_load(d->arena, config, &why) != YX_OK) {
		finding_add(d, &config_bad, why);
		return 0;
	}
	finding_add(d, config->found ? &config_read : &config_default, config->path);
	d->modules = config->pkcs11_modules;
	return 1;
}

/* What the cards say. */
struct look {
	struct keyring        keyring;
	struct pcsc_count     count;
	struct keyring_found *found;
	int                   cards_rc;
	int                   passed_over; /* what became of a card, though another one works */
};

static int
look(struct findings *d, struct look *l)
{
	int rc = pcsc_count(d->arena, &l->count);

	l->keyring = (struct keyring){ .arena = d->arena, .watch = d->watch, .modules = d->modules,
		.silent_ms = PATIENCE_MS / 2, .pin_pads = 1 };
	/* A module may know tokens that are in no reader of PC/SC. */
	if (rc == YX_OK && (l->count.cards > 0 || (d->modules != NULL && *d->modules != '\0')))
		l->cards_rc = keyring_find(&l->keyring, &l->found, &l->passed_over);
	return rc;
}

static void
report_certificates(struct findings *d, const struct keyring_found *found)
{
	for (; found != NULL; found = found->next) {
		struct yx_cert cert = { 0 };

		if (yx_cert_parse(d->arena, found->cert, found->len, &cert) == YX_OK)
			finding_add(d, &certificate_found,
			    yx_arena_printf(
				d->arena, "%s, %s %s, %s", found->reader, found->kind, found->slot,
				cert.key_type));
		yx_cert_free(&cert);
	}
}

static void
report_failure(struct findings *d, int rc)
{
	if (rc == YX_CARD_UNSUPPORTED)
		finding_add(d, &cards_unsupported, NULL);
	else if (rc == YX_CARD_BUSY)
		finding_add(d, &cards_busy, NULL);
	else if (rc == YX_CARD_TIMEOUT)
		finding_add(d, &cards_silent, NULL);
	else
		finding_add(d, &cards_failed, yx_err_word(rc));
}

static void
report_look(struct findings *d, const struct look *l)
{
	if (!l->count.service) {
		finding_add(d, &service_bad, getenv("PCSCLITE_CSOCK_NAME"));
		return;
	}
	finding_add(d, &service_ok, NULL);
	report_certificates(d, l->found);
	if (l->count.readers == 0) {
		finding_add(d, &readers_bad, NULL);
		return;
	}
	finding_add(d, &readers_ok, yx_arena_printf(d->arena, "%d", l->count.readers));
	if (l->count.cards == 0)
		finding_add(d, &cards_none, NULL);
	else if (l->cards_rc != YX_OK || l->passed_over != YX_OK)
		report_failure(d, l->cards_rc != YX_OK ? l->cards_rc : l->passed_over);
}

static void
check_cards(struct findings *d)
{
	struct look l = { .cards_rc = YX_OK };
	int rc = look(d, &l);

	if (rc == YX_OK)
		report_look(d, &l);
	else
		report_failure(d, rc);
}

int
doctor_fill(struct job *job, const void *ctx)
{
	struct findings *d = yx_arena_alloc(job->arena, sizeof(*d));

	if (d == NULL)
		return YX_NO_MEMORY;
	*d = (struct findings){ .arena = job->arena, .watch = &job->watch, .from_browser = ctx != NULL };
	d->tail = &d->first;
	job->input = d;
	return YX_OK;
}

int
doctor_work(struct job *job)
{
	struct findings *d = job->input;
	struct config config;
	int configured = check_config(d, &config);

	check_cards(d);
	doctor_manifests(d);
	if (configured)
		doctor_system(d, &config);
	return YX_OK;
}

static const char *const state_words[] = { "ok", "note", "bad" };

static void
print_text(const struct findings *d)
{
	static const char *const marks[] = { "  ok  ", " note ", "  !!  " };
	int zh = language_chinese();

	for (const struct finding *f = d->first; f != NULL; f = f->next) {
		const char *fix = zh ? f->row->fix_zh : f->row->fix_en;

		printf("[%s] %s%s%s\n", marks[f->row->state], zh ? f->row->zh : f->row->en,
		    f->detail != NULL ? ": " : "", f->detail != NULL ? f->detail : "");
		if (fix != NULL)
			printf("         → %s\n", fix);
	}
}

void
doctor_put(struct yx_jw *w, const struct findings *d, int details)
{
	yx_jw_str(w, "version", SIGNER_VERSION);
	yx_jw_bool(w, "ok", d->bad == 0);
	yx_jw_array(w, "findings");
	for (const struct finding *f = d->first; f != NULL; f = f->next) {
		yx_jw_object(w, NULL);
		yx_jw_str(w, "check", f->row->check);
		yx_jw_str(w, "state", state_words[f->row->state]);
		yx_jw_str(w, "zh", f->row->zh);
		yx_jw_str(w, "en", f->row->en);
		if (details || f->row == &readers_ok) /* a number */
			yx_jw_str(w, "detail", f->detail);
		yx_jw_str(w, "fixZh", f->row->fix_zh);
		yx_jw_str(w, "fixEn", f->row->fix_en);
		yx_jw_end_object(w);
	}
	yx_jw_end_array(w);
}

static int
print_json(const struct findings *d)
{
	struct yx_buf out;
	struct yx_jw w;
	int rc;

	yx_buf_init(&out, OUTPUT_MAX);
	yx_jw_open(&w, &out);
	yx_jw_object(&w, NULL);
	doctor_put(&w, d, 1);
	yx_jw_end_object(&w);
	if ((rc = yx_jw_close(&w)) == YX_OK)
		puts(yx_buf_str(&out));
	yx_buf_free(&out);
	return rc;
}

/* A reader that keeps us is passed over the next time, and told of. */
static struct job *
examine(void)
{
	const struct worker_limits limits = {
		.silent_ms = PATIENCE_MS, .total_ms = 4 * PATIENCE_MS, .stdin_fd = -1
	};

	for (int i = 0; i < READERS_MAX; i++) {
		struct job *job = job_new(ARENA_MAX);

		if (job == NULL)
			return NULL;
		job->work = doctor_work;
		if (doctor_fill(job, NULL) == YX_OK && worker_run(job, &limits) == YX_OK)
			return job;
		job_free(&job);
	}
	return NULL;
}

int
doctor_run(int json)
{
	struct job *job = examine();
	const struct findings *d;
	int status = 1;

	if (job == NULL)
		return status;
	d = job->input;
	if (!json)
		print_text(d);
	if (!json || print_json(d) == YX_OK)
		status = d->bad > 0;
	job_free(&job);
	return status;
}

#include "backend/jobs/hook.h"

#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "backend/api/client_json.h"
#include "backend/domain/base/outbox.h"
#include "backend/domain/client/hook.h"
#include "backend/domain/client/hook_delivery.h"
#include "backend/jobs/post.h"
#include "common/codec.h"
#include "common/crash.h"
#include "common/log.h"

#define BODY_MAX 16384

/* All that one turn needs. */
struct turn {
	struct yx_db         *db;
	struct yx_arena      *arena;
	const struct yx_conf *conf;
	struct hook_lease     by;
	struct hook_target    target;
	struct hook_delivery  delivery;
	struct delivery_try   done;
};

/* The event as GET /events has it; a test has neither contract nor message. */
static int
compose(struct turn *t, struct yx_buf *body)
{
	struct client_event e = { .id = t->delivery.id, .kind = t->delivery.kind, .at = t->delivery.created_at };
	struct yx_jw w;
	int rc = t->delivery.event_id == NULL ? YX_OK
	    : client_event_get(t->db, t->arena, t->delivery.event_id, &e);

	if (rc != YX_OK)
		return rc;
	yx_jw_open(&w, body);
	yx_jw_object(&w, NULL);
	client_event_json(&w, &e);
	yx_jw_end_object(&w);
	return yx_jw_close(&w);
}

/* Standard Webhooks: "v1," and the base64 of HMAC-SHA256 over id.timestamp.body, for each secret. */
static int
add_signatures(struct yx_buf *out, const struct turn *t, const struct yx_buf *what)
{
	uint8_t mac[32];
	unsigned n = sizeof(mac);

	for (size_t i = 0; i < t->target.secrets_n; i++) {
		if (HMAC(EVP_sha256(), t->target.secret[i], HOOK_SECRET_BYTES, what->data, what->len, mac, &n) == NULL)
			return YX_INTERNAL;
		yx_buf_adds(out, i > 0 ? " v1," : "v1,");
		yx_base64(out, mac, sizeof(mac));
	}
	return yx_buf_status(out);
}

static int
sign(const struct turn *t, const char *id, const struct yx_buf *body, struct yx_buf *headers)
{
	long long seconds = t->by.now_ms / 1000;
	struct yx_buf what;
	int rc;

	yx_buf_init(&what, BODY_MAX * 2);
	yx_buf_addf(&what, "%s.%lld.", id, seconds);
	yx_buf_add(&what, body->data, body->len);
	yx_buf_addf(headers, "webhook-id: %s\nwebhook-timestamp: %lld\nwebhook-signature: ", id, seconds);
	if ((rc = yx_buf_status(&what)) == YX_OK)
		rc = add_signatures(headers, t, &what);
	yx_buf_free(&what);
	return rc;
}

static int
deliver(struct turn *t)
{
	const char *id = t->delivery.event_id != NULL ? t->delivery.event_id : t->delivery.id;
	struct post p = { .url = t->target.url, .allow_hosts = t->conf->hook_allow_hosts, .tls_ca = t->conf->hook_tls_ca };
	struct yx_buf body, headers;
	int rc;

	yx_buf_init(&body, BODY_MAX);
	yx_buf_init(&headers, 4096);
	if ((rc = compose(t, &body)) == YX_OK && (rc = sign(t, id, &body, &headers)) == YX_OK) {
		p.body = &body;
		p.headers = yx_buf_str(&headers);
		rc = post_send(&p);
	}
	yx_buf_free(&body);
	yx_buf_free(&headers);
	t->done = (struct delivery_try){ .now_ms = yx_now_ms(), .millis = p.millis, .status = p.status,
		.arrived = rc == YX_OK && p.status >= 200 && p.status < 300, .gone = p.status == 410 };
	t->done.error = t->done.arrived ? "" : yx_arena_strdup(t->arena, p.error);
	return rc != YX_OK ? rc : t->done.error == NULL ? YX_NO_MEMORY : YX_OK;
}

/* Whom the address belongs to hears that nothing arrives there. */
static int
tell(struct turn *t)
{
	struct outbox_new m = { .recipient = t->target.contact, .subject = "Webhook 已停用", .at = t->by.now_ms };

	m.body = yx_arena_printf(t->arena, "介接程式「%s」的 webhook 已停用：%s\n三天來沒有一次送達，或對方要求停止（410）。"
	    "修好後請由管理者在「介接程式」按「恢復」，並可重送未送達的通知。\n"
	    "The webhook of the client %s was disabled: nothing has arrived there for three days, or its owner wants no"
	    " more (410). When it is mended, an administrator resumes it, and may send again what did not arrive.\n\n"
	    "最後一次的結果 The last result：%s\n\n請登入處理 See it here：%s/#/clients\n", t->target.client_name,
	    t->target.url, t->target.client_name, t->done.error, t->conf->origin);
	return m.body == NULL ? YX_NO_MEMORY : outbox_add(t->db, &m);
}

static int
note(struct yx_db *db, void *ctx)
{
	struct turn *t = ctx;
	struct hook_result r = { .arrived = t->done.arrived, .gone = t->done.gone };
	int disabled = 0, rc = delivery_note(db, &t->delivery, &t->done, &r.next_ms);

	if (rc == YX_OK)
		rc = hook_note(db, &t->by, t->target.id, &r, &disabled);
	return rc == YX_OK && disabled ? tell(t) : rc;
}

static int
turn(struct turn *t)
{
	int rc = delivery_first(t->db, t->arena, t->target.id, t->by.now_ms, &t->delivery);

	if (rc != YX_OK)
		return rc;
	yx_crash_point("hook.claimed");
	if ((rc = deliver(t)) != YX_OK)
		return rc;
	yx_crash_point("hook.sent");
	t->by.now_ms = yx_now_ms();
	if ((rc = yx_db_tx(t->db, note, t)) == YX_OK)
		yx_crash_point("hook.noted");
	if (!t->done.arrived)
		yx_info("webhook %s: %s", t->target.id, t->done.error);
	return rc;
}

int
job_hook(struct yx_db *db, const struct yx_conf *conf, const char *owner, int *done)
{
	struct turn t = { .db = db, .arena = yx_arena_new(1 << 20), .conf = conf,
		.by = { owner, yx_now_ms() } };
	int rc = t.arena == NULL ? YX_NO_MEMORY : hook_claim(db, t.arena, &t.by, &t.target);

	*done = rc == YX_OK;
	if (rc == YX_OK)
		rc = turn(&t);
	explicit_bzero(&t.target, sizeof(t.target));
	yx_arena_free(&t.arena);
	return rc == YX_NOT_FOUND ? YX_OK : rc;
}

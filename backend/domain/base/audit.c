#include "backend/domain/base/audit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/domain/base/audit_internal.h"
#include "common/codec.h"
#include "common/json.h"
#include "common/log.h"
#include "common/random.h"

/* The rows that this thread's connection adds are numbered without a gap; what a
 * transaction that was rolled back took is taken again. */
static _Thread_local struct {
	char     id[YX_ID_SIZE];
	uint64_t connection, transaction;
	int64_t  turn;                      /* of the last row that is committed */
	int64_t  pending;                   /* rows since then */
	uint8_t  last[AUDIT_HASH];          /* MAC of the last of these */
} stream;

/* ---- the journal: what was committed, outside the database ---- */

/* One line a transaction: stream, number of its last row, MAC of it. A file a day. */
static void
journal(void *ctx)
{
	char name[32], line[160], hex[2 * AUDIT_HASH + 1];
	time_t now = time(NULL);
	struct tm tm;
	int fd, n;

	(void)ctx;
	stream.turn += stream.pending;
	stream.pending = 0;
	gmtime_r(&now, &tm);
	strftime(name, sizeof(name), "journal-%Y%m%d", &tm);
	yx_hex(hex, stream.last, AUDIT_HASH);
	n = snprintf(line, sizeof(line), "%s %lld %s\n", stream.id, (long long)stream.turn, hex);
	if ((fd = audit_append_to(name)) < 0)
		return;
	/* One write: lines of several threads and programs do not mix. */
	if (write(fd, line, (size_t)n) != n)
		yx_error("%s: %s", name, strerror(errno));
	close(fd);
}

/* The number of the next row of this connection. */
static int64_t
next_turn(struct yx_db *db)
{
	struct yx_db_serial now = yx_db_serial(db);

	if (now.connection != stream.connection) {
		yx_random_id(stream.id);
		stream.connection = now.connection;
		stream.turn = stream.pending = 0;
	}
	if (now.transaction != stream.transaction) {
		stream.transaction = now.transaction;
		stream.pending = 0;
	}
	yx_db_after_commit(db, journal, NULL);
	return stream.turn + ++stream.pending;
}

static int
fill_row(struct yx_db *db, const struct audit_event *e, struct audit_row *row, uint8_t mac[AUDIT_HASH])
{
	int rc;

	*row = (struct audit_row){ .at = e->at != 0 ? e->at : yx_now_ms(), .member_id = e->member_id,
		.ip = e->ip != NULL ? e->ip : "", .action = e->action, .object_kind = e->object_kind,
		.object_id = e->object_id, .detail = e->detail != NULL ? e->detail : "{}", .turn = next_turn(db) };
	row->stream = stream.id;
	if ((rc = audit_mac(row, mac)) == YX_OK)
		memcpy(stream.last, mac, AUDIT_HASH);
	row->mac = mac;
	return rc;
}

int
audit_add(struct yx_db *db, struct yx_arena *a, const struct audit_event *e)
{
	uint8_t mac[AUDIT_HASH];
	struct audit_row r;
	int rc;

	(void)a;
	if (audit_key() == NULL || !yx_db_in_tx(db))
		return YX_CONFIG;
	if ((rc = fill_row(db, e, &r, mac)) != YX_OK)
		return rc;
	return yx_db_exec(db,
	    "INSERT INTO audit (at, member_id, ip, action, object_kind, object_id, detail, stream, turn, mac)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    YX_P(yx_p_time(r.at), yx_p_str(r.member_id), yx_p_str(r.ip), yx_p_str(r.action), yx_p_str(r.object_kind),
	    yx_p_str(r.object_id), yx_p_str(r.detail), yx_p_str(r.stream), yx_p_int(r.turn), yx_p_bytes(mac, AUDIT_HASH)),
	    NULL);
}

int
audit_act(struct act *act, const char *action, const char *object_id, const char *key, const char *value)
{
	struct audit_event e = { .member_id = act->who.member_id[0] != '\0' ? act->who.member_id : NULL,
		.ip = act->ip, .action = action, .object_id = object_id, .at = act_now(act) };
	struct yx_buf b;
	int rc;

	if (act_practises(act)) /* the trail is of what happened */
		return YX_OK;
	if ((e.object_kind = yx_arena_strndup(act->arena, action, strcspn(action, "."))) == NULL)
		return YX_NO_MEMORY;
	yx_buf_init(&b, 8192);
	if ((rc = yx_json_pair(&b, key, value)) == YX_OK) {
		e.detail = yx_buf_str(&b);
		rc = audit_add(act->db, act->arena, &e);
	}
	yx_buf_free(&b);
	return rc;
}

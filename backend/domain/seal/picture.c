#include "backend/domain/seal/picture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/domain/base/audit.h"
#include "backend/domain/base/day.h"
#include "backend/domain/card/certificate.h"
#include "backend/domain/document/document.h"
#include "backend/pades/file.h"
#include "backend/pades/png.h"
#include "common/crash.h"

#define INCH 254 /* tenths of a millimetre */

/* ---- a version is proposed ---- */

static int
look(struct act *act, struct picture_new *p)
{
	struct pades_picture seen;
	int rc = pades_png_read(p->png, p->n, &seen);

	if (rc != YX_OK)
		return rc == YX_BAD_FIELD ? act_field(act, "picture", rc) : rc;
	p->clear = seen.clear;
	p->dots = (int)((int64_t)seen.w * INCH / p->width);
	/* Printed in another shape it would be another seal. */
	if ((int64_t)seen.w * p->height * 100 > (int64_t)seen.h * p->width * 105 ||
	    (int64_t)seen.h * p->width * 100 > (int64_t)seen.w * p->height * 105)
		rc = act_field(act, "height", YX_BAD_FIELD);
	pades_png_free(&seen);
	return rc;
}

int
picture_take(struct act *act, struct picture_new *p)
{
	const char *temp = NULL;
	int fd = -1, rc = look(act, p);

	if (rc != YX_OK || (rc = yx_store_temp(act->domain->store, act->arena, &temp, &fd)) != YX_OK)
		return rc;
	if ((rc = pdf_pwrite_all(fd, p->png, p->n, 0)) == YX_OK)
		rc = yx_store_put(act->domain->store, temp, p->sha256, &p->size);
	close(fd);
	unlink(temp);
	yx_crash_point("seal.stored");
	return rc;
}

static int
add_picture(struct act *act, const struct picture_new *p, char id[YX_ID_SIZE])
{
	struct unit unit = { .id = NULL };
	int rc = p->unit_id == NULL ? YX_OK : unit_get(act, act->who.organization_id, p->unit_id, &unit);

	if (rc != YX_OK || (p->unit_id != NULL && unit.id == NULL))
		return rc != YX_OK ? rc : act_field(act, "unitId", YX_BAD_FIELD);
	yx_random_id(id);
	return yx_db_exec(act->db, "INSERT INTO seal_picture (id, organization_id, unit_id, name, kind, newest, created_at)"
	    " VALUES (?, ?, ?, ?, ?, 1, ?)",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id), yx_p_str(p->unit_id), yx_p_str(p->name),
	    yx_p_str(p->kind), yx_p_time(act_now(act))), NULL);
}

/* The row is the lock: one version waits at a time. */
static int
next_version(struct act *act, const char *id, int64_t *version)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_change(act->db, "UPDATE seal_picture SET newest = newest + 1"
	    " WHERE id = ? AND organization_id = ? AND disabled_at IS NULL AND NOT EXISTS"
	    " (SELECT 1 FROM seal_version v WHERE v.seal_id = seal_picture.id AND v.state = 'proposed')",
	    YX_P(yx_p_str(id), yx_p_str(act->who.organization_id)), YX_STATE);

	if (rc != YX_OK || (rc = yx_db_one(act->db, act->arena, "SELECT newest FROM seal_picture WHERE id = ?",
	    YX_P(yx_p_str(id)), &r)) != YX_OK)
		return rc;
	*version = yx_row_int(r, 0);
	return YX_OK;
}

static int
add_version(struct act *act, const struct picture_new *p, const char *id, int64_t version)
{
	struct certificate_row bound = { .id = NULL };
	struct yx_cert cert;
	uint8_t sha256[32];
	int64_t today = act_now(act) + 8 * 3600 * 1000;
	int rc = YX_OK, is_bound = p->certificate_id != NULL;

	if (is_bound) {
		if ((rc = certificate_get(act, p->certificate_id, &bound)) != YX_OK ||
		    (rc = yx_cert_parse(act->arena, bound.der, bound.der_n, &cert)) != YX_OK)
			return rc;
		memcpy(sha256, cert.sha256, sizeof(sha256));
		yx_cert_free(&cert);
	}
	if ((rc = document_add_object(act->db, p->sha256, p->size, act_now(act))) != YX_OK)
		return rc;
	rc = yx_db_exec(act->db,
	    "INSERT INTO seal_version (seal_id, version, sha256, width, height, valid_from, valid_until,"
	    " certificate_sha256, certificate_name, proposed_by, proposed_at)"
	    " VALUES (?, ?, ?, ?, ?, COALESCE(?, DATE(?)), ?, ?, ?, ?, ?)",
	    YX_P(yx_p_str(id), yx_p_int(version), yx_p_bytes(p->sha256, 32), yx_p_int(p->width), yx_p_int(p->height),
	    yx_p_str(p->from), yx_p_time(today), yx_p_str(p->until), is_bound ? yx_p_bytes(sha256, 32) : yx_p_null(),
	    yx_p_str(is_bound ? bound.subject : ""), yx_p_str(act->who.member_id), yx_p_time(act_now(act))), NULL);
	return rc == YX_BAD_FIELD ? act_field(act, "until", rc) : rc;
}

int
picture_propose(struct act *act, const struct picture_new *p, char id[YX_ID_SIZE], int64_t *version)
{
	struct picture_row there;
	int rc;

	*version = 1;
	if (p->id == NULL) {
		rc = add_picture(act, p, id);
	} else {
		memcpy(id, p->id, YX_ID_SIZE);
		if ((rc = picture_get(act, id, &there)) == YX_OK)
			rc = next_version(act, id, version);
	}
	if (rc != YX_OK || (rc = add_version(act, p, id, *version)) != YX_OK)
		return rc;
	return audit_act(act, p->id == NULL ? "seal.create" : "seal.propose", id, "name", p->name);
}

/* ---- a second person decides ---- */

static int
check_second(struct act *act, const char *id, int64_t version)
{
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT v.proposed_by, v.state, p.disabled_at IS NOT NULL FROM seal_picture p"
	    " JOIN seal_version v ON v.seal_id = p.id WHERE p.id = ? AND v.version = ? AND p.organization_id = ?",
	    YX_P(yx_p_str(id), yx_p_int(version), yx_p_str(act->who.organization_id)), &r);

	if (rc != YX_OK)
		return rc;
	if (strcmp(yx_row_str(r, 1), "proposed") != 0 || yx_row_int(r, 2))
		return YX_STATE;
	return strcmp(yx_row_str(r, 0), act->who.member_id) == 0 ? YX_SECOND_PERSON : YX_OK;
}

int
picture_decide(struct act *act, const char *id, int64_t version, const char *reason)
{
	int rc = check_second(act, id, version);

	if (rc != YX_OK)
		return rc;
	rc = yx_db_change(act->db, "UPDATE seal_version SET state = IF(? IS NULL, 'approved', 'refused'), decided_by = ?,"
	    " decided_at = ?, reason = COALESCE(?, '') WHERE seal_id = ? AND version = ? AND state = 'proposed'",
	    YX_P(yx_p_str(reason), yx_p_str(act->who.member_id), yx_p_time(act_now(act)), yx_p_str(reason), yx_p_str(id),
	    yx_p_int(version)), YX_STATE);
	if (rc == YX_OK && reason == NULL)
		rc = yx_db_change(act->db, "UPDATE seal_picture SET version = ? WHERE id = ? AND disabled_at IS NULL",
		    YX_P(yx_p_int(version), yx_p_str(id)), YX_STATE);
	return rc != YX_OK ? rc : audit_act(act, reason == NULL ? "seal.approve" : "seal.refuse", id, "reason", reason);
}

int
picture_disable(struct act *act, const char *id, const char *reason)
{
	struct picture_row p;
	int rc = picture_get(act, id, &p);

	if (rc != YX_OK || (rc = yx_db_change(act->db,
	    "UPDATE seal_picture SET disabled_at = ?, disabled_by = ?, disabled_reason = ?"
	    " WHERE id = ? AND disabled_at IS NULL",
	    YX_P(yx_p_time(act_now(act)), yx_p_str(act->who.member_id), yx_p_str(reason), yx_p_str(id)),
	    YX_STATE)) != YX_OK)
		return rc;
	return audit_act(act, "seal.disable", id, "reason", reason);
}

int
picture_used(struct act *act, const char *signing_id, int64_t at)
{
	return yx_db_exec(act->db, "INSERT INTO seal_use (document_id, revision, seal_id, version, member_id, used_at)"
	    " SELECT i.document_id, i.base_revision + 1, s.seal_id, s.seal_version, s.member_id, ? FROM signing s"
	    " JOIN signing_item i ON i.signing_id = s.id JOIN sign_task t ON t.id = i.task_id"
	    " WHERE s.id = ? AND s.seal_id IS NOT NULL AND EXISTS (SELECT 1 FROM seal_place p"
	    " WHERE p.document_id = i.document_id AND p.party = t.kind"
	    " AND p.organization_id IN ('', t.organization_id))",
	    YX_P(yx_p_time(at), yx_p_str(signing_id)), NULL);
}

int
picture_succeed(struct act *act, const struct organization_pair *p, const char *by)
{
	return yx_db_exec(act->db,
	    "UPDATE seal_picture p JOIN organization f ON f.id = p.organization_id LEFT JOIN unit u ON u.id = p.unit_id"
	    " SET p.disabled_reason = IF(p.disabled_at IS NULL, CONCAT('機關整併：', f.name), p.disabled_reason),"
	    " p.disabled_by = IF(p.disabled_at IS NULL, ?, p.disabled_by), p.disabled_at = COALESCE(p.disabled_at, ?),"
	    " p.organization_id = ?, p.unit_id = u.successor_id WHERE p.organization_id = ?",
	    YX_P(yx_p_str(by), yx_p_time(act_now(act)), yx_p_str(p->into), yx_p_str(p->from)), NULL);
}

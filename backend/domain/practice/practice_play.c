#include "backend/domain/practice/practice_play.h"

#include <string.h>

#include "backend/domain/people/member.h"
#include "backend/domain/practice/practice_pki.h"

/* Who is in stays in: what belongs to the session goes with it. */
static void
keep_session(struct who *now, const struct who *real)
{
	memcpy(now->csrf, real->csrf, sizeof(now->csrf));
	memcpy(now->session_hash, real->session_hash, sizeof(now->session_hash));
	now->proved_at = real->proved_at;
	now->by_card = real->by_card;
	now->lacks_factor = real->lacks_factor;
	memcpy(now->player_id, real->member_id, sizeof(now->player_id));
}

int
practice_play(struct act *act, const char *member_id)
{
	const struct who real = act->who;
	struct yx_rows *r = NULL;
	int rc = yx_db_one(act->db, act->arena,
	    "SELECT p.id FROM practice_person x JOIN practice p ON p.id = x.practice_id WHERE x.member_id = ?"
	    " AND p.owner_id = ?", YX_P(yx_p_str(member_id), yx_p_str(real.member_id)), &r);

	if (rc != YX_OK)
		return rc == YX_NOT_FOUND ? YX_OK : rc;
	if ((rc = member_act(act, member_id)) != YX_OK)
		return rc;
	keep_session(&act->who, &real);
	memcpy(act->who.practice_id, yx_row_str(r, 0), sizeof(act->who.practice_id));
	act->no_mail = 1;
	return practice_domain(act, &act->domain);
}

int
practice_reaches(const struct act *act, const char *path)
{
	static const char *const open[] = { "bulletins", "certificates", "contracts", "deputies", "filters", "health",
		"home", "kept", "letters", "live", "members", "messages", "organizations", "practice", "prepared",
		"registry", "sealing", "seals", "session", "signings", "units", "voids" };
	static const char base[] = "/api/v1/", documents[] = "documents/{id}/";
	const char *rest = strncmp(path, base, sizeof(base) - 1) == 0 ? path + sizeof(base) - 1 : path + 1;

	if (!act_practises(act) || strcmp(rest, "_upload_ok") == 0)
		return 1;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		if (strlen(open[i]) == strcspn(rest, "/") && strncmp(rest, open[i], strlen(open[i])) == 0)
			return strstr(rest, "/parameters") == NULL;
	return strncmp(rest, documents, sizeof(documents) - 1) == 0 && strstr(rest, "/evidence") == NULL;
}

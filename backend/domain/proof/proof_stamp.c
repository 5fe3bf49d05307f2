#include "backend/domain/proof/proof.h"

#include <stdatomic.h>

#include "common/crash.h"
#include "common/log.h"

#define QUIET_MS 30000 /* after a failure nobody who waits is made to wait for the next */

static _Atomic int64_t quiet_until;

int
proof_possible(const struct domain *d)
{
	return *d->conf->tsa_urls != '\0';
}

size_t
proof_room(const struct domain *d)
{
	return proof_possible(d) ? PADES_TOKEN_ROOM : 0;
}

struct pades_stamp *
proof_stamper(struct domain *d, struct proof_seal *s)
{
	*s = (struct proof_seal){ .tsa = domain_tsa(d) };
	s->tsa.deadline_ms = d->conf->tsa_wait_seconds * 1000;
	s->stamp = (struct pades_stamp){ .trust = d->tsa_trust, .tsa = &s->tsa };
	return proof_possible(d) && s->tsa.deadline_ms > 0 && yx_now_ms() >= atomic_load(&quiet_until) ? &s->stamp : NULL;
}

int64_t
proof_stamped(const struct proof_seal *s)
{
	if (s->stamp.time != 0)
		return (int64_t)s->stamp.time * 1000;
	if (*s->tsa.urls != '\0' && yx_now_ms() >= atomic_load(&quiet_until))
		atomic_store(&quiet_until, yx_now_ms() + QUIET_MS);
	return 0;
}

int
proof_stamp(struct domain *d, struct yx_buf *cms, size_t room, int64_t *at)
{
	struct proof_seal s;
	struct pades_stamp *stamp = proof_stamper(d, &s);
	int rc;

	*at = 0;
	if (stamp == NULL)
		return YX_OK;
	rc = pades_cms_stamp(cms, room, stamp);
	*at = proof_stamped(&s);
	if (rc == YX_TIMESTAMP_UNAVAILABLE || rc == YX_HOLE_TOO_SMALL) {
		yx_warn("a signature stands without a timestamp for now: %s", yx_err_word(rc));
		rc = YX_OK;
	}
	yx_crash_point("sign.stamped");
	return rc;
}

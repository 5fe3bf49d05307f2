/* admin.h - floor 4: what an administrator reaches: the agency's own administrator the
 * agency, the platform's administrator every agency and the platform itself. Neither sees
 * a contract by it. */
#ifndef YX_ADMIN_H
#define YX_ADMIN_H

#include "backend/act.h"

/* Row o of organization is one that act->who administrates. Parameters: ADMIN_P. Vendors
 * look after themselves. */
#define ADMIN_OF " (o.kind <> 'vendor' AND o.practice_id IS NULL AND (? OR (? AND o.id = ?)))"
#define ADMIN_P(act) yx_p_int(((act)->who.roles & ROLE_PLATFORM_ADMIN) != 0), \
	yx_p_int(((act)->who.roles & ROLE_AGENCY_ADMIN) != 0), yx_p_str((act)->who.organization_id)

#endif

/* api.h - floor 5: the map of the API: one table of routes a group of screens, at the
 * end of the group's file. A handler takes the parameters that its row has checked,
 * calls the rules, and writes JSON. */
#ifndef YX_API_H
#define YX_API_H

#include "backend/http/http.h"

extern const struct http_route HEALTH_ROUTES[], SESSION_ROUTES[], ACCOUNT_ROUTES[], HOME_ROUTES[], PEOPLE_ROUTES[],
    CONTRACT_ROUTES[], LIFE_ROUTES[], DOCUMENT_ROUTES[], MESSAGE_ROUTES[], CERTIFICATE_ROUTES[], SIGNING_ROUTES[],
    ADMIN_ROUTES[], SETTING_ROUTES[], WORDING_ROUTES[], VERIFY_ROUTES[], REGISTRY_ROUTES[], EVIDENCE_ROUTES[],
    AUDIT_ROUTES[], PLATFORM_ROUTES[], GLASS_ROUTES[], KEY_ROUTES[], SEAL_ROUTES[], COMPANY_ROUTES[], KEPT_ROUTES[],
    LETTER_ROUTES[], CLIENT_ROUTES[], HOOK_ROUTES[], OAUTH_ROUTES[], PUBLIC_CONTRACT_ROUTES[], PUBLIC_READ_ROUTES[],
    TEMPLATE_ROUTES[], WALLET_ROUTES[], WALLET_ITEM_ROUTES[], WALLET_GRANT_ROUTES[], PRACTICE_ROUTES[],
    RETENTION_ROUTES[], APART_ROUTES[], MERGE_ROUTES[];

/* All of them; ends with NULL. */
extern const struct http_route *const API_ROUTES[];

#endif

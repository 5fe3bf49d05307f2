#include "backend/api/api.h"

const struct http_route *const API_ROUTES[] = {
	HEALTH_ROUTES,      /* health.c */
	SESSION_ROUTES,     /* session.c */
	ACCOUNT_ROUTES,     /* account.c: my account, links in mails */
	COMPANY_ROUTES,     /* company.c: vendors look after themselves */
	HOME_ROUTES,        /* home.c */
	PEOPLE_ROUTES,      /* people.c: units, members, organizations */
	CONTRACT_ROUTES,    /* contracts.c */
	LIFE_ROUTES,        /* life.c: return, revise, void, deadline, remind, copy */
	TEMPLATE_ROUTES,    /* templates.c: 範本 */
	DOCUMENT_ROUTES,    /* documents.c */
	APART_ROUTES,       /* apart.c: signatures of what is no PDF */
	MESSAGE_ROUTES,     /* messages.c: inbox, sent, sealing */
	LETTER_ROUTES,      /* letters.c: what one writes and sends oneself */
	CERTIFICATE_ROUTES, /* certificates.c */
	SIGNING_ROUTES,     /* signings.c */
	ADMIN_ROUTES,       /* admin.c: agencies, units, people, roles */
	MERGE_ROUTES,       /* admin_merges.c: 機關整併 */
	VERIFY_ROUTES,      /* verify.c: for everybody */
	KEPT_ROUTES,        /* kept.c: unfinished forms, filters of lists */
	REGISTRY_ROUTES,    /* registry.c: who seals, the book of seals, deputies */
	EVIDENCE_ROUTES,    /* evidence.c: 證明頁, 證據包, verification codes */
	AUDIT_ROUTES,       /* admin_audit.c: the audit trail */
	GLASS_ROUTES,       /* admin_glass.c: 緊急調閱 */
	KEY_ROUTES,         /* admin_keys.c: 平台金鑰 */
	RETENTION_ROUTES,   /* admin_retention.c: 銷毀清冊, 保全 */
	SETTING_ROUTES,     /* admin_settings.c: parameters */
	WORDING_ROUTES,     /* admin_wordings.c: what mails say */
	PLATFORM_ROUTES,    /* admin_platform.c: health, mail, jobs, key */
	CLIENT_ROUTES,      /* clients.c: who may use the public API */
	HOOK_ROUTES,        /* hooks.c: where clients are told what happened */
	OAUTH_ROUTES,       /* oauth.c: access tokens of the public API */
	PUBLIC_CONTRACT_ROUTES, /* client_contracts.c: the public API itself */
	PUBLIC_READ_ROUTES, /* client_reads.c */
	PRACTICE_ROUTES,    /* practice.c: 實機演練 */
	SEAL_ROUTES,        /* seals.c: seal pictures, places on a draft's pages */
	WALLET_ROUTES,      /* wallet.c: 個人證件包, its passphrase, its settings */
	WALLET_ITEM_ROUTES, /* wallet_items.c: the documents in it */
	WALLET_GRANT_ROUTES, /* wallet_grants.c: who else may read one of them */
	NULL,
};

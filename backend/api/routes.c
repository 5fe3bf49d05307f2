/* The map of the whole API: one row an endpoint. What a row can tell, the router
 * checks before the handler runs (backend/http/router.c). */
#include "backend/api/api.h"

#define V1 "/api/v1"
#define END { NULL, IN_PATH, T_ID, 0, 0, 0, NULL }
#define ID(name) { name, IN_PATH, T_ID, 0, 0, 0, NULL }

static const struct http_param P_ID[] = { ID("id"), END };
static const struct http_param P_PAGE[] = { HTTP_PAGE_PARAMS, END };

static const struct http_param P_LOGIN[] = {
	{ "account", IN_BODY, T_STRING, 0, 1, 64, NULL },
	{ "password", IN_BODY, T_STRING, 0, 1, 256, NULL }, END };

static const struct http_param P_MEMBERS[] = {
	{ "role", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "officer|sealer" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };
static const struct http_param P_ORGANIZATIONS[] = {
	{ "external", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "true|false" },
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS, END };

static const struct http_param P_CONTRACTS[] = {
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL },
	{ "state", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "open|completed|draft|vendor_pending|agency_pending" },
	HTTP_PAGE_PARAMS, END };
#define BASICS \
	{ "number", IN_BODY, T_STRING, 0, 1, 50, NULL }, \
	{ "title", IN_BODY, T_STRING, 0, 1, 100, NULL }, \
	{ "caseNumber", IN_BODY, T_STRING, OPTIONAL, 0, 50, NULL }, \
	{ "unitId", IN_BODY, T_ID, 0, 0, 0, NULL }, \
	{ "officers", IN_BODY, T_IDS, 0, 1, 50, NULL }
static const struct http_param P_CREATE[] = { BASICS, END };
static const struct http_param P_UPDATE[] = { ID("id"), BASICS,
	{ "version", IN_BODY, T_INT, 0, 1, 2147483647, NULL },
	{ "handlerId", IN_BODY, T_ID, OPTIONAL, 0, 0, NULL },
	{ "emails", IN_BODY, T_EMAILS, OPTIONAL, 0, 20, NULL }, END };
static const struct http_param P_SIGNERS[] = { ID("id"),
	{ "vendors", IN_BODY, T_IDS, 0, 0, 10, NULL },
	{ "sealers", IN_BODY, T_IDS, 0, 0, 50, NULL },
	{ "subject", IN_BODY, T_STRING, 0, 1, 300, NULL },
	{ "body", IN_BODY, T_TEXT, 0, 1, 4000, NULL },
	{ "emails", IN_BODY, T_EMAILS, 0, 0, 20, NULL }, END };
static const struct http_param P_DOCUMENT[] = { ID("id"), ID("documentId"), END };

static const struct http_param P_HISTORY[] = { ID("id"), HTTP_PAGE_PARAMS, END };
static const struct http_param P_FILE[] = { ID("id"),
	{ "revision", IN_QUERY, T_INT, OPTIONAL, 0, 1000, NULL },
	{ "download", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "1" }, END };

#define LIST_FILTER(other) \
	{ "from", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "to", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ other, IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL }, \
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, HTTP_PAGE_PARAMS
static const struct http_param P_RECEIVED[] = {
	{ "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "all|to_sign|unread|read" }, LIST_FILTER("sender"), END };
static const struct http_param P_SENT[] = { LIST_FILTER("recipient"), END };
static const struct http_param P_SEALING[] = {
	{ "tab", IN_QUERY, T_WORD, OPTIONAL, 0, 0, "all|pending|sealed|other" }, LIST_FILTER("sender"), END };

static const struct http_param P_CHALLENGE[] = {
	{ "certificate", IN_BODY, T_BASE64, 0, 1, 16384, NULL }, END };
static const struct http_param P_REGISTER[] = {
	{ "challengeId", IN_BODY, T_ID, 0, 0, 0, NULL },
	{ "purpose", IN_BODY, T_STRING, 0, 1, 100, NULL },
	{ "signature", IN_BODY, T_BASE64, 0, 1, 2048, NULL }, END };

static const struct http_param P_PREPARE[] = {
	{ "tasks", IN_BODY, T_IDS, 0, 1, 50, NULL },
	{ "certificateId", IN_BODY, T_ID, 0, 0, 0, NULL }, END };
static const struct http_param P_COMPLETE[] = { ID("id"),
	{ "signatures", IN_BODY, T_JSON, 0, 0, 0, NULL },
	{ "body", IN_BODY, T_TEXT, 0, 1, 4000, NULL }, END };
static const struct http_param P_TOKEN[] = {
	{ "token", IN_PATH, T_STRING, 0, 64, 64, NULL }, END };

#define SIGNERS (ROLE_VENDOR_SIGNER | ROLE_SEALER)

const struct http_route API_ROUTES[] = {
	{ "GET", V1 "/health", WHO_ANYONE, F_NO_TOUCH, NULL, api_health, "Is the service up" },

	/* No CSRF token yet at login; SameSite=Strict and the Origin check guard it. */
	{ "POST", V1 "/session", WHO_ANYONE, F_NO_CSRF | F_SLOW, P_LOGIN, api_login, "Log in" },
	{ "GET", V1 "/session", WHO_MEMBER, 0, NULL, api_session, "Who am I" },
	{ "DELETE", V1 "/session", WHO_MEMBER, 0, NULL, api_logout, "Log out" },

	{ "GET", V1 "/home", WHO_MEMBER, 0, NULL, api_home, "What waits for me" },
	{ "GET", V1 "/units", ROLE_OFFICER, 0, NULL, api_units, "Units of my agency" },
	{ "GET", V1 "/members", ROLE_OFFICER, 0, P_MEMBERS, api_members, "People of my agency" },
	{ "GET", V1 "/organizations", ROLE_OFFICER, 0, P_ORGANIZATIONS, api_organizations, "Signing units" },

	{ "GET", V1 "/contracts", ROLE_OFFICER, 0, P_CONTRACTS, api_contracts, "My cases" },
	{ "POST", V1 "/contracts", ROLE_OFFICER, 0, P_CREATE, api_contract_create, "Step 1: new draft" },
	{ "GET", V1 "/contracts/{id}", ROLE_OFFICER, 0, P_ID, api_contract, "One contract" },
	{ "PUT", V1 "/contracts/{id}", ROLE_OFFICER, 0, P_UPDATE, api_contract_update, "Update its data" },
	{ "DELETE", V1 "/contracts/{id}", ROLE_OFFICER, 0, P_ID, api_contract_discard, "Discard a draft" },
	{ "POST", V1 "/contracts/{id}/documents", ROLE_OFFICER, F_BODY_FILE | F_SLOW, P_ID, api_document_upload, "Step 2: upload a PDF" },
	{ "DELETE", V1 "/contracts/{id}/documents/{documentId}", ROLE_OFFICER, 0, P_DOCUMENT, api_document_remove, "Remove an upload" },
	{ "PUT", V1 "/contracts/{id}/signers", ROLE_OFFICER, 0, P_SIGNERS, api_contract_signers, "Step 3: signers and notice" },
	{ "POST", V1 "/contracts/{id}/send", ROLE_OFFICER, F_SLOW, P_ID, api_contract_send, "Seal and send" },
	/* Internal: nginx's auth_request before an upload. It is a GET there, but asks
	 * about a POST, so it checks the token like one. */
	{ "POST", V1 "/_upload_ok", ROLE_OFFICER, F_BODY_FILE, NULL, api_upload_allowed, "May this upload begin" },

	{ "GET", V1 "/documents/{id}/history", WHO_MEMBER, 0, P_HISTORY, api_document_history, "Signing history" },
	{ "GET", V1 "/documents/{id}/file", WHO_MEMBER, 0, P_FILE, api_document_file, "The PDF" },

	{ "GET", V1 "/messages/received", WHO_MEMBER, 0, P_RECEIVED, api_received, "Inbox" },
	{ "GET", V1 "/messages/sent", WHO_MEMBER, 0, P_SENT, api_sent, "Sent messages" },
	{ "GET", V1 "/messages/{id}", WHO_MEMBER, 0, P_ID, api_message, "One message" },
	{ "GET", V1 "/sealing", ROLE_SEALER, 0, P_SEALING, api_sealing, "My sealing tasks" },

	{ "GET", V1 "/certificates", WHO_MEMBER, 0, P_PAGE, api_certificates, "My certificates" },
	{ "POST", V1 "/certificates", WHO_MEMBER, 0, P_REGISTER, api_certificate_register, "Register with a proof" },
	{ "POST", V1 "/certificates/challenge", WHO_MEMBER, F_SLOW, P_CHALLENGE, api_certificate_challenge, "Judge a certificate" },
	{ "DELETE", V1 "/certificates/{id}", WHO_MEMBER, 0, P_ID, api_certificate_disable, "Take out of use" },

	{ "POST", V1 "/signings", SIGNERS, F_SLOW, P_PREPARE, api_signing_prepare, "Prepare signatures" },
	{ "DELETE", V1 "/signings/{id}", SIGNERS, 0, P_ID, api_signing_cancel, "Give a preparation up" },
	{ "POST", V1 "/signings/{id}/complete", SIGNERS, F_SLOW, P_COMPLETE, api_signing_complete, "Hand in the signatures" },
	/* A capability: the extension reads the bytes without the member's cookie. */
	{ "GET", V1 "/prepared/{token}", WHO_ANYONE, F_NO_TOUCH, P_TOKEN, api_prepared, "Prepared bytes" },

	{ NULL, NULL, 0, 0, NULL, NULL, NULL },
};

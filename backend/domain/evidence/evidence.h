/* evidence.h - floor 4: what the platform can testify of a document that everybody has
 * signed (Electronic Signatures Act, Art. 8 and 9): a sealed sheet (證明頁), its
 * verification code, and what an evidence package (證據包) is made of. */
#ifndef YX_EVIDENCE_H
#define YX_EVIDENCE_H

#include "backend/domain/contract/contract.h"
#include "backend/domain/document/history.h"

#define EVIDENCE_CODE_SIZE 17 /* sixteen characters, and the NUL */

/* A message of the contract on its way to one recipient. */
struct evidence_delivery {
	const char *number, *kind;     /* M…, "notice" … */
	const char *to;                /* organization and masked name */
	int64_t     sent_at, read_at;  /* read_at 0: not opened yet */
};
/* All that the sheet tells; strings in the arena. */
struct evidence_facts {
	struct contract contract;
	const char *document_id, *document_number, *document_name;
	int64_t     revision, pages, size;
	uint8_t     sha256[32];        /* of the signed file */
	uint8_t     kept[32];          /* the same with later timestamps behind it, if there are any */
	struct history_row *history;   /* oldest first */
	size_t      history_n;
	struct evidence_delivery *deliveries;
	size_t      deliveries_n;
	char        code[EVIDENCE_CODE_SIZE];
	int64_t     made_at;           /* ms UTC */
};
/* For whoever may see the document. YX_NOT_FOUND; YX_STATE: not everybody has signed, or
 * it is of an earlier round. code is "" and made_at 0 while there is no sheet. */
int evidence_facts(struct act *act, const char *document_id, struct evidence_facts *out) YX_MUST_USE;

/* The sheet of these facts, drawn, sealed and put into the store, with a new code in
 * facts->code. Takes a while; no transaction. */
struct evidence_sheet { uint8_t sha256[32]; int64_t size; };
int evidence_draw(struct act *act, struct evidence_facts *facts, struct evidence_sheet *out) YX_MUST_USE;
/* In a transaction: its row and the audit row. If another was faster, that one's code
 * stands in facts afterwards. */
int evidence_keep(struct act *act, struct evidence_facts *facts, const struct evidence_sheet *sheet) YX_MUST_USE;
/* The sheet's object, for whoever may see the document. YX_NOT_FOUND: none was made. */
int evidence_object(struct act *act, const char *document_id, uint8_t sha256[32],
    struct document_name *name) YX_MUST_USE;

/* What anybody with the code may know. */
struct evidence_told {
	uint8_t     sha256[32];        /* of the signed file that the sheet is about */
	uint8_t     newest[32];        /* of the same with what keeps it provable, timestamps and proofs */
	int64_t     size, made_at, completed_at;
	int64_t     signatures;
	const char *state;             /* of the contract now */
};
/* code as a person types it: small letters, spaces and hyphens, O for 0, I or L for 1.
 * YX_NOT_FOUND. */
int evidence_of_code(struct act *act, const char *code, struct evidence_told *out) YX_MUST_USE;
/* The code in groups of four, "ABCD-EFGH-…". */
void evidence_code_text(const char *code, char out[20]);

#endif

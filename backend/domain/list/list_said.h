/* list_said.h - floor 4: which words of a line a search looks at. */
#ifndef YX_LIST_SAID_H
#define YX_LIST_SAID_H

/* Of a long text its beginning: what an index of pairs of characters carries with ease. */
#define LIST_BODY "1000"

#define LIST_DOCUMENTS(from) \
	"(SELECT GROUP_CONCAT(CONCAT_WS('\n', d.number, d.name) SEPARATOR '\n') FROM " from ")"

/* All words of a message's entry `e`, a line end between any two: its own, its number, the
 * other side's organization, as it is called and as it was before a merger, and, where a list shows
 * it, person, the contract's numbers, the text,
 * and what is attached outside contracts. With what they are joined from. */
#define LIST_SAID_MESSAGE \
	"CONCAT_WS('\n', e.text, m.number, o.name, w.name," \
	" IF(e.kind = 'S', rp.name, IF(o.kind = 'agency', sp.name, NULL))," \
	" k.number, k.case_number, LEFT(m.body, " LIST_BODY "), IF(m.contract_id IS NULL," \
	" " LIST_DOCUMENTS("message_document a STRAIGHT_JOIN document d ON d.id = a.document_id" \
	" WHERE a.message_id = e.ref") \
	", NULL))"
#define LIST_JOINS_MESSAGE \
	" LEFT JOIN message m ON m.id = e.ref LEFT JOIN organization o ON o.id = e.party" \
	" LEFT JOIN message_recipient r ON e.kind = 'S' AND r.message_id = e.ref AND r.position = e.position" \
	" LEFT JOIN organization w ON w.id = IF(e.kind = 'S', r.was_id, m.was_id)" \
	" LEFT JOIN member rp ON rp.id = r.member_id LEFT JOIN member sp ON e.kind = 'R' AND sp.id = m.sender_id" \
	" LEFT JOIN contract k ON k.id = m.contract_id"

/* The same of a contract's: its own, its case number, who handles it, vendors, documents.
 * STRAIGHT_JOIN: with few organizations and members the optimizer would begin with these, and
 * look each of them up for each contract. */
#define LIST_SAID_CONTRACT \
	"CONCAT_WS('\n', e.text, e.extra, h.name," \
	" (SELECT GROUP_CONCAT(o.name SEPARATOR '\n') FROM contract_vendor v" \
	" STRAIGHT_JOIN organization o ON o.id = v.organization_id WHERE v.contract_id = e.ref)," \
	" (SELECT GROUP_CONCAT(p.name SEPARATOR '\n') FROM contract_officer co" \
	" STRAIGHT_JOIN member p ON p.id = co.member_id WHERE co.contract_id = e.ref)," \
	" " LIST_DOCUMENTS("document d WHERE d.contract_id = e.ref") ")"
#define LIST_JOINS_CONTRACT " LEFT JOIN member h ON h.id = e.member"

#endif

// What fills a page: a contract with as many documents as one likes, long names included.
import assert from 'node:assert/strict';
import { choose } from '../api/client.mjs';
import { makePdf } from './pdf.mjs';

const PAGE = { width: 595, height: 842 };
const KINDS = ['契約書', '投標須知', '需求規格書', '服務建議書', '標價清單', '保密切結書', '履約保證金連帶保證書'];

/** Names of `n` documents: short ones, long ones, one without a space to break at. */
export const namesOf = (n) =>
	Array.from({ length: n }, (_, i) => {
		if (i === 4) return 'Specification_of_requirements_and_acceptance_criteria_v2.31_final';
		const part = i < KINDS.length ? KINDS[i] : `附件${i - KINDS.length + 1}_${KINDS[i % KINDS.length]}`;
		return i === 3 ? `${part}（含臺北市政府資訊局補充說明及歷次澄清會議紀錄彙整）` : part;
	});

/** A draft of `officer` that could be sent; gives its id. */
export async function draftOf(officer, number, title, names, pages = 2) {
	const unit = (await officer.get('/units')).body.items[0];
	const made = await officer.post('/contracts', { number, title, unitId: unit.id, officers: [officer.member.id] });
	assert.equal(made.status, 201, JSON.stringify(made.body));
	const { id } = made.body;
	for (const name of names) {
		const sheets = Array.from({ length: pages }, () => PAGE);
		assert.equal((await officer.upload(id, `${name}.pdf`, makePdf(sheets))).status, 201);
	}
	await choose(officer, id);
	return id;
}

export async function send(officer, contract) {
	const answer = await officer.post(`/contracts/${contract}/send`, {});
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

/** The id of the message about contract `number` that `client` got. */
export async function messageOf(client, number, list = '/messages/received?size=50') {
	const { items } = (await client.get(list)).body;
	return items.find((m) => m.subject.includes(number)).id;
}

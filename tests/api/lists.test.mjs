// Lists that stay exact whatever their length: search and order of contracts, what home tells,
// and the same answers from the index as from the rows themselves when there are thousands.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { as, ctl, DIR, draft, sql } from './client.mjs';
import { ok } from './letters.mjs';

const CONF = join(DIR, 'conf/yinxin.conf');
const one = text => Number(sql(text));
const listsVerify = () => ctl('lists-verify', '--conf', CONF);
const word = () => randomUUID().slice(0, 8);

async function make(chen, fields) {
	const unit = (await chen.get('/units')).body.items.find(u => u.code.endsWith('6300'));
	const answer = await chen.post('/contracts', { unitId: unit.id, officers: [chen.member.id], ...fields });
	assert.equal(answer.status, 201, JSON.stringify(answer.body));
	return answer.body.id;
}

async function ids(client, query) {
	const answer = await client.get(`/contracts?size=100&${new URLSearchParams(query)}`);
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
	assert.equal(answer.body.items.length, Math.min(answer.body.total, 100));
	return answer.body.items.map(c => c.id);
}

test('contracts are found by vendor, case number, officer, dates and state together', async () => {
	const chen = await as('chen'), mark = word();
	const wang = (await chen.get('/members?role=officer&q=wang')).body.items[0];
	const plain = await make(chen, { number: `${mark}-1`, title: `${mark}台北道路`, caseNumber: `P-${mark}` });
	const shared = await make(chen, { number: `${mark}-2`, title: `${mark}橋梁`, officers: [chen.member.id, wang.id] });
	const sent = await draft(chen, `${mark}-3`);
	assert.equal((await chen.post(`/contracts/${sent}/send`, {})).status, 200);
	const vendor = (await chen.get('/organizations?external=true&q=關貿')).body.items[0];
	assert.deepEqual((await ids(chen, { q: mark })).sort(), [plain, shared, sent].sort());
	assert.deepEqual(await ids(chen, { caseNumber: `p-${mark}` }), [plain]);
	assert.deepEqual(await ids(chen, { q: mark, caseNumber: 'no-such-case' }), []);
	assert.deepEqual(await ids(chen, { q: mark, vendor: vendor.id }), [sent]);
	assert.deepEqual(await ids(chen, { q: mark, officer: wang.id }), [shared]);
	assert.deepEqual(await ids(chen, { q: mark, state: 'vendor_pending' }), [sent]);
	assert.deepEqual(await ids(chen, { q: mark, state: 'draft', officer: wang.id }), [shared]);
	const today = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10);
	assert.equal((await ids(chen, { q: mark, from: today, to: today })).length, 3);
	assert.deepEqual(await ids(chen, { q: mark, to: '2021-01-01' }), []);
	const row = (await chen.get(`/contracts?q=${mark}-3`)).body.items[0];
	assert.match(row.vendors, /關貿/);
	assert.equal((await chen.get(`/contracts?q=${mark}-1`)).body.items[0].caseNumber, `P-${mark}`);
});

test('a search does not mind width, case, or 台 for 臺', async () => {
	const chen = await as('chen'), mark = word();
	const id = await make(chen, { number: mark, title: `臺北ＡＢＣ工程${mark}` });
	for (const q of [`台北ABC工程${mark}`, `臺北abc`, `ａｂｃ工程${mark.toUpperCase()}`, `程${mark}`])
		assert.ok((await ids(chen, { q })).includes(id), q);
	assert.ok(!(await ids(chen, { q: `臺北工程${mark}` })).includes(id), 'letters in a row, not scattered');
});

// How many lines of a list have a text, and whether one of the messages is among them.
async function found(client, list, q, id) {
	const { items, total } = (await client.get(`/messages/${list}?size=100&${new URLSearchParams({ q })}`)).body;
	return { total, has: items.some(m => m.id === id) };
}

test('a message is found by whatever a line of it, or its text, shows', async () => {
	const chen = await as('chen'), vendor = await as('vendor'), mark = word();
	const contract = await draft(chen, `N-${mark}`);
	const body = `履約保證金之收據，分機${mark}。`;
	const { vendors, sealers, subject } = (await chen.get(`/contracts/${contract}`)).body;
	assert.equal((await chen.put(`/contracts/${contract}/signers`, { vendors: vendors.map(v => v.id),
		sealers: sealers.map(s => s.id), subject, body, emails: ['test@gmail.com'] })).status, 200);
	assert.equal((await chen.post(`/contracts/${contract}/send`, {})).status, 200);
	const message = (await vendor.get(`/messages/received?q=${mark}`)).body.items[0];
	const id = message.id;
	const wide = text => text.replace(/[0-9a-zA-Z]/g, c => String.fromCodePoint(c.codePointAt(0) + 0xFEE0));
	for (const q of [message.number, message.number.slice(-8), wide(message.number), `n-${mark}`, wide(`分機${mark}`),
		'履約保證金之', '臺北市政府資訊局', '台北市政府資訊局', '陳00', '陳００'])
		assert.ok((await found(vendor, 'received', q, id)).has, q);
	for (const q of ['關貿網路', '關貿網路股份有限公司', message.number])
		assert.ok((await found(chen, 'sent', q, id)).has, q);
	assert.ok(!(await found(chen, 'sent', '履約押標金之', id)).has);
	assert.deepEqual(await found(vendor, 'received', `M${'9'.repeat(15)}`, id), { total: 0, has: false });
	assert.deepEqual(await found(vendor, 'received', `${mark}${mark}`, id), { total: 0, has: false },
		'not over two fields');
});

test('a contract is found by its case, its vendors, its officers and its documents', async () => {
	const chen = await as('chen'), mark = word();
	const id = await draft(chen, `D-${mark}`);
	assert.equal((await chen.post(`/contracts/${id}/send`, {})).status, 200);
	const document = (await chen.get(`/contracts/${id}`)).body.documents[0];
	const plain = await make(chen, { number: `E-${mark}`, title: '案號', caseNumber: `P-${mark}` });
	for (const q of [`d-${mark}`, '關貿網路', document.number, '電子契約', '陳００'])
		assert.ok((await ids(chen, { q, state: 'vendor_pending' })).includes(id), q);
	assert.deepEqual(await ids(chen, { q: `p-${mark}` }), [plain]);
});

test('messages are sorted as one likes: received, sent, sealing', async () => {
	const [chen, lin, vendor] = await Promise.all(['chen', 'lin', 'vendor'].map(as)), mark = word();
	const letter = async (from, subject, more) => {
		const { id } = ok(await from.post('/letters', {}));
		const { version } = ok(await from.put(`/letters/${id}`, { version: 1, subject: `${mark} ${subject}`, body: '文',
			to: [chen.member.id], copies: [lin.member.id], ...more }));
		ok(await from.post(`/letters/${id}/send`, { version }));
		return id;
	};
	const a = await letter(vendor, '丙', { needsReply: true, replyBy: '2099-12-31' });
	const b = await letter(vendor, '甲', {});
	const c = await letter(vendor, '乙', { needsReply: true, replyBy: '2099-01-01' });
	const list = async (sort, from = chen, box = 'received') =>
		ok(await from.get(`/messages/${box}?q=${mark}&sort=${sort}`)).items;
	const inbox = async sort => (await list(sort)).map(m => m.id);
	assert.deepEqual(await inbox('newest'), [c, b, a]);
	assert.deepEqual(await inbox('oldest'), [a, b, c]);
	const rows = sql(`SELECT id FROM letter WHERE subject LIKE '${mark}%' ORDER BY subject`).split('\n');
	assert.deepEqual(await inbox('subject'), rows);
	assert.deepEqual(await inbox('due'), [c, a, b], 'what has no day comes last');
	assert.deepEqual((await list('due')).map(m => m.dueOn), ['2099-01-01', '2099-12-31', null]);
	ok(await chen.get(`/messages/${c}`));
	assert.deepEqual(await inbox('state'), [b, a, c], 'unread first, by time among themselves');
	assert.equal((await inbox('party')).length, 3);
	const second = ok(await chen.get(`/messages/received?q=${mark}&sort=due&size=1&page=2`));
	assert.deepEqual([second.items.map(m => m.id), second.total], [[a], 3], 'page after page');
	assert.ok((await list('due', lin)).every(m => m.dueOn === null), 'a copy is asked nothing');
	assert.equal((await list('state', vendor, 'sent')).at(-1).id, c, 'what was read comes last');
	const answer = ok(await chen.post('/letters', { answers: c }));
	const draft = ok(await chen.get(`/letters/${answer.id}`));
	const { version } = ok(await chen.put(`/letters/${answer.id}`, { version: draft.version, subject: draft.subject,
		body: '收悉', to: draft.to.map(p => p.id), copies: [] }));
	ok(await chen.post(`/letters/${answer.id}/send`, { version }));
	assert.deepEqual(await inbox('due'), [a, c, b], 'what is answered is due no more');
	const told = async (from, box) => (await list('newest', from, box)).filter(m => m.id === c).map(m => m.replied);
	assert.deepEqual([await told(chen, 'received'), await told(vendor, 'sent')], [[true], [true, false]]);
	assert.equal((await chen.get('/messages/received?sort=size')).body.error.code, 'bad_field');
	assert.equal((await chen.get('/sealing?sort=due')).status, 200);
});

test('drafts of letters are found: by subject, text, recipient, attachment, whatever the width', async () => {
	const [chen, lin] = await Promise.all(['chen', 'lin'].map(as)), mark = word();
	const { id } = ok(await chen.post('/letters', {}));
	ok(await chen.put(`/letters/${id}`, { version: 1, subject: `${mark}AB 檢送臺北市`, body: `${mark} 內文`,
		to: [lin.member.id], copies: [] }));
	const up = await chen.call('POST', `/api/v1/letters/${id}/documents`, { body: Buffer.from('a,b\n'),
		headers: { 'Content-Type': 'application/pdf', 'X-File-Name': encodeURIComponent(`${mark}名冊.csv`) } });
	assert.equal(up.status, 201);
	const found = async (q, who = chen) =>
		ok(await who.get(`/letters?q=${encodeURIComponent(q)}`)).items.some(l => l.id === id);
	assert.match(ok(await chen.get(`/letters?q=${mark}`)).items[0].to, /資訊局/);
	for (const q of [mark, `${mark}ab`, `${mark}ＡＢ`, '檢送台北', `${mark} 內文`, `${mark}名冊`, '林'])
		assert.ok(await found(q), q);
	for (const q of [`${mark}名%`, `${mark}_`, `${mark}x`]) assert.ok(!(await found(q)), q);
	assert.ok(!(await found(mark, lin)), 'another\'s draft');
	ok(await chen.delete(`/letters/${id}`));
	assert.ok(!(await found(mark)), 'thrown away');
});

test('contracts are sorted as one likes', async () => {
	const chen = await as('chen'), mark = word();
	const a = await make(chen, { number: `${mark}-b`, title: `${mark}甲` });
	const b = await make(chen, { number: `${mark}-a`, title: `${mark}乙` });
	assert.deepEqual(await ids(chen, { q: mark }), [b, a]);
	assert.deepEqual(await ids(chen, { q: mark, sort: 'oldest' }), [a, b]);
	assert.deepEqual(await ids(chen, { q: mark, sort: 'number' }), [b, a]);
	assert.equal((await ids(chen, { q: mark, sort: 'title' })).length, 2);
	assert.equal((await ids(chen, { q: mark, sort: 'sent' })).length, 2);
	assert.equal((await chen.get('/contracts?sort=upwards')).body.error.code, 'bad_field');
});

test('home holds what is mine to do, and every count is its list\'s', async () => {
	const chen = await as('chen');
	const home = (await chen.get('/home')).body;
	const codes = home.tiles.map(x => x.code);
	assert.deepEqual(codes, ['to_seal', 'unread', 'drafts', 'seal_failed', 'returned', 'expired']);
	assert.deepEqual(home.cases.map(x => x.code), ['vendor_pending', 'agency_pending', 'completed']);
	const count = code => [...home.tiles, ...home.cases].find(x => x.code === code).count;
	for (const state of ['seal_failed', 'returned', 'expired', 'vendor_pending', 'agency_pending', 'completed'])
		assert.equal(count(state), (await chen.get(`/contracts?state=${state}&size=1`)).body.total, state);
	assert.equal(count('drafts'), (await chen.get('/contracts?state=draft&size=1')).body.total);
	assert.equal(count('unread'), (await chen.get('/messages/received?tab=unread&size=1')).body.total);
	assert.equal(count('to_seal'), (await chen.get('/sealing?tab=pending&size=1')).body.total);
	const vendor = await as('vendor');
	assert.deepEqual((await vendor.get('/home')).body.tiles.map(x => x.code), ['to_sign', 'unread']);
});

test('home tells what happened to my things, not that I logged in', async () => {
	for (let i = 0; i < 12; i++) await as('chen');
	const chen = await as('chen');
	const id = await make(chen, { number: word(), title: '近況' });
	const { recent } = (await chen.get('/home')).body;
	assert.equal(recent[0].action, 'contract.create');
	assert.equal(recent[0].objectId, id);
	assert.ok(recent.length > 1);
	for (const event of recent) assert.ok(!/^(session|document)\.|\.read$/.test(event.action), event.action);
	const theirs = (await (await as('vendor')).get('/home')).body.recent;
	assert.ok(theirs.some(event => event.action.startsWith('message.')), 'what others did reaches me as a message');
});

test('home speaks of certificates that end soon, and of no others', async () => {
	const chen = await as('chen');
	const { certificates, certificatesTotal } = (await chen.get('/home')).body;
	assert.equal(certificatesTotal, (await chen.get('/certificates')).body.total);
	assert.ok(certificatesTotal > 0);
	const mine = `member_id = '${chen.member.id}' AND disabled_at IS NULL`;
	const id = sql(`SELECT id FROM certificate WHERE ${mine} LIMIT 1`);
	const was = sql(`SELECT not_after FROM certificate WHERE id = '${id}'`);
	assert.ok(!certificates.some(c => c.daysLeft > 90));
	try {
		sql(`UPDATE certificate SET not_after = NOW() + INTERVAL 30 DAY WHERE id = '${id}'`);
		const soon = (await chen.get('/home')).body.certificates.find(c => c.id === id);
		assert.ok(soon.daysLeft === 29 || soon.daysLeft === 30, JSON.stringify(soon));
	} finally {
		sql(`UPDATE certificate SET not_after = '${was}' WHERE id = '${id}'`);
	}
});

// ---- thousands ----

const chenId = () => sql("SELECT id FROM member WHERE account = 'chen'");
const INBOX = id => `FROM message_recipient r JOIN message m ON m.id = r.message_id
	LEFT JOIN contract c ON c.id = m.contract_id WHERE r.member_id = '${id}'`;

// Every page of a list, as the numbers of its messages.
async function numbers(client, query) {
	const all = [];
	for (let page = 1; ; page++) {
		const { items, total } = (await client.get(`/messages/received?${query}&size=100&page=${page}`)).body;
		all.push(...items.map(m => m.number));
		if (items.length < 100) return { all, total };
	}
}

async function settled() {
	for (let i = 0; i < 100 && one('SELECT COUNT(*) FROM list_change') > 0; i++)
		await new Promise(resolve => setTimeout(resolve, 300));
	assert.equal(one('SELECT COUNT(*) FROM list_change'), 0, 'the worker takes changes over');
}

test('thousands of lines: index and rows say the same', async t => {
	ctl('fill', '--conf', CONF, '--messages', '6500', '--contracts', '2500');
	const chen = await as('chen'), id = chenId();
	assert.ok(one("SELECT MAX(ranked) FROM list_box WHERE kind = 'R'") >= 2048, 'the index is at work');
	assert.match(listsVerify(), / 0 wrong/);

	await t.test('whole, in order, page after page', async () => {
		const { all, total } = await numbers(chen, 'tab=all');
		const rows = sql(`SELECT m.number ${INBOX(id)} ORDER BY m.sent_at DESC, m.number DESC`).split('\n');
		assert.equal(total, rows.length);
		assert.deepEqual(all, rows);
	});

	await t.test('the other way round, page after page', async () => {
		const { all, total } = await numbers(chen, 'tab=all&sort=oldest');
		const rows = sql(`SELECT m.number ${INBOX(id)} ORDER BY m.sent_at, m.number`).split('\n');
		assert.equal(total, rows.length);
		assert.deepEqual(all, rows);
		assert.equal((await chen.get('/messages/received?sort=subject')).body.error.code, 'bad_field', 'too many');
		const one = sql(`SELECT m.number ${INBOX(id)} ORDER BY m.sent_at LIMIT 1 OFFSET 50`);
		assert.equal((await chen.get(`/messages/received?sort=subject&q=${one}`)).status, 200, 'few enough');
	});

	await t.test('tabs, periods and searches', async () => {
		const day = sql(`SELECT DATE(m.sent_at + INTERVAL 8 HOUR) ${INBOX(id)} ORDER BY m.sent_at LIMIT 1 OFFSET 900`);
		const midnight = `'${day} 00:00' - INTERVAL 8 HOUR`;
		// Thousands of lines that have 000 and 001 somewhere.
		const later = sql(`SELECT DATE(m.sent_at + INTERVAL 8 HOUR) ${INBOX(id)}
			ORDER BY m.sent_at LIMIT 1 OFFSET 3000`);
		const has = text => `REPLACE(CONCAT_WS('\n', m.subject, c.title, m.number, m.body, c.number, c.case_number,
			(SELECT o.name FROM organization o WHERE o.id = m.sender_organization_id),
			(SELECT p.name FROM member p JOIN organization o ON o.id = p.organization_id AND o.kind = 'agency'
				WHERE p.id = m.sender_id)), '台', '臺') LIKE '%${text}%'`;
		const oldest = sql(`SELECT m.number ${INBOX(id)} ORDER BY m.sent_at LIMIT 1 OFFSET 50`);
		const cases = [
			['tab=unread', 'r.read_at IS NULL'], ['tab=read', 'r.read_at IS NOT NULL'],
			[`tab=all&from=${day}`, `m.sent_at >= ${midnight}`],
			[`tab=all&to=${day}`, `m.sent_at < ${midnight} + INTERVAL 1 DAY`],
			[`tab=unread&from=${day}&q=橋梁`, `r.read_at IS NULL AND m.sent_at >= ${midnight} AND ${has('橋梁')}`],
			['tab=all&q=梁', has('梁')], ['tab=all&q=橋梁', has('橋梁')], ['tab=all&q=橋梁水利', has('橋梁水利')],
			['tab=all&q=00012', has('00012')], [`tab=all&q=${oldest}`, has(oldest)], ['tab=all&q=關貿', has('關貿')],
			['tab=all&q=分機77', has('分機77')], ['tab=all&q=沒有這樣的字', 'FALSE'],
			[`tab=all&from=${later}&q=0001`, `m.sent_at >= '${later} 00:00' - INTERVAL 8 HOUR AND ${has('0001')}`],
		];
		for (const [query, where] of cases) {
			const rows = sql(`SELECT m.number ${INBOX(id)} AND (${where}) ORDER BY m.sent_at DESC, m.number DESC`);
			const { all, total } = await numbers(chen, query);
			assert.deepEqual(all, rows === '' ? [] : rows.split('\n'), query);
			assert.equal(total, all.length, query);
		}
	});

	await t.test('what is read now counts now, and when the worker has looked', async () => {
		const [message, place] = sql(`SELECT e.ref, e.place FROM list_entry e JOIN list_box b ON b.kind = 'R'
			AND b.owner = e.owner WHERE e.kind = 'R' AND e.member = '${id}' AND e.unread AND e.place < 2048
			ORDER BY e.place LIMIT 1`).split('\t');
		const counters = async () => (await chen.get('/messages/received?size=1')).body.counters;
		const before = await counters();
		assert.equal((await chen.get(`/messages/${message}`)).status, 200);
		const after = await counters();
		assert.equal(after.unread, before.unread - 1, `place ${place}`);
		assert.equal(after.read, before.read + 1);
		await settled();
		assert.deepEqual(await counters(), after);
		assert.match(listsVerify(), / 0 wrong/);
	});

	await t.test('who is called otherwise is found by the new name, also in what is old', async () => {
		const vendor = await as('vendor'), q = `改名${word()}`;
		const was = (await chen.get('/account')).body.name;
		const rename = async name => {
			const { version, phone, language, years } = (await chen.get('/account')).body;
			assert.equal((await chen.put('/account', { name, phone, language, years, version })).status, 200);
		};
		await rename(q);
		try {
			await settled();
			const all = one(`SELECT COUNT(*) FROM message_recipient r JOIN message m ON m.id = r.message_id
				WHERE m.sender_id = '${id}' AND r.organization_id = '${vendor.member.organization.id}'`);
			assert.ok(all > 500);
			assert.equal((await vendor.get(`/messages/received?q=${q}&size=1`)).body.total, all);
			assert.equal((await chen.get(`/contracts?q=${q}&size=1`)).body.total,
				(await chen.get('/contracts?size=1')).body.total);
			assert.match(listsVerify(), / 0 wrong/);
		} finally {
			await rename(was);
		}
		await settled();
	});

	await t.test('contracts: every state, officer and vendor', async () => {
		const mine = `FROM contract c WHERE (c.handler_id = '${id}'
			OR EXISTS (SELECT 1 FROM contract_officer o WHERE o.contract_id = c.id AND o.member_id = '${id}'))`;
		for (const state of ['draft', 'vendor_pending', 'agency_pending', 'completed'])
			assert.equal((await chen.get(`/contracts?state=${state}&size=1`)).body.total,
				one(`SELECT COUNT(*) ${mine} AND c.state = '${state}'`), state);
		const vendor = sql("SELECT organization_id FROM member WHERE account = 'vendor'");
		assert.equal((await chen.get(`/contracts?vendor=${vendor}&size=1`)).body.total, one(`SELECT COUNT(*) ${mine}
			AND EXISTS (SELECT 1 FROM contract_vendor v
			WHERE v.contract_id = c.id AND v.organization_id = '${vendor}')`));
		assert.equal((await chen.get('/contracts?sort=title')).body.error.code, 'bad_field', 'too many to sort');
	});

	await t.test('a list that somebody broke is found, told how, and made anew', () => {
		const broken = () => {
			try { return listsVerify(); } catch (error) { return `${error.stdout}${error.stderr}`; }
		};
		const at = (kind, place) => `WHERE kind = '${kind}' AND place = ${place} LIMIT 1`;
		const damages = [{
			'signatures that are owed': `UPDATE list_entry SET owed = owed + 1 ${at('R', 7)}`,
			'received messages': `UPDATE list_entry SET unread = NOT unread ${at('R', 9)}`,
			'sent messages': `UPDATE list_entry SET text = 'x' ${at('S', 7)}`,
			'contracts': `UPDATE list_entry SET extra = 'x' ${at('C', 7)}`,
			'entries of nothing': `UPDATE list_entry SET position = 99 ${at('R', 11)}`,
			"filters' choices": 'DELETE FROM list_choice LIMIT 1',
		}, {
			'odd entries': `UPDATE list_entry SET state = 1 ${at('R', 7)}`,
			'C of ': `DELETE FROM list_entry ${at('C', 9)}`,
			'facets of no segment': 'UPDATE list_facet SET segment = 9999 WHERE segment = 0 LIMIT 1',
		}, {
			'segment 0': 'UPDATE list_facet SET bits = REVERSE(bits) WHERE segment = 0 ORDER BY facet DESC LIMIT 300',
		}];
		for (const one of damages) {
			sql(`SET @list_bulk = 1; ${Object.values(one).join('; ')}`);
			const said = broken();
			assert.match(said, / [1-9]\d* wrong/);
			for (const told of Object.keys(one)) assert.ok(said.includes(told), `${told}: ${said}`);
			ctl('lists-rebuild', '--conf', CONF);
			assert.match(listsVerify(), / 0 wrong/);
		}
	});
});

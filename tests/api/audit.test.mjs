// The audit trail: whatever somebody does to it in the database (with the server's own rights,
// or with all rights), audit-verify says so; and when it is put back, the trail is intact.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { as, auditVerify, DIR, sql } from './client.mjs';

const one = text => Number(sql(text));
const password = readFileSync(join(DIR, 'conf/db.password'), 'utf8').trim();
const workerPid = Number(readFileSync(join(DIR, 'run/worker.pid'), 'utf8').trim());
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

// With the rights of the server's own user; the error's text if it was refused.
function asServer(text) {
	try {
		return execFileSync('mariadb', ['--no-defaults', '-u', 'yinxin', `-p${password}`, '-S', join(DIR, 'db.sock'),
			'-N', '-B', 'yinxin', '-e', text], { stdio: ['ignore', 'pipe', 'pipe'] }).toString().trim();
	} catch (error) {
		return `refused: ${error.stderr}`;
	}
}

function verdict() {
	try { return auditVerify().trim(); } catch (error) { return String(error.stdout).trim(); }
}

const TRIGGERS = ['audit_no_update', 'audit_no_delete', 'audit_added', 'audit_block_no_update',
	'audit_block_no_delete'];

// With all rights: the triggers are taken away, and put back.
function withoutTriggers(act) {
	const texts = TRIGGERS.map(name => JSON.parse(sql(`SELECT JSON_OBJECT('sql', CONCAT('CREATE TRIGGER ',
		TRIGGER_NAME, ' ', ACTION_TIMING, ' ', EVENT_MANIPULATION, ' ON ', EVENT_OBJECT_TABLE,
		' FOR EACH ROW ', ACTION_STATEMENT))
		FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'yinxin' AND TRIGGER_NAME = '${name}'`)).sql);
	for (const name of TRIGGERS) sql(`DROP TRIGGER ${name}`);
	try { return act(); } finally { for (const text of texts) sql(text); }
}

// Something is done, found, and undone.
function found(what, harm, undo) {
	withoutTriggers(() => {
		sql(harm);
		const said = verdict();
		sql(undo);
		assert.match(said, what, harm);
	});
	assert.match(verdict(), /intact/, `put back: ${undo}`);
}

// The worker stands still while blocks are looked at, so that none comes meanwhile.
function standingStill(act) {
	process.kill(workerPid, 'SIGSTOP');
	try { return act(); } finally { process.kill(workerPid, 'SIGCONT'); }
}

async function allInBlocks() {
	for (let i = 0; i < 100 && one('SELECT COUNT(*) FROM audit_pending') > 0; i++) await sleep(200);
	assert.equal(one('SELECT COUNT(*) FROM audit_pending'), 0, 'the worker makes blocks');
}

const COPY = where => `CREATE OR REPLACE TABLE audit_copy AS SELECT * FROM audit WHERE ${where};
	CREATE OR REPLACE TABLE block_copy AS SELECT * FROM audit_block;
	CREATE OR REPLACE TABLE tip_copy AS SELECT * FROM audit_tip;
	CREATE OR REPLACE TABLE pending_copy AS SELECT * FROM audit_pending;`;

test.after(() => sql('DROP TABLE IF EXISTS audit_copy, block_copy, tip_copy, pending_copy'));

test('events are rows in blocks, and the trail is intact', async () => {
	await as('chen');
	await allInBlocks();
	assert.match(verdict(), /^audit trail intact: \d+ rows in \d+ blocks/);
	assert.equal(one('SELECT COUNT(*) FROM audit_block WHERE LENGTH(signature) < 64'), 0, 'each block is signed');
});

test('the server\'s own user can neither change nor remove', () => {
	for (const text of ["UPDATE audit SET detail = '{}' LIMIT 1", 'DELETE FROM audit ORDER BY seq LIMIT 1',
		'UPDATE audit_block SET number = number + 100 LIMIT 1', 'DELETE FROM audit_block ORDER BY number DESC LIMIT 1',
		'TRUNCATE audit', 'TRUNCATE audit_block', 'DROP TRIGGER audit_no_delete',
		'SET FOREIGN_KEY_CHECKS = 0; DROP TABLE audit'])
		assert.match(asServer(text), /^refused/, text);
	assert.match(verdict(), /intact/);
});

test('what the server\'s own user can do is found', async () => {
	await allInBlocks();
	standingStill(() => {
		asServer(`INSERT INTO audit (at, ip, action, object_kind, object_id, detail)
			VALUES (NOW(3), '', 'contract.forged', 'contract', '${'0'.repeat(32)}', '{}')`);
		assert.doesNotMatch(verdict(), /intact/, 'a row without a MAC');
		withoutTriggers(() => sql(`DELETE FROM audit_pending; DELETE FROM audit WHERE action = 'contract.forged'`));
		assert.match(verdict(), /intact/);
		sql(COPY('FALSE'));
		asServer('UPDATE audit_tip SET number = number - 1');
		assert.doesNotMatch(verdict(), /intact/, 'the next block would overwrite the last');
		sql('UPDATE audit_tip t JOIN tip_copy c USING (one) SET t.number = c.number, t.hash = c.hash');
		assert.match(verdict(), /intact/);
	});
});

test('a row that waits for its block is missed as well', async () => {
	await allInBlocks();
	process.kill(workerPid, 'SIGSTOP');
	try {
		const chen = await as('chen');
		await chen.delete('/session');
		const last = one('SELECT MAX(seq) FROM audit_pending');
		sql(COPY(`seq = ${last}`));
		assert.equal(asServer(`DELETE FROM audit_pending WHERE seq = ${last}`), '');
		assert.match(verdict(), /in no block/, 'a row that would never be chained');
		sql(`INSERT INTO audit_pending (seq) VALUES (${last})`);
		assert.match(verdict(), /intact/);
		// The very last row with its place in the queue: only what is outside the database knows.
		found(/journal/, `DELETE FROM audit_pending WHERE seq = ${last}; DELETE FROM audit WHERE seq = ${last}`,
			`INSERT INTO audit SELECT * FROM audit_copy; INSERT INTO audit_pending (seq) VALUES (${last})`);
	} finally {
		process.kill(workerPid, 'SIGCONT');
	}
	await allInBlocks();
	assert.match(verdict(), /intact/);
});

test('edited, removed, exchanged: rows in blocks', async () => {
	await allInBlocks();
	standingStill(() => {
		const [a, b] = sql('SELECT seq FROM audit WHERE stream IS NOT NULL ORDER BY seq LIMIT 2 OFFSET 20')
			.split('\n').map(Number);
		sql(COPY(`seq IN (${a}, ${b})`));
		const back = `DELETE FROM audit WHERE seq IN (${a}, ${b}); INSERT INTO audit SELECT * FROM audit_copy`;
		const edits = ["detail = '{\"x\":\"y\"}'", "action = 'contract.other'", 'at = at + INTERVAL 1 SECOND',
			"ip = '10.0.0.1'",
			'member_id = NULL', "object_id = REVERSE(object_id)", "mac = REPEAT('x', 32)"];
		for (const edit of edits) found(/broken/, `UPDATE audit SET ${edit} WHERE seq = ${a}`, back);
		found(/broken/, `DELETE FROM audit WHERE seq = ${a}`, back);
		found(/broken/, `UPDATE audit SET seq = 0 WHERE seq = ${a}; UPDATE audit SET seq = ${a} WHERE seq = ${b};
			UPDATE audit SET seq = ${b} WHERE seq = 0`, back);
	});
});

test('cut off, forged, exchanged: blocks', async () => {
	for (let i = 0; i < 3; i++) {
		await as('chen');
		await allInBlocks();
	}
	standingStill(() => {
		sql(COPY('FALSE'));
		const back = `DELETE FROM audit_block; INSERT INTO audit_block SELECT * FROM block_copy;
			UPDATE audit_tip t JOIN tip_copy c USING (one) SET t.number = c.number, t.hash = c.hash;
			DELETE FROM audit_pending`;
		const last = one('SELECT MAX(number) FROM audit_block');
		found(/broken/, `DELETE FROM audit_block WHERE number = ${last}`, back);
		// A whole cut: the last block, the tip set back, its rows made to wait again.
		const members = Buffer.from(sql(`SELECT HEX(members) FROM audit_block WHERE number = ${last}`), 'hex');
		const rows = Array.from({ length: members.length / 8 }, (_, i) => `(${members.readBigUInt64BE(8 * i)})`);
		found(/published/, `INSERT INTO audit_pending (seq) VALUES ${rows};
			UPDATE audit_tip SET number = ${last - 1},
			hash = (SELECT hash FROM audit_block WHERE number = ${last - 1});
			DELETE FROM audit_block WHERE number = ${last}`, back);
		for (const column of ['root', 'previous', 'hash', 'signature'])
			found(/broken/, `UPDATE audit_block SET ${column} = REVERSE(${column}) WHERE number = ${last - 1}`, back);
		found(/broken/, `UPDATE audit_block SET at = at - INTERVAL 1 DAY WHERE number = ${last}`, back);
		found(/broken/, `UPDATE audit_block SET number = 0 WHERE number = ${last};
			UPDATE audit_block SET number = ${last}
			WHERE number = ${last - 1}; UPDATE audit_block SET number = ${last - 1} WHERE number = 0`, back);
	});
	await allInBlocks();
	assert.match(verdict(), /intact/);
});

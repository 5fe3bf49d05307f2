// What a member keeps: a form that is not finished, and filters of lists; nobody else's.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { as } from './client.mjs';

const code = (answer) => answer.body?.error?.code;

test('an unfinished form is kept for its member, the newest takes the place of the one before', async () => {
	const [chen, lin] = [await as('chen'), await as('lin')];
	const text = JSON.stringify({ number: '半途', title: '' });
	assert.equal((await chen.put('/kept/contract', { content: 'x' })).status, 200);
	assert.equal((await chen.put('/kept/contract', { content: text })).status, 200);
	const kept = (await (await as('chen')).get('/kept/contract')).body;
	assert.equal(kept.content, text, 'in another session too');
	assert.match(kept.savedAt, /Z$/);
	assert.equal((await lin.get('/kept/contract')).body.content, null);
	assert.equal(code(await chen.put('/kept/other', { content: 'x' })), 'bad_field');
	assert.equal((await chen.delete('/kept/contract')).status, 200);
	assert.equal((await chen.get('/kept/contract')).body.content, null);
});

test('filters are kept under a name, replaced and forgotten', async () => {
	const [chen, lin] = [await as('chen'), await as('lin')];
	const name = `未完成 ${randomUUID().slice(0, 4)}`;
	const path = `/filters?list=contracts`;
	assert.equal((await chen.put('/filters', { list: 'contracts', name, query: 'state=open' })).status, 200);
	assert.equal((await chen.put('/filters', { list: 'contracts', name, query: 'state=returned' })).status, 200);
	const mine = (await chen.get(path)).body.items.filter((f) => f.name === name);
	assert.deepEqual(mine.map((f) => f.query), ['state=returned']);
	assert.equal((await lin.get(path)).body.items.some((f) => f.name === name), false);
	const one = `${path}&name=${encodeURIComponent(name)}`;
	assert.equal(code(await lin.delete(one)), 'not_found');
	assert.equal((await chen.delete(one)).status, 200);
	assert.equal(code(await chen.delete(one)), 'not_found');
});

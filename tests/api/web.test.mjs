// The pages without a browser: texts, formats, routes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const zh = {};
const en = {};
const format = await import(new URL('web/shared/format.js', root));

function sources(dir) {
	return readdirSync(new URL(dir, root), { withFileTypes: true }).flatMap((e) =>
		e.isDirectory()
			? e.name === 'vendor'
				? []
				: sources(`${dir}${e.name}/`)
			: /\.(js|html|css)$/.test(e.name)
				? [`${dir}${e.name}`]
				: [],
	);
}
const pages = sources('web/');
const texts = pages.filter((path) => path.endsWith('texts.js'));
for (const path of texts) {
	const table = await import(new URL(path, root));
	test(`${path}: no key of another department's`, () => {
		for (const key of Object.keys(table.zh)) assert.equal(Object.hasOwn(zh, key), false, key);
		Object.assign(zh, table.zh);
		Object.assign(en, table.en);
	});
}

test('both languages have the same keys, all with a text', () => {
	assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
	for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)])
		assert.ok(text.trim().length > 0, key);
});

test('both languages take the same values', () => {
	const values = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
	for (const key of Object.keys(zh)) assert.deepEqual(values(en[key]), values(zh[key]), key);
});

test('every text that a page asks for is there', () => {
	let asked = 0;
	for (const path of pages) {
		for (const [, key] of read(path).matchAll(/\bt\('([\w.]+)'/g)) {
			asked++;
			assert.ok(Object.hasOwn(zh, key), `${path}: ${key}`);
		}
	}
	assert.ok(asked > 150, `${asked} asked`);
});

test('every error that a user can meet says what to do', () => {
	const words = [...read('common/error.h').matchAll(/X\([A-Z_]+, "(\w+)"/g)].map((m) => m[1]);
	assert.ok(words.length > 60, `${words.length} words`);
	for (const word of words) {
		assert.ok(Object.hasOwn(zh, `error.${word}`), `zh: ${word}`);
		assert.ok(Object.hasOwn(en, `error.${word}`), `en: ${word}`);
	}
});

test('no simplified character anywhere', () => {
	// By code point, so that this file holds none itself: common characters that only simplified Chinese has.
	const simplified = [
		0x4e13, 0x4e1a, 0x4e1c, 0x4e25, 0x4e2a, 0x4e3a, 0x4e49, 0x4e66, 0x4ea7, 0x4ece, 0x4f20, 0x4f53, 0x5173,
		0x51b3, 0x5220, 0x529e, 0x52a1, 0x52a8, 0x5355, 0x53d1, 0x53d8, 0x542f, 0x5458, 0x56fd, 0x56fe, 0x573a,
		0x5907, 0x5934, 0x5b9e, 0x5bf9, 0x5e94, 0x5f00, 0x5f20, 0x5f53, 0x603b, 0x620f, 0x62a5, 0x636e, 0x6570,
		0x65f6, 0x663e, 0x673a, 0x6743, 0x6761, 0x6807, 0x68c0, 0x6d4b, 0x73b0, 0x7801, 0x786e, 0x79cd, 0x7b7e,
		0x7ea7, 0x7ec4, 0x7ed3, 0x7ed9, 0x7f51, 0x8282, 0x89c1, 0x8ba1, 0x8ba4, 0x8bbe, 0x8bc1, 0x8bf7, 0x8bfb,
		0x8d23, 0x8f6c, 0x8f93, 0x8fd8, 0x8fd9, 0x8fdb, 0x9009, 0x91ca, 0x94fe, 0x9519, 0x95ee, 0x95f4, 0x9875,
		0x9879, 0x9884, 0x9898, 0x9a8c,
	];
	const pattern = new RegExp(`[${simplified.map((c) => String.fromCodePoint(c)).join('')}]`, 'u');
	for (const path of [...pages, 'web/TESTIDS.md']) {
		const bad = read(path).match(pattern);
		assert.equal(bad, null, `${path}: ${bad?.[0]}`);
	}
	assert.match(String.fromCodePoint(0x7b7e), pattern);
});

test("the deck's words stand as they are", () => {
	const words = Object.values(zh);
	for (const word of [
		'憑證用途說明',
		'回查詢頁面',
		'清除',
		'註冊憑證',
		'捨棄',
		'下一步',
		'上一步',
		'承辦人清單',
		'關閉',
		'文件上傳',
		'從本機上傳',
		'取消',
		'確認',
		'選擇簽署單位',
		'查詢',
		'確定',
		'繼續新增',
		'發送簽署人員',
		'新增簽署文件',
		'取消(回首頁)',
		'更新',
		'回訊',
		'簽章後回傳',
		'查看簽章歷程',
		'未完成',
		'已完成',
		'憑證過期',
		'全部',
		'待用印',
		'已用印',
		'未讀',
		'已讀',
		'承辦人查詢',
		'檔案上傳',
		'選擇簽章人員',
		'電子郵件維護作業',
		'卡片資訊',
		'若無機關用印人員請洽機關管理者設定機關用印角色',
		'預設將會帶入此電子契約案的基本通知資訊，也可自行修改',
		'※此功能需準備讀卡機及憑證卡片※',
		'※請機關準備足量憑證IC卡(向國發會申請附卡)，避免使用公文電子交換專用卡片※',
		'第 {page} / {pages} 頁，每頁 {size} 筆，共 {total} 筆',
	])
		assert.ok(words.includes(word), word);
});

test('times are Taipei times', () => {
	assert.equal(format.dateTime('2021-09-22T08:09:42Z'), '2021/09/22 16:09:42');
	assert.equal(format.dateTime('2021-12-31T16:00:00Z'), '2022/01/01 00:00:00');
	assert.equal(format.date('2020-12-01T16:00:00Z'), '2020/12/02');
	assert.equal(format.dateTime(null), '');
	assert.equal(format.dateTime('nonsense'), '');
});

test('sizes have two decimals', () => {
	assert.equal(format.fileSize(245309), '239.56KB');
	assert.equal(format.fileSize(157286400), '150.00MB');
	assert.equal(format.fileSize(1023), '1023B');
	assert.equal(format.fileSize(1024), '1.00KB');
});

test('e-mail addresses', () => {
	for (const good of ['test@gmail.com', 'a.b+c@mail.gov.taipei']) assert.ok(format.isEmail(good), good);
	for (const bad of ['', 'a', 'a@b', 'a b@c.tw', 'a@b@c.tw', 'a@c.tw,b@c.tw'])
		assert.ok(!format.isEmail(bad), bad);
});

test('nothing in the pages needs inline script, eval or raw HTML', () => {
	for (const path of pages)
		assert.doesNotMatch(read(path), /innerHTML|dangerouslySetInnerHTML|\beval\(|new Function|\son\w+="/, path);
});

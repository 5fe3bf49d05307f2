#!/usr/bin/env node
// make.mjs: the texts of errors for everybody who shows them, from errors.zh.json
// and errors.en.json and the words of common/error.h; and those of the verification of
// signatures, from verify.zh.json and verify.en.json.
//
//   build/gen/error_texts.h           the programs in C
//   build/gen/verify_texts.h          the same: X(key, zh, en)
//   web/gen/errors.js                 the pages: zh and en, keys 'error.WORD'
//   web/gen/verify.js                 the same, keys 'verify.KEY'
//   web/gen/errors/{zh,en}/WORD.json  what nginx itself answers, as the API would
//   extension/gen/errors.{zh,en}.json the extension's windows
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LANGUAGES = ['zh', 'en'];
const OF_NGINX = ['too_large', 'rate_limited', 'unavailable'];
const complaints = [];

const read = (path) => readFileSync(root + path, 'utf8');

/** The pairs of one JSON object, as they stand: JSON.parse would hide a word given twice. Pieces
 * of sentences may begin with a space. */
function pairs(path, pieces = false) {
	const text = read(path);
	const all = Object.entries(JSON.parse(text));
	const written = text.match(/^\t"[\w.-]+":/gm)?.length ?? 0;
	if (written !== all.length)
		complaints.push(`${path}: ${written} lines, ${all.length} words: one is there twice, or a line holds two`);
	for (const [word, value] of all) {
		if (typeof value !== 'string' || value.trim() === '' || (!pieces && value !== value.trim()))
			complaints.push(`${path}: ${word} has no proper text`);
	}
	return new Map(all);
}

const codes = [...read('common/error.h').matchAll(/\bX\(([A-Z_]+), "(\w+)"/g)]
	.map(([, name, word]) => ({ name, word }));
const texts = Object.fromEntries(LANGUAGES.map((l) => [l, pairs(`texts/errors.${l}.json`)]));
const words = new Set(codes.map((c) => c.word));
if (words.size !== codes.length || words.size === 0)
	complaints.push('common/error.h: no words, or one of them twice');
for (const language of LANGUAGES) {
	for (const word of words) {
		if (!texts[language].has(word))
			complaints.push(`texts/errors.${language}.json has no text for ${word}`);
	}
	for (const word of texts[language].keys()) {
		if (!words.has(word))
			complaints.push(`texts/errors.${language}.json: ${word} is no word of common/error.h`);
	}
}
const verify = Object.fromEntries(LANGUAGES.map((l) => [l, pairs(`texts/verify.${l}.json`, true)]));
const [some, others] = LANGUAGES.map((l) => [...verify[l].keys()].join());
if (some !== others) complaints.push('texts/verify.*.json: not the same words in the same order');
if (complaints.length > 0) {
	console.error(complaints.join('\n'));
	process.exit(1);
}

/** Written only if it differs, so that nothing is built again for nothing. */
function write(path, text) {
	let before = null;
	try {
		before = read(path);
	} catch {
		// not there yet
	}
	if (before === text)
		return;
	mkdirSync(dirname(root + path), { recursive: true });
	writeFileSync(`${root}${path}.${process.pid}`, text);
	renameSync(`${root}${path}.${process.pid}`, root + path);
}

const json = (value) => `${JSON.stringify(value, null, '\t')}\n`;
const note = 'made by texts/make.mjs from texts/errors.*.json: change those';

/** A language for the pages: export const zh = { 'error.WORD': … }. */
function page(language, of = texts, prefix = 'error') {
	const keyed = Object.fromEntries([...of[language]].map(([word, text]) => [`${prefix}.${word}`, text]));
	return `export const ${language} = ${JSON.stringify(keyed, null, '\t')};\n`;
}

const said = (text, code) => JSON.stringify({ error: { code, message: text.get(code) } });

function writeAll() {
	const both = (word) => LANGUAGES.map((l) => JSON.stringify(texts[l].get(word))).join(', ');
	const rows = codes.map(({ name, word }) => `\tX(${name}, ${both(word)})`);
	write('build/gen/error_texts.h', `/* ${note} */\n#define YX_ERROR_TEXTS(X) \\\n${rows.join(' \\\n')}\n`);
	write('web/gen/errors.js', `// ${note}\n${LANGUAGES.map((l) => page(l)).join('')}`);
	const verifyNote = note.replace('errors', 'verify');
	const verifyRows = [...verify.zh.keys()].map((key) =>
		`\tX(${[key, verify.zh.get(key), verify.en.get(key)].map((v) => JSON.stringify(v)).join(', ')})`);
	const define = `#define YX_VERIFY_TEXTS(X) \\\n${verifyRows.join(' \\\n')}`;
	write('build/gen/verify_texts.h', `/* ${verifyNote} */\n${define}\n`);
	write('web/gen/verify.js', `// ${verifyNote}\n${LANGUAGES.map((l) => page(l, verify, 'verify')).join('')}`);
	for (const language of LANGUAGES) {
		write(`extension/gen/errors.${language}.json`, json(Object.fromEntries(texts[language])));
		for (const code of OF_NGINX)
			write(`web/gen/errors/${language}/${code}.json`, said(texts[language], code));
	}
}

writeAll();

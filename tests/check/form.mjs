// What a reader meets: lengths, banned functions, characters, texts in both languages.
import { TEXT, all, files, grep, lines, read, run } from './tree.mjs';

const C = /^(common|backend|native-host|tests\/card)\/.*\.c$/;
const BANNED = /\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|tmpnam|mktemp|alloca)\(/;

const banned = () => grep(files(/^(common|backend|native-host|tests\/card)\/.*\.[ch]$/), BANNED,
	line => /^\s*(\*|\/\*)/.test(line));

// "name file from to parameters" of each function.
const functions = async () => {
	const { output } = await run('ctags',
		['-x', '--c-kinds=f', '--fields=+S', '--_xformat=%N\t%F\t%n\t%{end}\t%S', ...files(C)]);
	return output.split('\n').map(line => line.split('\t')).filter(row => row.length === 5);
};

const longFunctions = async () => (await functions()).filter(([, , from, to]) => to - from > 70)
	.map(([name, file, from, to]) =>
		({ key: `${file} ${name}`, text: `${file}:${from} ${name} has ${to - from + 1} lines` }));

// More than five: a struct with designated initialisers.
const parameters = async () => (await functions()).map(([name, file, from, , list]) =>
	[name, file, from, list.replace(/\([^()]*\)(?=[^()]*\()/g, '').split(',').length])
	.filter(row => row[3] > 5)
	.map(([name, file, from, n]) => ({ key: `${file} ${name}`,
		text: `${file}:${from} ${name} takes ${n} parameters` }));

// Columns: a tab goes to the next fourth.
const width = line => {
	let n = 0;
	for (const c of line) n += c === '\t' ? 4 - n % 4 : 1;
	return n;
};

// Text that is one line by nature, or not ours.
const ANY_WIDTH = new RegExp('(texts?/.*\\.json|_locales/.*\\.json|schema\\.json|extension/manifest\\.json|\\.svg'
	+ '|package-lock\\.json|ID\\.txt|LICENSE)$');
const columns = () => files(TEXT).filter(file => !ANY_WIDTH.test(file)).flatMap(file => lines(file).flatMap((line, i) =>
	width(line) > 120 ? [{ key: file, text: `${file}:${i + 1} is ${width(line)} columns wide` }] : []));

// Characters of simplified Chinese only, by code point so that this file has none.
const SIMPLIFIED = new RegExp('[' + `
4EEC 8FD9 4E3A 4E2A 56FD 65F6 4F1A 6765 5BF9 8BF4 8FC7 8FD8 8FDB 5F00 5173 95EE 9898 95E8 89C1 89C2 5E94 8BA9 8BA4 8BC1
4E66 7B7E 8BFB 5199 7EA7 7EA6 7F51 9875 7535 52A8 52A1 5458 8BE5 7ECF 8F6C 8F93 5F55 68C0 9A8C 56FE 7EC4 7EC7 5355 4EA7
4E1A 5382 5F20 7C7B 7EB8 5907 8BBE 9009 62E9 8BF7 6837 4ECE 540E 53D1 5904 6807 4E13 4E1C 4E24 4E25 4E34 4E3E 4E49 4E50
4E60 4E70 4E71 4E89 4EB2 4EBF 4EC5 4ED3 4EF7 4F18 4F20 4F53 51B3 51B5 51FB 5219 521A 521B 5220 529E 52BF 534E 534F 5385
5386 538B 53BF 53C2 53CC 53D8 53F7 5417 542F 54CD 573A 575A 5757 58F0 5B66 5B9E 5BA1 5BBD 5C06 5C42 5C5E 5E26 5E93 5F39
5F53 603B 62A5 62A4 6269 6267 635F 6362 636E 65AD 65E0 663E 6743 6761 6784 6D4B 6D4F 7EBF 7ED3 7ED9 7EDC 7EDF 7EE7 7EED
7EF4 7F16 7F29 8054 8282 8303 89C4 8BA1 8BA2 8BB0 8BB8 8BBF 8BD5 8BDD 8BE2 8BE6 8BEF 8BED 8C03 8D23 8D25 8D26 8D27 8D28
8D44 8DF5 8F7D 8F83 8F91 8FB9 8FBE 8FDE 8FDF 9002 9012 91CA 94A5 94FE 9500 9519 952E 957F 95ED 95F4 961F 9636 9645 9669
968F 9690 987B 987A 9879 9884 9886 989C 989D 98CE 9A71 9ED8`.trim().split(/\s+/)
	.map(hex => `\\u${hex}`).join('') + ']');
const simplified = () => grep(files(TEXT), SIMPLIFIED);

// Writing directions, zero width, soft hyphens: what a reader does not see. Tests spell them as escapes.
const INVISIBLE = new RegExp('[\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb'
	+ '\\u{e0000}-\\u{e007f}]', 'u');
const invisible = () => grep(files(TEXT), INVISIBLE);

// ---- texts in both languages ----
const strictKeys = (value, at = '') => typeof value === 'object' && value !== null
	? Object.entries(value).flatMap(([key, part]) =>
		strictKeys(part, at ? `${at}.${key}` : key)) : [[at, String(value)]];
const holes = text => (text.match(/\{\w+\}|\$\w+\$|%[a-z0-9]+/gi) || []).sort().join(' ');

const compare = (zhName, enName, zh, en) => {
	const a = new Map(strictKeys(zh)), b = new Map(strictKeys(en)), found = [];
	for (const [key, text] of a) {
		if (!b.has(key)) found.push(`${enName} has no ${key}`);
		else if (holes(text) !== holes(b.get(key)))
			found.push(`${key}: ${zhName} and ${enName} fill in different things`);
		if (text.trim() === '') found.push(`${zhName}: ${key} is empty`);
	}
	for (const [key, text] of b) {
		if (!a.has(key)) found.push(`${zhName} has no ${key}`);
		if (text.trim() === '' && a.get(key)?.trim() !== '') found.push(`${enName}: ${key} is empty`);
	}
	return found.map(text => ({ key: enName, text }));
};

// Pairs of files (a/zh.json, a/en.json), and modules that export both.
const pairs = () => all.flatMap(zh => {
	const en = zh.replace('zh_TW', 'en').replace(/([./])zh(?=\.json$)/, '$1en');
	return en !== zh && all.includes(en) ? [[zh, en, JSON.parse(read(zh)), JSON.parse(read(en))]] : [];
});
const modules = () => Promise.all(files(/^web\/.*texts\.js$/).map(async file => [file, await import(`../../${file}`)]));

const bothLanguages = async () => {
	const texts = await modules(), seen = new Map(), twice = [];
	for (const [file, { zh }] of texts) {
		for (const key of Object.keys(zh)) {
			if (seen.has(key)) twice.push({ key: file, text: `${key} is in ${seen.get(key)} and in ${file}` });
			seen.set(key, file);
		}
	}
	const used = files(/^web\/.*\.js$/).flatMap(file => [...read(file).matchAll(/\bt\('([\w.]+)'[,)]/g)]
		.filter(match => !seen.has(match[1]))
		.map(match => ({ key: file, text: `${file}: there is no text ${match[1]}` })));
	if (seen.size === 0 || pairs().length === 0) return [{ key: '-', text: 'no texts found' }];
	return [...twice, ...used, ...pairs().flatMap(pair => compare(...pair)),
		...texts.flatMap(([file, { zh, en }]) => compare(`${file} zh`, `${file} en`, zh, en))];
};

// Makes the copies as well, which others of these rules read.
const errorTexts = async () => {
	const { output } = await run('node', ['texts/make.mjs']);
	return output.split('\n').filter(line => line).map(text => ({ key: 'texts', text }));
};

// One version: VERSION has it, the others repeat it where a tool wants it.
const version = () => {
	const wanted = read('VERSION').trim();
	const found = [
		['common/version.h', read('common/version.h').match(/YX_VERSION "(.*)"/)?.[1]],
		['package.json', JSON.parse(read('package.json')).version],
		['extension/manifest.json', JSON.parse(read('extension/manifest.json')).version],
	];
	return found.filter(([, is]) => is !== wanted)
		.map(([file, is]) => ({ key: file, text: `${file} says ${is}, VERSION says ${wanted}` }));
};

export default [
	['one version', version],
	['no banned functions', banned],
	['no function over 70 lines', longFunctions],
	['no more than five parameters', parameters],
	['no line over 120 columns', columns],
	['no simplified characters', simplified],
	['no invisible characters', invisible],
	['every error has its texts, and every text its error', errorTexts],
	['every text in both languages', bothLanguages],
];

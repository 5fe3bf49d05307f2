// Spaces in C as clang-format lays them, and how deep a statement stands. Where a line breaks, and what stands in
// columns, is the writer's: tables, SQL and initialisers are laid by hand. Alone with --fix it mends the files.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { files, read, run } from './tree.mjs';

const C = /\.[ch]$/;

// Each character that is no blank, and the blanks before it; a line that goes on ends in a blank.
const words = text => [...text.matchAll(/((?:\s|\\\n)*)(\S)/g)];
// What it would lay otherwise: a pointer to an array, a loop with an empty part.
const KEPT = /[\w)]\(\*$|;[;)]/;

const inMacro = text => {
	const lines = text.split('\n');
	let inside = false;
	return lines.map(line => {
		const macro = inside || /^\s*#/.test(line);
		inside = macro && line.endsWith('\\');
		return macro;
	});
};

/** Is the blank before a character as it is to be? Gives the one that it is to be, or null. */
const blankWanted = (is, formatted, around) => {
	if (is.includes('\n') !== formatted.includes('\n')) return null;
	if (!is.includes('\n'))
		return (is === '') === (formatted === '') || KEPT.test(around) ? null : is === '' ? ' ' : '';
	const [deep, wanted] = [is, formatted].map(blank => blank.slice(blank.lastIndexOf('\n') + 1));
	if (deep === wanted || /[^\t]/.test(deep + wanted)) return null;
	return is.slice(0, is.length - deep.length) + wanted;
};

/** The text as it is to be, and the lines in which that is not so. */
export const respaced = (text, formatted) => {
	const now = words(text), then = words(formatted), macro = inMacro(text), wrong = new Set();
	if (now.length !== then.length) return { text, wrong: [1] };
	let out = '', line = 0;
	now.forEach(([, blank, c], i) => {
		line += blank.split('\n').length - 1;
		const wanted = macro[line] || c === '{' && blank.includes('\n') ? null
			: blankWanted(blank, then[i][1], `${out.slice(-1)}${c}${now[i + 1] ? now[i + 1][2] : ''}`);
		if (wanted !== null) wrong.add(line + 1);
		out += (wanted ?? blank) + c;
	});
	return { text: out + text.slice(text.trimEnd().length), wrong: [...wrong] };
};

/** Every C file as clang-format would have it with the lines broken where they are. */
const formattedFiles = async list => {
	const dir = mkdtempSync(join(tmpdir(), 'yinxin-format-'));
	try {
		for (const file of list) {
			mkdirSync(dirname(join(dir, file)), { recursive: true });
			cpSync(file, join(dir, file));
		}
		writeFileSync(join(dir, '.clang-format'), read('.clang-format').replace(/^ColumnLimit:.*$/m, 'ColumnLimit: 0'));
		const { code, output } = await run('clang-format-14',
			['-i', '-style=file', ...list.map(file => join(dir, file))]);
		if (code !== 0) throw new Error(output);
		return new Map(list.map(file => [file, readFileSync(join(dir, file), 'utf8')]));
	} finally {
		rmSync(dir, { recursive: true });
	}
};

const checked = async () => {
	const list = files(C);
	const formatted = await formattedFiles(list);
	return list.map(file => ({ file, ...respaced(read(file), formatted.get(file)) }));
};

const spaces = async () => (await checked()).flatMap(({ file, wrong }) =>
	wrong.map(line => ({ key: file, text: `${file}:${line}: blanks that clang-format would lay otherwise` })));

export default [['spaces as clang-format lays them', spaces]];

if (import.meta.url === pathToFileURL(process.argv[1]).href)
	for (const { file, text, wrong } of await checked()) {
		if (!wrong.length) continue;
		console.log(`${file}: ${wrong.length} lines`);
		if (process.argv.includes('--fix')) writeFileSync(file, text);
	}

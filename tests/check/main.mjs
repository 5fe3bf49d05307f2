// make check: the rules that a machine can hold us to. Each gives findings; a finding whose key
// stands in known/RULE.txt is known (with a number: so many of them). Those lists only shrink:
// `tests/check.sh --tighten` takes out what is no longer needed, and with YX_CHECK_STALE=1 a line
// that is no longer needed fails.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import form from './form.mjs';
import house from './house.mjs';
import papers from './papers.mjs';
import tools, { lintRules } from './tools.mjs';
import { lines } from './tree.mjs';

const tighten = process.argv.includes('--tighten');
const SHOWN = 20;
const listOf = name => `tests/check/known/${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.txt`;

const known = file => new Map(!existsSync(file) ? [] : lines(file).filter(line => line && !line.startsWith('#'))
	.map(line => [line.replace(/ \d+$/, ''), Number(line.match(/ (\d+)$/)?.[1] || 1)]));

const count = findings => {
	const counts = new Map();
	for (const { key } of findings) counts.set(key, (counts.get(key) || 0) + 1);
	return counts;
};

// Writes the list anew with what is still needed; it never grows.
const shrink = (file, allowed, counts) => {
	const kept = [...allowed].filter(([key]) => counts.has(key)).map(([key, n]) => [key, Math.min(n, counts.get(key))]);
	if (kept.length === 0) return rmSync(file, { force: true });
	const head = lines(file).filter(line => line.startsWith('#'));
	writeFileSync(file, [...head, ...kept.map(([key, n]) => n > 1 ? `${key} ${n}` : key)].join('\n') + '\n');
};

const judge = (name, findings) => {
	const file = listOf(name), allowed = known(file), counts = count(findings);
	const news = findings.filter(({ key }) => counts.get(key) > (allowed.get(key) || 0)).map(({ text }) => text);
	const stale = [...allowed].filter(([key, n]) => (counts.get(key) || 0) < n).map(([key, n]) =>
		`${file}: ${key} has ${counts.get(key) || 0}, not ${n}: tests/check.sh --tighten`);
	if (tighten && stale.length) shrink(file, allowed, counts);
	return tighten ? news : [...news, ...process.env.YX_CHECK_STALE ? stale : []];
};

let passed = 0, failed = 0;
const report = async ([name, rule]) => {
	const started = Date.now();
	const found = judge(name, await rule());
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	if (found.length === 0) passed++;
	else failed++;
	console.log([`${found.length ? 'FAIL' : 'ok  '} ${name} (${seconds} s)`,
		...found.slice(0, SHOWN).map(text => `     ${text}`),
		...found.length > SHOWN ? [`     … and ${found.length - SHOWN} more`] : []].join('\n'));
};

// The compilers fill both processors, so the quick rules run beside them; what needs their
// objects comes after.
const needsObjects = ([name]) => name === 'no circle of C files';
const compiled = Promise.all(lintRules.map(report));
for (const rule of [...form, ...papers, ...house, ...tools].filter(rule => !needsObjects(rule))) await report(rule);
await compiled;
await Promise.all(house.filter(needsObjects).map(report));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

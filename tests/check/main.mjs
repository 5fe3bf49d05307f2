// make check: the rules that a machine can hold us to. There are no exceptions: a rule holds for
// all of the tree, or says in itself where it does not.
import form from './form.mjs';
import house from './house.mjs';
import papers from './papers.mjs';
import spaces from './spaces.mjs';
import tools, { lintRules } from './tools.mjs';

const SHOWN = 20;

let passed = 0, failed = 0;
const report = async ([name, rule]) => {
	const started = Date.now();
	const found = (await rule()).map(({ text }) => text);
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
for (const rule of [...form, ...papers, ...house, ...spaces, ...tools].filter(rule => !needsObjects(rule)))
	await report(rule);
await compiled;
await Promise.all(house.filter(needsObjects).map(report));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

// How the house stands: floors, who may know what, who writes a table, no circles.
import { PRODUCT_C, circles, code, files, grep, includes, lines, printed, read, run, strings } from './tree.mjs';

const FLOORS = [
	[/^(common|build\/gen)\//, 1],
	[/^backend\/((act|conf)\.|db\/|store\/|pki\/)/, 2],
	[/^backend\/(http|pades)\//, 3],
	[/^backend\/domain\//, 4],
];
const floor = file => (FLOORS.find(([pattern]) => pattern.test(file)) || [null, 5])[1];
const C = /^(common|backend|native-host)\/.*\.[ch]$/;

// Who may not include what, and why.
const STRANGERS = [
	[/^backend\//, /^native-host\//, 'two programs'],
	[/^native-host\//, /^backend\//, 'two programs'],
	[/^backend\/pades\//, /^backend\/(db|http)\//, 'pades knows neither database nor HTTP'],
	[/^backend\/(db|store|pki)\//, /^backend\/http\//, 'lower floors know no HTTP'],
];

const floors = () => files(C).flatMap(file => includes(file).flatMap(include => [
	...floor(include) > floor(file) ? [{ key: file, text: `${file} includes ${include}, a floor above` }] : [],
	...STRANGERS.filter(([a, b]) => a.test(file) && b.test(include))
		.map(([, , why]) => ({ key: file, text: `${file} includes ${include}: ${why}` })),
]));

// The rules take and give C values: whoever asks, the API, the worker or the demo.
const HTTP = /#include "backend\/http\/|\byx_jw_|struct (http_request|yx_jw)\b/;
const domainKnowsNoHttp = () => files(/^backend\/domain\/.*\.[ch]$/).flatMap(file =>
	code(file).split('\n').flatMap((line, i) => HTTP.test(line)
		? [{ key: file, text: `${file}:${i + 1}: ${line.trim().slice(0, 100)}` }] : []));

const sqlPlaces = () => [
	...grep(files(/^backend\/.*\.[ch]$/).filter(file => !file.startsWith('backend/db/')), /MYSQL_|mysql_/),
	...grep(files(/^backend\/(api|pades|jobs|store|pki)\/.*\.c$/), /"(SELECT|INSERT|UPDATE|DELETE) /),
];

// Writes contracts by the ten thousand, for measuring; lists-verify holds them to the rules' shapes.
const BULK = 'backend/ctl/fill.c';

const WRITES = new RegExp('\\b(?:INSERT(?: IGNORE)? INTO|REPLACE INTO|(?<!FOR )(?<!KEY )UPDATE|DELETE (?:\\w+ )?FROM)'
	+ ' ([a-z_]+)', 'g');

// "table file" for each table that a file writes.
const writers = () => [...new Set(files(/^backend\/.*\.c$/).filter(file => file !== BULK).flatMap(file =>
	strings(file).flatMap(text => [...text.matchAll(WRITES)].map(match => `${match[1]} ${file}`))))].sort();

// A table is written by one file; tables.txt says which.
const owners = () => {
	const tables = new Set(files(/^sql\/.*\.sql$/).flatMap(file =>
		[...read(file).matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map(match => match[1])));
	const owner = new Map(lines('tests/check/tables.txt').filter(line => line && !line.startsWith('#'))
		.map(line => line.split(/\s+/)));
	const found = writers().filter(line => tables.has(line.split(' ')[0]));
	return [
		...found.filter(line => owner.get(line.split(' ')[0]) !== line.split(' ')[1]).map(line => {
			const [table, file] = line.split(' ');
			return { key: line,
				text: `${file} writes ${table}, the table of ${owner.get(table) || 'nobody in tables.txt'}` };
		}),
		...[...owner].filter(([table, file]) => !found.includes(`${table} ${file}`))
			.map(([table, file]) => ({ key: table, text: `tables.txt: ${file} does not write ${table}` })),
	];
};

// Words that are states of a contract or a sign task and nothing else.
const STATE = /(['"])(draft|seal_failed|vendor_pending|agency_pending|voided|waiting|superseded)\1/;
const stateWords = () => {
	const product = files(/^backend\/.*\.c$/)
		.filter(file => file !== BULK && !/_state\.c$|signing\/task\.c$/.test(file));
	const pages = files(/^web\/.*\.js$/).filter(file => !/texts\.js$|states\.js$|vendor/.test(file));
	return grep([...product, ...pages], STATE);
};

// Which file uses a symbol that which file defines, from the objects that `make lint` has built.
const objects = async () => {
	const sources = files(PRODUCT_C);
	const { output } = await run('nm', ['-A', '-g', ...sources.map(file => `build/lint/${file.slice(0, -2)}.o`)]);
	const defined = new Map(), used = [];
	for (const line of output.split('\n')) {
		const match = line.match(/^build\/lint\/(.*)\.o:\S* *([A-Za-z]) (\w+)$/);
		if (!match || match[3] === 'main') continue;
		if (match[2] === 'U') used.push([match[1] + '.c', match[3]]);
		else defined.set(match[3], match[1] + '.c');
	}
	const edges = new Map(sources.map(file => [file, new Set()]));
	for (const [file, symbol] of used) {
		const other = defined.get(symbol);
		if (other && other !== file) edges.get(file).add(other);
	}
	return { edges, output };
};

const circlesOfC = async () => {
	const { edges, output } = await objects();
	const size = [...edges.values()].reduce((n, set) => n + set.size, 0);
	if (size < 100) return printed(output).slice(0, 5).concat({ key: '-', text: 'objects are missing: make lint' });
	return circles(edges).map(group => ({ key: group.join(' '), text: `a circle: ${group.join(' ')}` }));
};

const circlesOfJs = () => {
	const sources = files(/^(web|extension)\/.*\.js$/);
	const edges = new Map(sources.map(file => [file, [...read(file).matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
		.map(match => new URL(match[1], `file:///${file}`).pathname.slice(1)).filter(name => sources.includes(name))]));
	return circles(edges).map(group => ({ key: group.join(' '), text: `a circle: ${group.join(' ')}` }));
};

export default [
	['floors: includes point down', floors],
	['the rules know no HTTP and write no JSON', domainKnowsNoHttp],
	['SQL only where it belongs', sqlPlaces],
	['a table is written by one file', owners],
	['states are named by their own file', stateWords],
	['no circle of C files', circlesOfC],
	['no circle of modules', circlesOfJs],
];

// The tree as the rules see it: which files there are, their text, their parts.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const cache = new Map();

export const all = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
	.split('\n').filter(file => file && existsSync(file));

// Files whose path matches every pattern; the text of the tree, no pictures or samples.
export const files = (...patterns) => all.filter(file => patterns.every(p => p.test(file)));

export const TEXT = /^(?!.*(corpus\/|package-lock|\.(png|pdf|ico|woff2|der|bin)$)).*$/;

export const PRODUCT_C = /^(common|backend|native-host)\/.*\.c$/;

export const read = file => {
	if (!cache.has(file)) cache.set(file, readFileSync(file, 'utf8'));
	return cache.get(file);
};

export const lines = file => read(file).split('\n');

// Findings for each line that matches, with its place.
export const grep = (list, pattern, skip = () => false) => list.flatMap(file => lines(file).flatMap((line, i) =>
	pattern.test(line) && !skip(line, file)
		? [{ key: file, text: `${file}:${i + 1}: ${line.trim().slice(0, 110)}` }] : []));

// C without its comments, lines kept.
const PARTS = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/.*/g;
export const code = file => read(file).replace(PARTS,
	part => /^['"]/.test(part) ? part : part.replace(/[^\n]/g, ' '));

// The string literals of a C file; neighbours are one string, as for the compiler. A macro
// between two of them is a blank.
export const strings = file => {
	const found = [];
	const pattern = /"((?:\\.|[^"\\\n])*)"(?:(?:\s|\\\n)*(?:[A-Z_][A-Z0-9_]*)?(?:\s|\\\n)*"((?:\\.|[^"\\\n])*)")*/g;
	for (const match of code(file).matchAll(pattern)) {
		found.push([...match[0].matchAll(/"((?:\\.|[^"\\\n])*)"/g)].map(part => part[1]).join(' '));
	}
	return found;
};

export const includes = file => [...read(file).matchAll(/^#include "(.*)"/gm)].map(match => match[1]);

// What a command prints; it may fail.
export const run = (command, args, input) => new Promise(resolve => {
	const child = spawn(command, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
	let output = '';
	child.stdout.on('data', data => output += data);
	child.stderr.on('data', data => output += data);
	child.on('error', error => resolve({ code: 127, output: String(error) }));
	child.on('close', code => resolve({ code, output }));
	child.stdin.on('error', () => {});
	child.stdin.end(input || '');
});

export const printed = output => output.split('\n').filter(Boolean).map(text => ({ key: text.split(':')[0], text }));

// Groups of nodes that reach each other (Tarjan). edges: Map from a node to the nodes it uses.
export const circles = edges => {
	const index = new Map(), low = new Map(), stack = [], found = [];
	const visit = node => {
		index.set(node, index.size);
		low.set(node, index.get(node));
		stack.push(node);
		for (const next of edges.get(node) || []) {
			if (!index.has(next)) visit(next);
			if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
		}
		if (low.get(node) !== index.get(node)) return;
		const group = stack.splice(stack.indexOf(node));
		if (group.length > 1) found.push(group.sort());
	};
	for (const node of edges.keys()) if (!index.has(node)) visit(node);
	return found;
};

// What the papers say: references can be opened, names exist, manual pages are well-formed.
import { TEXT, all, files, grep, lines, printed, read, run } from './tree.mjs';

// Nothing that a reader of the repository cannot open.
const ELSEWHERE = new RegExp(['/work/(main|shared|h|steering)', 'registry\\.npmjs', 'deb\\.debian',
	'/tmp/(brief|inst)', '\\b[A-Z]\\d-\\d{1,2}\\b(?!\\d)', '\\b[Rr]ule R\\d', '\\b[Ii]ssue #?\\d+'].join('|'));
const OWN = /^(tests\/check\/|package-lock\.json|LICENSE)/;
const NOT_OURS = /(UTF|ISO|RFC|P|SHA|B|A)\d?-\d/; // names of standards and curves that look alike
const references = () => {
	const text = files(TEXT).filter(file => !OWN.test(file));
	const papers = text.flatMap(file => lines(file).flatMap((line, i) =>
		[...line.matchAll(/(?<![$\w/.>-])([\w-]{2,}(?:\/[\w-]+)*\.md)\b(?![;,]? ?[=)])/g)]
			.filter(match => !/\.c$/.test(file) || /^\s*(\/?\*|\/\/)/.test(line))
			.filter(match => !all.some(name => name === match[1] || name.endsWith('/' + match[1])))
			.map(match => ({ key: file, text: `${file}:${i + 1} names ${match[1]}, which is not here` }))));
	return [...grep(text, ELSEWHERE, line => NOT_OURS.test(line)), ...papers,
		...grep(all.filter(file => file === 'package-lock.json'), /"resolved"/)];
};

// What the papers name in `code` exists: a path of the tree (with * and {a,b}), a function; and
// what they link to.
const PAPER = /^(docs\/.*\.md|README\.md|SECURITY\.md|CONTRIBUTING\.md)$/;
const PATH = /^(common|backend|native-host|web|extension|sql|conf|tests|docs|man|texts)\/[^\s…<>]*$/;
const isHere = path => all.some(file => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`))
	|| /^(build|var|node_modules|web\/vendor)\b/.test(path);
const pattern = path => new RegExp('^' + path.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*')
	.replace(/\{([^}]*)\}/g, (_, list) => `(${list.replace(/,/g, '|')})`) + '(/|$)');

const papersAreTrue = () => {
	const product = files(/^(common|backend|native-host|web|extension|tests|conf)\/.*\.(c|h|js|mjs|sh)$/)
		.map(read).join('\n');
	const nameIsWrong = name => {
		const called = name.match(/^([a-z_][a-z0-9_]{3,})\(\)$/i)?.[1];
		if (called) return !new RegExp(`\\b${called}\\b`).test(product);
		return PATH.test(name) && !/[A-Z]{3}/.test(name) && !isHere(name) &&
			!all.some(path => pattern(name).test(path));
	};
	const linkIsWrong = (file, target) => !isHere(decodeURI(new URL(target, `file:///${file}`).pathname.slice(1)));
	return files(PAPER).flatMap(file => [
		...[...read(file).matchAll(/`([^`\n]+)`/g)].map(match => match[1]).filter(nameIsWrong)
			.map(name => ({ key: file, text: `${file}: there is no ${name}` })),
		...[...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(match => match[1])
			.filter(target => linkIsWrong(file, target))
			.map(target => ({ key: file, text: `${file} links to ${target}` })),
	]);
};

// The text of the manual pages; tests/install looks at them with their tables in.
const manualPages = async () => {
	const check = async file => {
		const text = read(file).replace(/^@[A-Z]+@$/gm, '.Pp\n.Dl x').replace(/@[A-Z]+@/g, 'x');
		const { output } = await run('mandoc', ['-T', 'lint', '-W', 'warning'], text);
		return printed(output).filter(finding => !/paragraph macro/.test(finding.text))
			.map(({ text }) => ({ key: file, text: `${file}: ${text}` }));
	};
	return (await Promise.all(files(/^man\/.*\.in$/).map(check))).flat();
};

// An icon that the set-up does not copy is a blank place in the page.
const icons = () => {
	const copied = new Set(read('conf/dev/setup.sh').match(/for icon in ([^;]*); do/)[1].split(/[\s\\]+/));
	return files(/^web\/(?!vendor\/).*\.js$/).flatMap(file =>
		[...read(file).matchAll(/\b(?:icon(?:: |=)|<\$\{Icon\} name=)(\$\{[^}]*\}|["'][^"']*["'])/g)]
			.flatMap(match => match[1].startsWith('$') ? match[1].match(/(?<=[?:] ?')[^']+(?=')/g) ?? []
				: [match[1].slice(1, -1)])
			.filter(name => !copied.has(name))
			.map(name => ({ key: file, text: `${file}: conf/dev/setup.sh copies no icon ${name}` })));
};

/** What the trail is told, as far as it stands in the source, is read on the pages in words. */
const trail = () => {
	const texts = files(/^web\/[a-z-]+\/texts\.js$/).map(read).join('\n');
	const told = file => [...read(file).matchAll(/\baudit_\w+\(([^;]*)\);|\.action = ("[a-z_.]+")/g)]
		.flatMap(match => [...(match[1] ?? match[2]).matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map(quoted => quoted[1]));
	return files(/^backend\/(?!ctl\/).*\.c$/).flatMap(file => told(file).flatMap(action => [`action.${action}`,
		`audit_group.${action.split('.')[0]}`].filter(key => !texts.includes(`'${key}':`))
		.map(key => ({ key: `${file} ${key}`, text: `${file}: no page has words for ${key}` }))));
};

export default [
	['what the audit trail says has words', trail],
	['every icon of a page is there', icons],
	['references can be opened', references],
	['the papers name what is here', papersAreTrue],
	['the manual pages are well-formed', manualPages],
];

// What other people's tools say: two compilers, cppcheck, shellcheck, the checks of the pages,
// the manual pages.
import { availableParallelism } from 'node:os';
import { all, files, printed, read, run } from './tree.mjs';

const PACKAGES = ['openssl', 'yajl', 'libmariadb', 'libpcsclite', 'libqpdf', 'libcurl', 'libsodium'];

// One call of make compiles all files with clang and analyses all with gcc, unless it has before.
let lint;
const findingsOfLint = suffix => async () => {
	lint = lint || run('make', ['-s', '-k', `-j${availableParallelism()}`, 'lint']);
	const { code, output } = await lint;
	if (code !== 0) return [...printed(output).slice(-5), { key: '-', text: 'make lint failed' }];
	const { output: said } = await run('find', ['build/lint', '-name', `*.${suffix}`, '-size', '+0']);
	const sources = new Set(files(/\.c$/).map(file => `build/lint/${file.slice(0, -1)}${suffix}`));
	return said.split('\n').filter(name => sources.has(name)).flatMap(name =>
		printed(read(name)).filter(({ text }) => /(warning|error):/.test(text)));
};

const headersAlone = async () => {
	const flags = (await run('pkg-config', ['--cflags', ...PACKAGES])).output.trim().split(/\s+/);
	const headers = files(/^(common|backend|native-host|tests\/card)\/.*\.h$/);
	const { output } = await run('clang-14', ['-std=c11', '-D_GNU_SOURCE', '-I.', '-Wall', '-Wextra',
		'-Wno-unused-function', '-fsyntax-only', ...flags, '-x', 'c-header', ...headers]);
	return printed(output).filter(({ text }) => /: (warning|error):/.test(text));
};

const cppcheck = async () => {
	const { code, output } = await run('cppcheck', ['--enable=warning,portability,performance', '-q', '-j2',
		'--std=c11', '-D__x86_64__=1', '-I.', '--library=openssl', '-DASN1_EX_TEMPLATE_TYPE(a,b,c,d)=1',
		'--suppress=missingIncludeSystem',
		'--suppress=unknownMacro', '--suppress=legacyUninitvar', '--inline-suppr',
		'--template={file}:{line}: {severity}: {message} [{id}]',
		'common', 'backend', 'native-host', 'tests/card']);
	return printed(output).filter(({ text }) => code !== 0 || /: (error|warning|performance|portability): /.test(text));
};

const shellcheck = async () => {
	const scripts = [...files(/\.sh$/), ...all.filter(file => file === '.ci/run')];
	return printed((await run('shellcheck', ['-x', '-f', 'gcc', '-S', 'warning', ...scripts])).output);
};

const pages = async () => {
	const { code, output } = await run('tests/web-check.sh', []);
	return code === 0 ? [] : printed(output);
};

export const lintRules = [
	['clang finds nothing', findingsOfLint('clang')],
	['the analyzer finds nothing', findingsOfLint('analyzed')],
];

export default [
	['every header compiles alone', headersAlone],
	['cppcheck finds nothing', cppcheck],
	['shellcheck finds nothing', shellcheck],
	...all.includes('tests/web-check.sh') ? [['the pages pass eslint and tsc', pages]] : [],
];
